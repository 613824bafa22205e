// The whole way of one family through the real pages: from a laboratory's report to a relative's answer and back to staff.
// Must not know: how any page is made; it clicks, types and reads.
import * as counsellor from './counsellor.mjs';
import { follow, press } from './counsellor.mjs';
import { chooseByKeyboard, keys, tabTo, tabToText } from './keyboard.mjs';
import { pageProblems } from './page_checks.mjs';
import { answer, identify, openLetter } from './relative.mjs';
import { expect, expectNone, test } from './reporter.mjs';
import { signIn } from './staff.mjs';
import { PHONE, errorSummary, open, pathOf, visit } from './visit.mjs';

const REPORT = 'tests/data/reports/vhl_vhl.json';
const PERSONAL = /Imogen|Sorrel|Nether Ashcombe|999 ?000 ?0077|SDHB|KV-271940/; // of the report, and no relative's business
const SISTER = { relation: 'sister', given: 'Marian', family: 'Quayle', born: [3, 10, 1984], address: '4 Weavers Row\nStroud', postcode: 'GL5 2BB' };
const SOON = 30_000; // the worker looks for letters every second

const as = (demo, role) => demo.signIns.find((person) => person.role.startsWith(role));
const words = async (page, part = 'main') => (await page.locator(part).first().innerText()).replace(/\s+/g, ' ');

function expectWords(text, pattern, where) {
  expect(pattern.test(text), `${where}: no ${pattern} in "${text.slice(0, 400)}"`);
}

test('a report becomes a letter, the letter an answer, and the answer work for the counsellor', async ({ browser, demo }) => {
  const problems = [];
  const found = {};

  await visit({ browser }, { origin: demo.staff }, async (page, seen) => {
    const look = async () => problems.push(...(await pageProblems(page, seen)));
    await signIn(page, demo, as(demo, 'counsellor'));
    await counsellor.bringInReport(page, demo, REPORT);
    await counsellor.markFindings(page, look);
    expectWords(await words(page, 'section[aria-labelledby=preview]'), /Marked familial now, in VHL: NM_000551\.4:c\.499C>T/, 'the preview');
    const [findings, preview] = await Promise.all(['findings', 'preview'].map((part) => page.locator(`section[aria-labelledby=${part}]`).boundingBox()));
    expect(findings.x + findings.width <= preview.x && preview.y >= 0 && preview.y < 100, `at the last finding the preview is not beside it: ${JSON.stringify({ findings, preview })}`);
    await counsellor.separate(page, 'Von Hippel-Lindau disease');
    const all = await words(page, 'section[aria-labelledby=preview]');
    expectWords(all, /L0 .* L1 .* L2 .*Gene: VHL/, 'the preview');
    expect(!PERSONAL.test(all), `the preview tells too much: ${all}`);
    await look();
    await counsellor.recordConversation(page, 'Please tell my sister. Leave my name out of it.', look);
    await counsellor.addRelative(page, SISTER, look);
    await look();
    await counsellor.confirmList(page, 'Marian Quayle');
    await look();
    await counsellor.recordConsent(page, 'Yes, write to her.', look);
    await counsellor.writeLetter(page, 'L2', look);
    const letter = await words(page, '.kw-letter');
    expectWords(letter, /Dear Marian Quayle .* a gene called VHL/, 'the letter');
    expect(!PERSONAL.test(letter), `the letter tells too much: ${letter}`);
    expect((await page.getByRole('button', { name: 'Approve' }).count()) === 0, 'whoever wrote a letter may approve it');
    found.letter = pathOf(page);
    found.reference = /KW-\w{4}-\w{4}/.exec(letter)[0];
  });

  await visit({ browser }, { origin: demo.staff }, async (page, seen) => {
    await signIn(page, demo, as(demo, 'clinician'));
    await open(page, `${demo.staff}/`);
    await follow(page, 'Families');
    await page.locator('#reference').fill(found.reference);
    await page.getByLabel('Why you need it').fill('The counsellor asked me to approve a letter');
    await press(page, 'Open this file');
    await follow(page, /^Marian Quayle\b.*as a relative at risk/);
    await follow(page, /^Direct contact at L2/);
    expect(pathOf(page) === found.letter, `the letter is at ${pathOf(page)}, not ${found.letter}`);
    problems.push(...(await pageProblems(page, seen)));
    await press(page, 'Approve and send');
    const until = Date.now() + SOON;
    while (!/^Sent/.test(await words(page, 'main .nhsuk-tag'))) {
      expect(Date.now() < until, `the letter is not sent after ${SOON / 1000} s but: ${await words(page, 'main .nhsuk-tag')}`);
      await page.reload();
    }
    await open(page, `${demo.staff}${found.letter}/text`);
    found.code = /\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b/.exec(await page.locator('body').innerText())[0];
  });

  const [day, month, year] = SISTER.born.map(String);
  await visit({ browser }, { origin: demo.relatives, size: PHONE, js: false }, async (page) => {
    await openLetter(page, demo, { code: found.code.toLowerCase().replaceAll('-', ' '), day, month, year });
    const letter = await words(page, '.kw-letter');
    expectWords(letter, /Dear Marian Quayle .* a gene called VHL/, 'the letter on a phone');
    expect(!PERSONAL.test(await page.content()), 'the letter on a phone tells too much');
    await answer(page, 'appointment');
    expectWords(await words(page), new RegExp(`We have your answer .*${found.reference}.*offer you an appointment`), 'the last page');
  });

  await visit({ browser }, { origin: demo.staff }, async (page, seen) => {
    await signIn(page, demo, as(demo, 'counsellor'));
    await open(page, `${demo.staff}/`);
    await follow(page, 'Replies from relatives');
    await follow(page, new RegExp(`sister, ${found.reference}`));
    const task = await words(page);
    expectWords(task, /Marian Quayle.*Wants appointment.*Would like an appointment.*by phone.*Weekday mornings/, "the relative's page");
    problems.push(...(await pageProblems(page, seen)));
  });

  await visit({ browser }, { origin: demo.staff }, async (page, seen) => {
    await signIn(page, demo, as(demo, 'guardian'));
    await open(page, `${demo.staff}/families`);
    await page.locator('#reference').fill(found.reference);
    await page.getByLabel('Why you need it').fill('A check of one file in ten');
    await press(page, 'Open this file');
    await follow(page, 'Who did or read what in this file');
    expectWords(await words(page), /Nia Morgan.*Dr Amir Rahman|Dr Amir Rahman.*Nia Morgan/, 'the record');
    problems.push(...(await pageProblems(page, seen)));
  });
  expectNone(problems);
}, { minutes: 3 });

