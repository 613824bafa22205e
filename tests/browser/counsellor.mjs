// What a counsellor does in a browser to bring one family from a laboratory's report to a letter, page by page, by clicking.
// Must not know: which family; addresses are found by following the page's own links.
import { expect } from './reporter.mjs';
import { open, pathOf } from './visit.mjs';

/** Presses the button with these words and waits for the next page, which must not be a refusal. */
export async function press(page, words) {
  await turnPage(page, page.locator('main').getByRole('button', { name: words }).first(), words);
}

/** Follows the link with these words; a link that looks like a button calls itself one. */
export async function follow(page, words) {
  await turnPage(page, page.getByRole('link', { name: words }).or(page.locator('a').and(page.getByRole('button', { name: words }))).first(), words);
}

async function turnPage(page, target, words) {
  const from = pathOf(page);
  const [answer] = await Promise.all([page.waitForResponse((response) => response.request().isNavigationRequest() && response.status() !== 303), target.click()]);
  await page.waitForLoadState('load');
  expect(answer.status() < 400, `"${words}" on ${from} was refused: ${(await page.locator('main').innerText()).replace(/\s+/g, ' ')}`);
}

export async function choose(page, question, answer) {
  await page.getByRole('group', { name: question }).getByRole('radio', { name: answer }).check();
}

export async function fillDate(page, question, [day, month, year]) {
  const group = page.getByRole('group', { name: question });
  for (const [part, value] of [['Day', day], ['Month', month], ['Year', year]]) await group.getByLabel(part, { exact: true }).fill(String(value));
}

/** Today as the forms want it. */
export function today() {
  const now = new Date();
  return [now.getUTCDate(), now.getUTCMonth() + 1, now.getUTCFullYear()];
}

/** From the home page, a report's file becomes a result; ends on its page. */
export async function bringInReport(page, demo, file) {
  await open(page, `${demo.staff}/`);
  await follow(page, 'New report');
  await page.getByLabel("The report's file").setInputFiles(file);
  await press(page, 'Bring in this report');
}

/** Marks every finding as suggested; what is suggested uncertain is kept personal, with a reason. */
export async function markFindings(page, onScreen = async () => {}) {
  const count = await page.locator('article[id^=finding-]').count();
  expect(count > 0, 'the report has no finding');
  for (let place = 0; place < count; place += 1) {
    const finding = page.locator('article[id^=finding-]').nth(place);
    const familial = /Suggestion:\s*familial/i.test(await finding.innerText());
    await finding.getByRole('radio', { name: familial ? 'Familial' : 'Personal' }).check();
    if (!familial) await finding.getByLabel('Why').fill('Looked at: it says nothing that a relative needs');
    await press(page, `Mark finding ${place + 1}`);
    if (place === 0) await onScreen();
  }
}

/** Says what the familial part is called; the fitting condition is already chosen where there is only one. */
export async function separate(page, condition) {
  const chosen = await page.getByLabel('Condition', { exact: true }).evaluate((select) => select.selectedOptions[0].text);
  expect(chosen === condition, `the condition chosen beforehand is "${chosen}"`);
  await press(page, 'Separate');
}

/** The proband hears the result; ends on the list of relatives at risk. */
export async function recordConversation(page, said, onScreen = async () => {}) {
  await follow(page, 'Record the conversation');
  await onScreen();
  await choose(page, 'What kind of conversation', 'Telling the proband their result');
  await fillDate(page, 'When was it?', today());
  await page.getByLabel('Who was there?').fill('The proband and their partner');
  await page.getByLabel('What was the proband told?').fill('What was found, and that relatives may be able to prevent illness, have regular checks, and prepare.');
  await page.getByLabel('What did the proband say?').fill(said);
  await page.getByLabel('What happens next?').fill('We write to the sister.');
  await press(page, 'Save this conversation');
}

/** From the list of relatives at risk: adds one with an address and comes back to the list. */
export async function addRelative(page, { relation, given, family, born, address, postcode }, onScreen = async () => {}) {
  await follow(page, 'Add a relative');
  await page.getByLabel('Relation', { exact: true }).selectOption(relation);
  await page.getByLabel('Given names').fill(given);
  await page.getByLabel('Family name').fill(family);
  await fillDate(page, 'Date of birth', born);
  await press(page, 'Add this relative');
  await onScreen();
  await page.getByLabel('Address', { exact: true }).fill(address);
  await page.getByLabel('Postcode').fill(postcode);
  await page.getByLabel('Where this came from').fill('The proband');
  await press(page, 'Save how to reach this person');
  await turnPage(page, page.locator('.nhsuk-breadcrumb__link').last(), 'the way back to the family');
  await follow(page, /^Relatives at risk/);
}

/** Checks the list; ends on the page of one relative on it. */
export async function confirmList(page, name) {
  await press(page, 'I have checked this list');
  await follow(page, new RegExp(`^${name}\\b.*as a relative at risk`));
}

/** Where the page says that this relative can tell who was tested, it asks why L1 or L2 is right all the same. */
async function sayWhyAllTheSame(page) {
  const asked = page.getByLabel('Why is L1 or L2 right');
  if (await asked.count()) await asked.fill('They know that their sister can work it out, and agree.');
}

export async function recordConsent(page, words, onScreen = async () => {}) {
  await follow(page, 'Record what the proband says');
  await onScreen();
  await choose(page, 'What does the proband say?', /^Agrees$/);
  await choose(page, 'By which way', 'The clinic writes to them');
  await choose(page, 'How much may this relative be told', /^L2/);
  await page.getByLabel('What did they say, in their own words?').fill(words);
  await sayWhyAllTheSame(page);
  await press(page, 'Save what they say');
}

/** Drafts a letter and hands it on; ends on the letter. */
export async function writeLetter(page, level, onScreen = async () => {}) {
  await choose(page, 'How much the letter tells', level);
  await sayWhyAllTheSame(page);
  await press(page, 'Draft the letter');
  await onScreen();
  await press(page, 'Hand to a second person');
}
