// Renews the pictures in docs/pictures from a freshly started demo: the home page, the separation page, a relative's letter.
// Must not know: how any of these pages is made.
import { mkdir } from 'node:fs/promises';
import { startChromium } from './chromium.mjs';
import { startDemo } from './demo.mjs';
import { readAndAnswer } from './relative.mjs';
import { queuesOf, signIn } from './staff.mjs';
import { PHONE, open, pathOf, visit } from './visit.mjs';

const FOLDER = 'docs/pictures';

async function picture(page, name) {
  await page.screenshot({ path: `${FOLDER}/${name}.png`, animations: 'disabled' });
  console.log(`${FOLDER}/${name}.png  ${pathOf(page)}`);
}

/** The first result that anyone's queues lead to, and from there the separation if it has a page of its own. */
async function openSeparation(page, demo) {
  for (const queue of await queuesOf(page, demo)) {
    await open(page, queue);
    const result = page.locator('main a[href^="/results/"]').first();
    if ((await result.count()) === 0) continue;
    await open(page, await result.evaluate((a) => a.href));
    const separation = page.locator('main a[href*="separat"]').first();
    if ((await separation.count()) > 0) await open(page, await separation.evaluate((a) => a.href));
    return true;
  }
  return false;
}

async function takeAll(world) {
  const { demo } = world;
  let separation = false;
  for (const [index, person] of demo.signIns.entries()) {
    if (separation) break;
    await visit(world, { origin: demo.staff }, async (page) => {
      await signIn(page, demo, person);
      await open(page, `${demo.staff}/`);
      if (index === 0) await picture(page, 'home');
      separation = await openSeparation(page, demo);
      if (separation) await picture(page, 'separation');
    });
  }
  if (!separation) throw new Error("no queue of anyone leads to a result, so the separation page could not be pictured");
  await visit(world, { origin: demo.relatives, size: PHONE }, async (page) => {
    await readAndAnswer(page, demo, demo.nextRelative(), async () => {
      if (pathOf(page) === '/r/letter') await picture(page, 'letter-on-a-phone');
    });
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