test('a clinician finds the form for a decision, with both sides to weigh', ({ browser, demo }) =>
  visit({ browser }, { origin: demo.staff }, async (page, seen) => {
    await signIn(page, demo, as(demo, 'clinician'));
    await open(page, `${demo.staff}/queues/decisions`);
    await follow(page, /^Decisions to make/);
    await follow(page, /confidentiality decision/);
    expectWords(await words(page), /Answer the questions/, 'the decision page');
    await page.getByText('All questions on one page').click();
    expectWords(await words(page), /Reasons for applying.*Reasons against/, 'the decision page');
    expectNone(await pageProblems(page, seen));
  }));

// Forty words a minute are 200 key presses; four minutes of them are all that a plain case may take.
const MOST_PRESSES = 800;

const DECIDED = [
  { first_view: 'would_decline' },
  { proximity: 'Known to us by name only.' },
  { model: 'familial' },
  { harm_if_not_shared: 'No checks in time; severe.', not_shared_grade: 'severe' },
  { harm_if_shared: 'They may quarrel again.', shared_grade: 'slight' },
  { autonomy: 'Both may choose.', beneficence: 'Checks each year.', non_maleficence: 'A talk first.', justice: 'As for others.' },
  { reasons: 'RL2' },
  { steps_tried: 'Two talks and a call.' },
  { adviser: 'The team, on Monday.', advice_named: 'unnamed', dissent: 'nobody', pressure: 'nobody' },
  { proband_informed: 'Told on Monday.' },
  { outcome: 'declined', level: 'L0', least_level: 'It is the lowest.', legal_basis: 'none_needed' },
  {},
];

