// What a relative does in a browser, from the letter in hand to the answer sent.
// Must not know: the wording. Only addresses, field names and the order of the screens.
import { expect } from './reporter.mjs';
import { errorSummary, open, pathOf, proceed } from './visit.mjs';

const MOST_QUESTIONS = 12;

/** Reads the letter and answers it; `onScreen(page)` is called once on every screen, before anything is filled in. */
export async function readAndAnswer(page, demo, relative, onScreen = async () => {}) {
  await openLetter(page, demo, relative, onScreen);
  await answer(page, 'appointment', onScreen);
}

/** From the first page to the letter. */
export async function openLetter(page, demo, relative, onScreen = async () => {}) {
  await identify(page, demo, relative, onScreen);
  expect(pathOf(page) === '/r/for-you', `expected /r/for-you, came to ${pathOf(page)}: ${await errorSummary(page)}`);
  await onScreen(page);
  await page.locator('input[type=radio][value=yes]').check();
  await proceed(page);
  await beforeReading(page, demo);
  await onScreen(page);
  await page.locator('input[type=radio][value=now]').check();
  await arriveAt(page, '/r/letter', () => proceed(page));
  await onScreen(page);
}

/** Whoever has answered before is led to their answer; from there the way to the letter is walked as the first time. */
export async function beforeReading(page, demo) {
  expect(['/r/before', '/r/back'].includes(pathOf(page)), `"yes" led to ${pathOf(page)}: ${await errorSummary(page)}`);
  if (pathOf(page) === '/r/back') await open(page, `${demo.relatives}/before`);
}

/** Code and date of birth, whatever comes of them. */
export async function identify(page, demo, { code, day, month, year }, onScreen = async () => {}) {
  await open(page, demo.relatives);
  await onScreen(page);
  await arriveAt(page, '/r/code', () => proceed(page));
  await onScreen(page);
  await page.locator('input[name=code]').fill(code);
  await arriveAt(page, '/r/birth-date', () => proceed(page));
  await onScreen(page);
  for (const [name, value] of Object.entries({ day, month, year })) await page.locator(`input[name=${name}]`).fill(value);
  await proceed(page);
}

/** Gives one answer to the letter that is open, however it was answered before, through to what happens next. */
export async function answer(page, choice, onScreen = async () => {}) {
  if (pathOf(page) === '/r/letter') await arriveAt(page, '/r/choices', () => onward(page, '/r/choices'));
  else await open(page, new URL('/r/choices', page.url()).href);
  await onScreen(page);
  await page.locator(`main input[type=radio][name=choice][value=${choice}]`).check();
  await proceed(page);
  for (let question = 0; pathOf(page) !== '/r/done'; question += 1) {
    expect(question < MOST_QUESTIONS, `no end of questions: still at ${pathOf(page)}: ${await errorSummary(page)}`);
    await onScreen(page);
    if (pathOf(page) !== '/r/check') await answerWhatIsAsked(page);
    await proceed(page);
  }
  await onScreen(page);
}

async function arriveAt(page, path, act) {
  await act();
  expect(pathOf(page) === path, `expected ${path}, came to ${pathOf(page)}: ${await errorSummary(page)}`);
}

/** By the link to that screen if there is one, else by the button. */
async function onward(page, path) {
  const link = page.locator(`main a[href$="${path}"]`).first();
  if ((await link.count()) > 0) await Promise.all([page.waitForEvent('load'), link.click()]);
  else await proceed(page);
}

/** What a field wants that is no plain words. */
const FITTING = { mobile: '07700 900 123', email: 'me@example.org' };

/** The first answer to every question with none yet, and some words in every text field. */
async function answerWhatIsAsked(page) {
  const radios = page.locator('main input[type=radio]');
  const names = new Set(await radios.evaluateAll((inputs) => inputs.map((i) => i.name)));
  for (const name of names) {
    const group = page.locator(`main input[type=radio][name="${name}"]`);
    if (!(await group.evaluateAll((inputs) => inputs.some((i) => i.checked)))) await group.first().check();
  }
  for (const list of await page.locator('main select').all()) {
    if ((await list.inputValue()) === '') await list.selectOption({ index: 1 });
  }
  for (const field of await page.locator('main textarea, main input[type=text], main input[type=tel], main input[type=email]').all()) {
    const fitting = FITTING[await field.getAttribute('name')];
    if ((await field.inputValue()) === '') await field.fill(fitting ?? ((await field.getAttribute('type')) === 'tel' ? '01632 960 123' : 'Weekday mornings'));
  }
}
