// What a screen of the relatives' pages must be in every way it is met: narrow, wide, in large text, over a shoulder.
// Must not know: which screen it is.
import { axeProblems, headingProblems, targetProblems, weightProblems, widthProblems } from './page_checks.mjs';
import { expect } from './reporter.mjs';
import { DESK, NARROW, PHONE, open, pathOf, visit } from './visit.mjs';
import { lookingAt } from './walks.mjs';

const TELLING = /gene|cancer|inherit|famil|cascade|genyn|canser|etifedd|teulu/i; // a title shows in histories and on shared screens
const HALF_A_DESK = { width: 640, height: 400 }; // a desk's width at 200 %

// Axe needs scripts. It takes most of the time, and width changes little of what it finds: it is asked of every screen once in each
// language, at the width of a phone in one and of a desk in the other.
export const WAYS = [
  { where: 'on a telephone without scripts', size: PHONE, js: false, problemsOf: onATelephone, axeAt: {} },
  { where: 'at a desk', size: DESK, js: true, problemsOf: atADesk, axeAt: { en: PHONE, cy: DESK } },
];
export const LANGUAGES = [{ language: 'en', tag: 'en-GB' }, { language: 'cy', tag: 'cy-GB' }];

/** One visit in one language; `walk(page, look)` goes through it. */
export async function through({ browser, demo }, { size, js, problemsOf, axeAt }, { language, tag }, walk) {
  const problems = [];
  let screens = 0;
  await visit({ browser }, { origin: demo.relatives, size, js }, async (page, seen) => {
    const look = lookingAt(page, async () => {
      screens += 1;
      problems.push(...(await problemsOf(page, seen, axeAt[language])).map((problem) => `${language}: ${problem}`));
      await page.setViewportSize(size);
    });
    await open(page, `${demo.relatives}/language/${language}`);
    expect((await page.locator('html').getAttribute('lang')) === tag, `the first page does not come in ${tag}`);
    await walk(page, look);
  });
  console.log(`        ${language}: ${screens} screens`);
  return problems;
}

/** On a telephone without scripts: at 412 and at 320 pixels, and with the text twice as large. */
async function onATelephone(page, seen) {
  const found = [...(await alike(page, seen)), ...(await noticeProblems(page))];
  for (const size of [PHONE, NARROW]) found.push(...(await at(page, size, [widthProblems, cutProblems, targetProblems])));
  found.push(...(await inLargeText(page, PHONE)));
  return found.map((problem) => `${pathOf(page)}: ${problem}`);
}

/** At a desk, with scripts on, and asked of axe at one width: at 1280 pixels, at twice the size, and with the text alone twice as large. */
async function atADesk(page, seen, axeSize) {
  const found = await alike(page, seen);
  for (const size of [HALF_A_DESK, DESK]) found.push(...(await at(page, size, [widthProblems, cutProblems])));
  found.push(...(await at(page, DESK, [targetProblems])), ...(await at(page, axeSize, [axeProblems])), ...(await inLargeText(page, DESK)));
  return found.map((problem) => `${pathOf(page)}: ${problem}`);
}

async function alike(page, seen) {
  const found = [...(await headingProblems(page)), ...(await weightProblems(page, seen))];
  if (TELLING.test(await page.title())) found.push(`the title tells too much: "${await page.title()}"`);
  const ours = pathOf(page) === '/r/code' ? ':not([src="/assets/code.js"])' : '';
  if ((await page.locator(`img[src^="http"], script${ours}`).count()) > 0) found.push('there is a script, or a picture from elsewhere');
  return found;
}

async function at(page, size, checks) {
  await page.setViewportSize(size);
  const found = [];
  for (const check of checks) found.push(...(await check(page)));
  return found.map((problem) => `${problem} (at ${size.width} px)`);
}

/** What an installation says of itself stands above every screen; it may take no more than a line each on a narrow phone. */
async function noticeProblems(page) {
  await page.setViewportSize(NARROW);
  const lines = await page.locator('.kw-notice').evaluateAll((notices) => notices.map((one) => Math.round(one.getBoundingClientRect().height / parseFloat(getComputedStyle(one).lineHeight))));
  return lines.length > 0 && lines.every((count) => count === 1) ? [] : [`the notices take ${lines.join(' + ') || 'no'} lines at ${NARROW.width} px`];
}

/** As somebody meets it who has set their browser's letters twice as large: nothing scrolls sideways, nothing is cut. */
async function inLargeText(page, size) {
  await page.setViewportSize(size);
  await page.evaluate(() => { document.documentElement.style.fontSize = '200%'; });
  const found = [...(await widthProblems(page)), ...(await cutProblems(page))];
  await page.evaluate(() => { document.documentElement.style.fontSize = ''; });
  return found.map((problem) => `${problem} (letters twice as large, at ${size.width} px)`);
}

/** Words that go beyond a box that hides what does not fit. What is typed on one line may be longer than its field. */
async function cutProblems(page) {
  return page.evaluate(() => [...document.body.querySelectorAll('*:not(input, textarea, select)')]
    .filter((e) => /hidden|clip/.test(getComputedStyle(e).overflowX + getComputedStyle(e).overflowY) && e.clientWidth > 1 && e.clientHeight > 1)
    .filter((e) => e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1)
    .map((e) => `words are cut in ${e.tagName.toLowerCase()} "${(e.innerText || e.value || '').trim().slice(0, 30)}"`));
}
