// Renews the pictures in docs/pictures from a freshly started demo: home, separation, a relative's letter on a phone and on paper.
// Must not know: how any of these pages is made.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startChromium } from './chromium.mjs';
import * as counsellor from './counsellor.mjs';
import { startDemo } from './demo.mjs';
import { openLetter } from './relative.mjs';
import { signIn } from './staff.mjs';
import { PHONE, open, visit } from './visit.mjs';

const FOLDER = 'docs/pictures';
const REPORT = 'tests/data/reports/vhl_vhl.json';
const LARGEST = 300 * 1024; // bytes, so that the documents stay light

async function kept(name) {
  const { size } = await stat(`${FOLDER}/${name}.png`);
  if (size > LARGEST) throw new Error(`${name}.png has ${Math.ceil(size / 1024)} KB, more than ${LARGEST / 1024}`);
  console.log(`${FOLDER}/${name}.png  ${Math.ceil(size / 1024)} KB`);
}

async function picture(page, name) {
  await page.mouse.move(0, 0); // nothing looks pointed at
  await page.screenshot({ path: `${FOLDER}/${name}.png`, animations: 'disabled' });
  await kept(name);
}

/** The first page of a PDF as a picture; left out where the tool for it (poppler) is not installed. */
async function paper(bytes, name) {
  const folder = await mkdtemp(join(tmpdir(), 'kinward-paper-'));
  try {
    await writeFile(join(folder, 'letter.pdf'), bytes);
    await promisify(execFile)('pdftoppm', ['-png', '-singlefile', '-f', '1', '-r', '80', join(folder, 'letter.pdf'), `${FOLDER}/${name}`]);
    await kept(name);
  } catch (problem) {
    if (problem.code !== 'ENOENT') throw problem;
    console.log(`${FOLDER}/${name}.png  left out: pdftoppm is not here`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function takeAll(world) {
  const { demo } = world;
  await visit(world, { origin: demo.staff }, async (page) => {
    await signIn(page, demo, demo.signIns[0]);
    await open(page, `${demo.staff}/`);
    await picture(page, 'home');
    await open(page, `${demo.staff}/queues/no_reply`);
    await counsellor.follow(page, /^No reply yet/);
    await counsellor.follow(page, /^Direct contact at /);
    const pdf = await page.context().request.get(`${page.url()}/pdf`);
    await paper(await pdf.body(), 'letter');
    await counsellor.bringInReport(page, demo, REPORT);
    await counsellor.markFindings(page);
    await counsellor.separate(page, 'Von Hippel-Lindau disease');
    await page.locator('.kw-compare').evaluate((both) => both.scrollIntoView());
    await picture(page, 'separation');
  });
  await visit(world, { origin: demo.relatives, size: PHONE }, async (page) => {
    await openLetter(page, demo, demo.nextRelative());
    await page.locator('.kw-letter h1').evaluate((heading) => heading.scrollIntoView());
    await picture(page, 'letter-on-a-phone');
  });
}

await mkdir(FOLDER, { recursive: true });
let demo;
let browser;
try {
  demo = await startDemo();
  browser = await startChromium();
  await takeAll({ browser, demo });
} catch (problem) {
  console.error(problem.message);
  process.exitCode = 1;
} finally {
  await browser?.close();
  await demo?.stop();
}
