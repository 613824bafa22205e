// Runs tests/browser/*.test.mjs against a demo that it starts and stops: `node tests/browser/run.mjs [PART OF A FILE NAME]`.
// Must not know: what is on any page.
import { readdir } from 'node:fs/promises';
import { startChromium } from './chromium.mjs';
import { startDemo } from './demo.mjs';
import { runAll } from './reporter.mjs';

const wanted = process.argv[2] ?? '';
const folder = new URL('.', import.meta.url);
const files = (await readdir(folder)).filter((name) => name.endsWith('.test.mjs') && name.includes(wanted)).sort();

let demo;
let browser;
let good = false;
try {
  demo = await startDemo();
  browser = await startChromium();
  for (const file of files) await import(new URL(file, folder));
  good = await runAll({ browser, demo });
} catch (problem) {
  console.log(`not ok  the tests could not be run\n        ${problem.message}`);
  console.log('Browser: 0 passed, 1 failed');
} finally {
  await browser?.close();
  await demo?.stop();
}
process.exit(good ? 0 : 1);