test('a clinician decides by keyboard alone, one question a page, in less than four minutes of typing', ({ browser, demo }) =>
  visit({ browser }, { origin: demo.staff }, async (page, seen) => {
    const problems = [];
    await signIn(page, demo, as(demo, 'clinician'));
    await open(page, `${demo.staff}/queues/decisions`);
    await follow(page, /^Decisions to make/);
    await follow(page, /confidentiality decision/);
    const decision = pathOf(page);
    const hand = keys(page);
    await tabToText(page, hand, 'Answer the questions');
    await hand.page('Enter');
    for (const [place, answers] of DECIDED.entries()) {
      expectWords(await words(page), new RegExp(`Question ${place + 1} of ${DECIDED.length}`), 'the heading');
      for (const [field, value] of Object.entries(answers)) await answerByKeyboard(page, hand, field, value);
      if (place < 3) problems.push(...(await pageProblems(page, seen)));
      await tabToText(page, hand, 'Save and go on');
      await hand.page('Enter');
      expect(!(await errorSummary(page)), `refused: ${await errorSummary(page)}`);
    }
    expectWords(await words(page), /Check the decision.*They may quarrel again.*It is the lowest/, 'the check');
    problems.push(...(await pageProblems(page, seen)));
    await tabToText(page, hand, 'Save this decision for good');
    await hand.page('Enter');
    console.log(`        ${hand.presses} key presses`);
    expect(hand.presses <= MOST_PRESSES, `${hand.presses} key presses are more than four minutes of typing`);
    await open(page, `${demo.staff}${decision}`);
    expectWords(await words(page), /Do not apply it now.*They may quarrel again/, 'the decision');
    expectNone(problems);
  }), { minutes: 3 });

/** Ticks, types or chooses, whichever the field is for. */
async function answerByKeyboard(page, hand, field, value) {
  if (field === 'reasons') {
    await tabTo(page, hand, `reason-${value}`);
    await hand.press('Space');
  } else if (await page.locator(`textarea#${field}`).count()) {
    await tabTo(page, hand, field);
    await hand.type(value);
  } else await chooseByKeyboard(page, hand, field, value);
}

test('wrong dates of birth lock a letter until a member of staff opens it again', async ({ browser, demo }) => {
  const relative = demo.nextRelative();
  const problems = [];
  const leadsTo = (years) => visit({ browser }, { origin: demo.relatives, size: PHONE, js: false }, async (page) => {
    for (const year of years) await identify(page, demo, { ...relative, year });
    return pathOf(page);
  });
  const locked = await leadsTo(['1902', '1903', '1904', '1905', '1906', relative.year]);
  expect(locked === '/r/birth-date', `a locked letter opened: ${locked}`);
  await visit({ browser }, { origin: demo.staff }, async (page, seen) => {
    await signIn(page, demo, as(demo, 'counsellor'));
    await open(page, `${demo.staff}/`);
    await follow(page, 'Locked codes');
    await follow(page, /^Locked codes, KW-/);
    problems.push(...(await pageProblems(page, seen)));
    await press(page, 'Open this code again');
  });
  const opened = await leadsTo([relative.year]);
  expect(opened === '/r/for-you', `the letter that was opened again came to ${opened}`);
  expectNone(problems);
});

test('who chooses not to know is seen by staff, and written to no more', async ({ browser, demo }) => {
  const relative = demo.nextRelative();
  await visit({ browser }, { origin: demo.relatives, size: PHONE, js: false }, async (page) => {
    await openLetter(page, demo, relative);
    await answer(page, 'not_know');
  });
  await visit({ browser }, { origin: demo.staff }, async (page, seen) => {
    await signIn(page, demo, as(demo, 'counsellor'));
    await open(page, `${demo.staff}/queues/objections`);
    await follow(page, /^Objections, KW-/);
    expectWords(await words(page), new RegExp(`${relative.who} has asked not to be contacted`), 'the objection');
    expectNone(await pageProblems(page, seen));
    await press(page, 'I have seen this');
  });
});
