// Every path of the relatives' pages, screen by screen, each also as it looks when what was typed is refused.
// Must not know: the wording, or what a screen is looked at for.
import { beforeReading, identify } from './relative.mjs';
import { expect } from './reporter.mjs';
import { errorSummary, open, pathOf, proceed } from './visit.mjs';

const LONG = 'Llanfairpwllgwyngyll '.repeat(150); // more than any field takes
const FITTING = { mobile: '07700 900 123', email: 'me@example.org', own_phone: '01632 960 001', phone: '01632 960 123', right_email: 'me@example.org', right_phone: '01632 960 123' };
const NOBODYS = '0000-0000-0000';

/** Calls `look()` on each screen once, by its address and what tells it from others there. */
export function lookingAt(page, look) {
  const seen = new Set();
  return async (state = '') => {
    const key = `${pathOf(page)} ${state}`;
    if (seen.has(key)) return;
    seen.add(key);
    await look();
  };
}

/** Sends the form of this screen with nothing chosen and far too much typed; looks at the refusal, and asks for the screen anew. */
async function refused(page, look, state = '') {
  const here = page.url();
  await page.evaluate(() => document.querySelectorAll('main input[type=radio], main input[type=checkbox]').forEach((one) => { one.checked = false; }));
  for (const field of await page.locator('main textarea, main input[type=text], main input[type=tel], main input[type=email]').all()) await field.fill(LONG);
  await proceed(page);
  expect((await errorSummary(page)) !== '', `${here}: what cannot be taken was not refused; it led to ${pathOf(page)}`);
  await look(`refused ${state}`);
  await open(page, here);
}

/** The first answer to every question, or those of `wanted`, and a few words in every field. */
async function fill(page, wanted = {}) {
  const radios = page.locator('main input[type=radio]');
  for (const name of new Set(await radios.evaluateAll((inputs) => inputs.map((one) => one.name)))) {
    const group = page.locator(`main input[type=radio][name="${name}"]`);
    await (wanted[name] ? group.and(page.locator(`[value="${wanted[name]}"]`)) : group.first()).check();
  }
  for (const list of await page.locator('main select').all()) await list.selectOption({ index: 1 });
  for (const field of await page.locator('main textarea, main input[type=text], main input[type=tel], main input[type=email]').all()) {
    const name = await field.getAttribute('name');
    const year = /^born_/.test(name) ? '1990' : 'A few words';
    await field.fill(wanted[name] ?? FITTING[name] ?? year);
  }
}

async function chosen(page, name, value, leads) {
  await page.locator(`main input[name=${name}][value=${value}]`).check();
  await proceed(page);
  expect([leads].flat().includes(pathOf(page)), `"${value}" led to ${pathOf(page)}, not ${leads}: ${await errorSummary(page)}`);
}

/** From the first page to "Is this for you?", by way of what is not found. */
export async function door(page, demo, relative, look) {
  await open(page, demo.relatives);
  await look();
  await open(page, `${demo.relatives}/code`);
  await look();
  await page.locator('#code').fill('abcd');
  await proceed(page);
  await look('refused');
  await identify(page, demo, { ...relative, code: NOBODYS });
  await look('not matched');
  await open(page, `${demo.relatives}/code`);
  await page.locator('#code').fill(relative.code);
  await proceed(page);
  await look();
  for (const [part, value] of [['day', '31'], ['month', '2'], ['year', '1980']]) await page.locator(`#${part}`).fill(value);
  await proceed(page);
  await look('refused');
  await identify(page, demo, relative);
  expect(pathOf(page) === '/r/for-you', `code and date came to ${pathOf(page)}`);
  await look();
}

/** Reads, in both languages. */
export async function reading(page, demo, relative, look) {
  await door(page, demo, relative, look);
  await refused(page, look);
  await chosen(page, 'for_you', 'yes', ['/r/before', '/r/back']);
  await beforeReading(page, demo);
  await look();
  await refused(page, look);
  for (const [value, leads] of [['later', '/r/before'], ['rather_not', '/r/answer/not_know']]) {
    await open(page, `${demo.relatives}/before`);
    await chosen(page, 'before', value, leads);
    await look(value);
  }
  await open(page, `${demo.relatives}/before`);
  await chosen(page, 'before', 'now', '/r/letter');
  await look();
  const other = await page.locator('main a[href^="/r/letter/"][hreflang]').first().getAttribute('href');
  await open(page, new URL(other, page.url()).href);
  await look();
  await open(page, `${demo.relatives}/choices`);
  await look();
  await refused(page, look);
}

/** Each answer that keeps the letter, with what may be added to it, and each changed for the next. */
export async function answers(page, demo, look) {
  await open(page, `${demo.relatives}/choices`);
  const choices = await page.locator('input[name=choice]').evaluateAll((radios) => radios.map((radio) => radio.value));
  for (const choice of choices.filter((choice) => choice !== 'not_me')) {
    await open(page, `${demo.relatives}/choices`);
    await chosen(page, 'choice', choice, `/r/answer/${choice}`);
    await throughAnswer(page, look, choice);
    await open(page, `${demo.relatives}/back`);
    await look(choice);
  }
  await open(page, `${demo.relatives}/answered`);
  await look();
}

