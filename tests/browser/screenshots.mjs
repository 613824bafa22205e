// Renews the pictures in docs/pictures from a freshly started demo: home, separation, a letter on a phone and on paper, and the
// relatives' path for their guide. `node tests/browser/screenshots.mjs relative` takes those of the path alone.
// Must not know: how any of these pages is made.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startChromium } from './chromium.mjs';
import * as counsellor from './counsellor.mjs';
import { startDemo } from './demo.mjs';
import { identify, openLetter } from './relative.mjs';
import { signIn } from './staff.mjs';
import { PHONE, open, proceed, visit } from './visit.mjs';

const FOLDER = 'docs/pictures';
const REPORT = 'tests/data/reports/vhl_vhl.json';
const LARGEST = 300 * 1024; // bytes, so that the documents stay light
const SHORT = { ...PHONE, height: 740 };
const LARGEST_OF_MANY = 60 * 1024; // of those that stand beside each other in one guide

async function kept(name, largest = LARGEST) {
  const { size } = await stat(`${FOLDER}/${name}.png`);
  if (size > largest) throw new Error(`${name}.png has ${Math.ceil(size / 1024)} KB, more than ${largest / 1024}`);
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

/** A relative's screen as it stands on a phone, from its top. */
async function screen(page, name) {
  await page.evaluate(() => { document.activeElement?.blur(); window.scrollTo(0, 0); });
  await page.screenshot({ path: `${FOLDER}/relative-${name}.png`, animations: 'disabled' });
  await kept(`relative-${name}`, LARGEST_OF_MANY);
}

async function chosen(page, field, value) {
  await page.locator(`main input[name=${field}][value=${value}]`).check();
}

/** The path of a relative with their letter in the hand, for docs/guide/relatives.md. */
async function takePath(world) {
  const { demo } = world;
  const relative = demo.nextRelative();
  const at = (path) => open(world.page, `${demo.relatives}${path}`);
  await visit(world, { origin: demo.relatives, size: SHORT, js: false }, async (page) => {
    world.page = page;
    await at('');
    await screen(page, 'start');
    await at('/code');
    await page.locator('#code').fill(relative.code);
    await screen(page, 'code');
    await proceed(page);
    for (const part of ['day', 'month', 'year']) await page.locator(`#${part}`).fill(relative[part]);
    await screen(page, 'date');
    await proceed(page);
    await screen(page, 'for-you');
    await chosen(page, 'for_you', 'yes');
    await proceed(page);
    await screen(page, 'before');
    await chosen(page, 'before', 'now');
    await proceed(page);
    await screen(page, 'letter');
    await at('/choices');
    await screen(page, 'choices');
    for (const [choice, name] of [['think', 'think'], ['not_know', 'not-know'], ['appointment', 'appointment']]) {
      await at('/choices');
      await chosen(page, 'choice', choice);
      await proceed(page);
      if (choice === 'appointment') {
        await chosen(page, 'by', 'phone');
        await page.locator('#times').fill('Weekday mornings');
      }
      await screen(page, name);
    }
    await proceed(page);
    for (const name of ['gp', 'others', 'contact']) {
      await screen(page, `more-${name}`);
      if (name === 'contact') await chosen(page, 'notify', 'post');
      await proceed(page);
    }
    await screen(page, 'check');
    await proceed(page);
    await screen(page, 'done');
    await identify(page, demo, relative);
    await chosen(page, 'for_you', 'yes');
    await proceed(page);
    await screen(page, 'back');
    await at('/details');
    await screen(page, 'details');
    await at('/language/cy?at=/r/choices');
    await screen(page, 'choices-cy');
    await at('/stop');
    await at('');
    await screen(page, 'start-cy');
  });
}

async function takeAll(world) {
  await takePath(world);
  if (process.argv[2] === 'relative') return;
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
