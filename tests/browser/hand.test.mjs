// A printed letter in the hand: the whole way by keyboard alone, and how long it takes somebody to answer, answer otherwise and go.
// Must not know: what the letter says.
import { chooseByKeyboard, keys, tabTo, tabToText } from './keyboard.mjs';
import { focusProblems } from './page_checks.mjs';
import { beforeReading } from './relative.mjs';
import { expect, expectNone, test } from './reporter.mjs';
import { PHONE, errorSummary, open, pathOf, visit } from './visit.mjs';

// Adults read 238 words of plain prose a minute (Brysbaert 2019, silent reading). Nobody has been watched: see docs/guide/relatives.md.
const WORDS_A_MINUTE = 238;
const SECONDS_A_PRESS = 2; // to find it with a thumb
const SECONDS_A_LETTER = 1; // typed from paper
const MOST_SECONDS = 5 * 60;

/** Somebody who reads every word of every screen once and does all of it by keyboard; what they read, pressed and typed is counted. */
function somebody(page, { look = async () => {} } = {}) {
  const hand = keys(page);
  const taken = { pages: 0, words: 0, typed: 0, presses: 0, letter: 0 };
  const known = new Set();
  return {
    taken,
    hand,
    /** A screen that was read before is looked at, not read again. */
    async reads() {
      taken.pages += 1;
      const count = (await page.locator('main').innerText()).split(/\s+/).length;
      const heading = `${pathOf(page)} ${await page.locator('h1').first().innerText()}`;
      if (pathOf(page) === '/r/letter') taken.letter = count;
      else if (!known.has(heading)) taken.words += count;
      known.add(heading);
      await look();
    },
    async types(id, text) {
      await tabTo(page, hand, id);
      await hand.type(text);
      taken.typed += text.length;
    },
    async chooses(field, value) {
      taken.presses += 1;
      await chooseByKeyboard(page, hand, field, value);
    },
    async presses(words, leads) {
      taken.presses += 1;
      await tabToText(page, hand, words);
      await hand.page('Enter');
      expect([leads].flat().includes(pathOf(page)), `"${words}" led to ${pathOf(page)}, not ${leads}: ${await errorSummary(page)}`);
    },
  };
}

/** From the first page to the choices, by what stands on the paper. */
async function comesIn(one, page, demo) {
  const relative = demo.nextRelative();
  await one.reads();
  await one.presses('Start now', '/r/code');
  await one.reads();
  await one.types('code', relative.code);
  await one.presses('Continue', '/r/birth-date');
  await one.reads();
  for (const part of ['day', 'month', 'year']) await one.types(part, relative[part]);
  await one.presses('Continue', '/r/for-you');
  await one.reads();
  await one.chooses('for_you', 'yes');
  await one.presses('Continue', ['/r/before', '/r/back']);
  await beforeReading(page, demo);
  await one.reads();
  await one.chooses('before', 'now');
  await one.presses('Continue', '/r/letter');
  await one.reads();
  await one.presses('Continue', '/r/choices');
}

/** One answer, with nothing added to it; ends on what happens next. */
async function answersWith(one, page, choice, asked = {}) {
  await one.reads();
  await one.chooses('choice', choice);
  await one.presses('Continue', `/r/answer/${choice}`);
  for (const [field, value] of Object.entries(asked)) await one.chooses(field, value);
  for (let step = 0; pathOf(page) !== '/r/check'; step += 1) {
    expect(step < 5, `no end of questions: ${pathOf(page)}`);
    await one.reads();
    const on = pathOf(page);
    await tabToText(page, one.hand, 'Continue');
    await one.hand.page('Enter');
    one.taken.presses += 1;
    expect(pathOf(page) !== on, `${on} was refused: ${await errorSummary(page)}`);
  }
  await one.reads();
  await one.presses('Confirm and send', '/r/done');
  await one.reads();
}

async function comesBackTo(one, page, demo, path, words) {
  one.taken.presses += 1;
  await open(page, `${demo.relatives}/back`);
  await one.reads();
  await one.presses(words, path);
}

test('every step from the code to the way out can be gone by keyboard alone, with the focus in sight', ({ browser, demo }) =>
  visit({ browser }, { origin: demo.relatives, size: PHONE, js: false }, async (page) => {
    const problems = [];
    const one = somebody(page, { look: async () => problems.push(...(await focusProblems(page)).map((problem) => `${pathOf(page)}: ${problem}`)) });
    await open(page, demo.relatives);
    await comesIn(one, page, demo);
    await answersWith(one, page, 'appointment', { by: 'phone' });
    await comesBackTo(one, page, demo, '/r/choices', 'Change your answer');
    await answersWith(one, page, 'think');
    await one.presses('Leave this page', '/r/stop');
    console.log(`        ${one.taken.pages} screens, ${one.hand.presses} keys`);
    expectNone(problems);
  }), { minutes: 2 });

test('with a letter that was read on paper somebody answers, changes their answer and leaves in less than five minutes', ({ browser, demo }) =>
  visit({ browser }, { origin: demo.relatives, size: PHONE, js: false }, async (page) => {
    const one = somebody(page);
    await open(page, demo.relatives);
    await comesIn(one, page, demo);
    await answersWith(one, page, 'think');
    await comesBackTo(one, page, demo, '/r/choices', 'Change your answer');
    await answersWith(one, page, 'already_tested');
    await one.presses('Leave this page', '/r/stop');
    await one.reads();
    const { pages, words, typed, presses, letter } = one.taken;
    const seconds = Math.round((words * 60) / WORDS_A_MINUTE + presses * SECONDS_A_PRESS + typed * SECONDS_A_LETTER);
    const reading = Math.round((letter * 60) / WORDS_A_MINUTE);
    const shown = (all) => `${Math.floor(all / 60)} min ${all % 60} s`;
    console.log(`        ${pages} screens, ${presses} presses, ${typed} letters typed, ${words} words: ${shown(seconds)}; the letter itself, ${letter} words, ${shown(reading)} more`);
    expect(seconds <= MOST_SECONDS, `it takes ${shown(seconds)}`);
  }), { unopened: true });