/** The pages of an answer up to what happens next. */
async function throughAnswer(page, look, choice) {
  const looked = async (state) => look(`${choice} ${state}`);
  for (let step = 0; pathOf(page) !== '/r/done'; step += 1) {
    expect(step < 8, `"${choice}" has no end: ${pathOf(page)}: ${await errorSummary(page)}`);
    const own = pathOf(page).startsWith('/r/answer/');
    if (own || pathOf(page).startsWith('/r/more/')) {
      await (own ? looked('') : look());
      await (own ? refused(page, looked) : refused(page, look));
      await fill(page);
    } else await looked('');
    await proceed(page);
  }
  await looked('');
}

/** What is held about whoever reads, and all that may be asked about it. */
export async function details(page, demo, look) {
  await open(page, `${demo.relatives}/details`);
  await look('before');
  const wishes = await page.locator('main a[href^="/r/details/"]').evaluateAll((links) => links.map((link) => link.href));
  for (const wish of wishes) {
    await open(page, wish);
    await look();
    await refused(page, look);
    await fill(page);
    await proceed(page);
    expect(pathOf(page) === '/r/details', `${wish} led to ${pathOf(page)}: ${await errorSummary(page)}`);
  }
  await look('after');
}

/** Somebody acts for the person: asks to, or types a second code that opens nothing. */
export async function asksToAct(page, demo, relative, look) {
  await identify(page, demo, relative);
  await chosen(page, 'for_you', 'carer', '/r/acting');
  await look();
  await refused(page, look);
  await chosen(page, 'acting', 'second_code', '/r/acting/code');
  await look();
  await page.locator('#second_code').fill('abcd');
  await proceed(page);
  await look('refused');
  await page.locator('#second_code').fill(NOBODYS);
  await proceed(page);
  await look('not matched');
  await open(page, `${demo.relatives}/acting`);
  await chosen(page, 'acting', 'ask', '/r/acting/as');
  await look();
  await refused(page, look);
  for (const as of ['parent', 'attorney', 'helper']) {
    await open(page, `${demo.relatives}/acting/as`);
    await chosen(page, 'acting_as', as, '/r/acting/name');
    await look(as);
  }
  await refused(page, look);
  await fill(page, { own_name: 'Ann Lee' });
  await proceed(page);
  await look();
  await refused(page, look);
  await fill(page, { own_times: 'Evenings' });
  await proceed(page);
  await look();
  await proceed(page);
  expect(pathOf(page) === '/r/acting/asked', `asking led to ${pathOf(page)}`);
  await look();
}

/** Whoever was let in by a second code: what they read, may choose, and how they come back. */
export async function actsFor(page, demo, relative, second, look) {
  await identify(page, demo, relative);
  await chosen(page, 'for_you', 'carer', '/r/acting');
  await chosen(page, 'acting', 'second_code', '/r/acting/code');
  await page.locator('#second_code').fill(second);
  await proceed(page);
  expect(pathOf(page) === '/r/before', `the second code led to ${pathOf(page)}`);
  await look('for them');
  await chosen(page, 'before', 'now', '/r/letter');
  await look('for them');
  await open(page, `${demo.relatives}/choices`);
  await look('for them');
  await chosen(page, 'choice', 'appointment', '/r/answer/appointment');
  await fill(page);
  await proceed(page);
  expect(pathOf(page) === '/r/check', `the answer for another led to ${pathOf(page)}`);
  await look('for them');
  await proceed(page);
  await look('for them');
  await open(page, `${demo.relatives}/back`);
  await look('for them');
}

/** A form of a visit that has become another, an address that there is not, and the way out. */
export async function astray(page, demo, relative, look) {
  await identify(page, demo, relative);
  await chosen(page, 'for_you', 'yes', ['/r/before', '/r/back']);
  await beforeReading(page, demo);
  const other = await page.context().newPage();
  await identify(other, demo, relative);
  await other.close();
  await page.locator('input[name=before][value=now]').check();
  await proceed(page);
  await look('not taken');
  await page.goto(`${demo.relatives}/nothing`);
  await look();
  await identify(page, demo, relative);
  await open(page, `${demo.relatives}/stop`);
  await look();
  await page.goto(`${demo.relatives}/letter`);
  expect((await page.locator('.kw-letter').count()) === 0, 'the letter is still there for whoever has the phone next');
  await look('after stopping');
}

/** "Not me", then a death: both take the letter away for good, so this comes last. */
export async function notTheirs(page, demo, relative, look) {
  await identify(page, demo, relative);
  await chosen(page, 'for_you', 'not_me', '/r/answer/not_me');
  await throughAnswer(page, look, 'not_me');
  await identify(page, demo, relative);
  await page.locator('input[name=for_you][value=yes]').check();
  await proceed(page);
  expect(pathOf(page) === '/r/letter' && (await page.locator('.kw-letter').count()) === 0, `the letter is still shown at ${pathOf(page)}`);
  await look('withheld');
  await open(page, `${demo.relatives}/back`);
  await look('withheld');
  await identify(page, demo, relative);
  await page.locator('input[name=for_you][value=died]').check();
  await proceed(page);
  await look('died');
}
