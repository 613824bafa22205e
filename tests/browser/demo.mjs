// Starts `kinward demo` on a free port with throw-away data, and reads from what it prints where it is and who may sign in.
// Must not know: what is on any page.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const READY_WITHIN = 120_000;

/**
 * A running demo: `staff` and `relatives` (addresses without closing slash), `signIns` [{username, password, role}],
 * `nextRelative()` {code, day, month, year, who}, `stop()`. Ready means printed, so nothing here waits by the clock.
 */
export async function startDemo() {
  const binary = process.env.KINWARD_BINARY ?? join(process.env.CARGO_TARGET_DIR ?? 'target', 'debug', 'kinward');
  const data = await mkdtemp(join(tmpdir(), 'kinward-browser-'));
  const child = spawn(binary, ['demo', '--port', '0', '--data', data], { stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit').then(([status, signal]) => `it ended with ${signal ?? `status ${status}`}`);
  const failedToStart = once(child, 'error').then(([problem]) => `it cannot be started (${problem.message}): build it first`);
  failedToStart.catch(() => {});
  exited.catch(() => {});

  const said = [];
  const remember = (line) => { said.push(line); if (said.length > 200) said.shift(); };
  createInterface({ input: child.stderr }).on('line', remember);

  const demo = { staff: null, relatives: null, signIns: [], said };
  const people = [];
  const complete = () => demo.staff && demo.relatives && demo.signIns.length > 0 && people.length > 0;
  const ready = new Promise((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      remember(line);
      understand(line.replace(/\x1b\[[0-9;]*m/g, ''), demo, people);
      if (complete()) resolve(null);
    });
  });

  let timer;
  const late = new Promise((resolve) => { timer = setTimeout(() => resolve(`it was not ready after ${READY_WITHIN / 1000} s`), READY_WITHIN); });
  const stop = async () => {
    const force = setTimeout(() => child.kill('SIGKILL'), 10_000);
    child.kill('SIGTERM');
    await Promise.race([exited, failedToStart]);
    clearTimeout(force);
    await rm(data, { recursive: true, force: true });
  };
  const problem = await Promise.race([ready, exited, failedToStart, late]);
  clearTimeout(timer);
  if (problem) {
    const known = `staff pages: ${demo.staff}, relatives' pages: ${demo.relatives}, sign-ins: ${demo.signIns.length}, letter codes: ${people.length}`;
    await stop();
    throw new Error(`${binary} demo: ${problem}\n  understood: ${known}\n  it said:\n    ${said.slice(-30).join('\n    ')}`);
  }

  let turn = 0;
  demo.nextRelative = () => people[turn++ % people.length];
  demo.stop = stop;
  return demo;
}

function understand(line, demo, people) {
  let found;
  if ((found = /^\s*staff pages:\s*(\S+)/i.exec(line))) demo.staff = found[1].replace(/\/+$/, '');
  else if ((found = /^\s*relatives['’] pages:\s*(\S+)/i.exec(line))) demo.relatives = found[1].replace(/\/+$/, '');
  else if ((found = /^\s*sign-in:\s*(\S+)\s+(\S+)\s+\((.+)\)/i.exec(line))) {
    demo.signIns.push({ username: found[1], password: found[2], role: found[3] });
  } else if ((found = /^\s*letter code:\s*(\S+)\s+date of birth:\s*(\d{4})-(\d{2})-(\d{2})(?:\s+\((.+)\))?/i.exec(line))) {
    people.push({ code: found[1], year: found[2], month: String(+found[3]), day: String(+found[4]), who: found[5] ?? 'a relative' });
  }
}
