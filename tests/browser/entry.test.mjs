// A counsellor enters families: by keyboard alone in a table and as text, from a file, and takes the last of it back.
// Must not know: how an entry is read; it types, looks at the pages, and counts.
import { mkdir } from 'node:fs/promises';
import { press } from './counsellor.mjs';
import { focused, keys, tabTo } from './keyboard.mjs';
import { pageProblems } from './page_checks.mjs';
import { expect, expectNone, test } from './reporter.mjs';
import { signIn } from './staff.mjs';
import { DESK, PHONE, errorSummary, open, pathOf, visit } from './visit.mjs';

// Forty words a minute are 200 key presses; three minutes of them are all that fifteen people may take.
const MOST_PRESSES = 600;

// Relation, relative of, given names, family name, sex, born, alive or died, has or had, notes.
const FOURTEEN = [
  ['mother', '', 'Ida', 'Bell', '', '1940', '71', 'breast cancer 41', ''],
  ['father', '', 'Owen', 'Bell', '', '1938', 'died', '', ''],
  ['sister', '', 'Ann', 'Bell', '', '1964', '', '', ''],
  ['brother', '', 'Rhys', 'Bell', '', '1966'],
  ["mother's mother", '', 'Mair', 'Farr', '', '', '80', 'ovarian cancer 60'],
  ["mother's father", '', 'Ifor', 'Farr', '', '', 'died'],
  ["mother's sister", '', 'Una', 'Farr', '', '1944'],
  ['twin sister', '7', 'Uma', 'Farr'],
  ['daughter', '7', 'Cara', 'Farr', '', '1970'],
  ['husband', '3', 'Tom', 'Hale'],
  ['daughter', '3 and 10', 'Wren', 'Hale', '', '1990'],
  ['son', '3 and 10', 'Max', 'Hale', '', '1992'],
  ['pregnancy', '11', '', '', '', '', 'pregnancy 12w'],
  ['son', '', 'Huw', 'Bell', '', '1995'],
];

const counsellor = (demo) => demo.signIns.find((person) => person.role.startsWith('counsellor'));

/** One of the families of this counsellor, newest first; what a test adds to it, it takes back. */
async function family(page, demo, index) {
  await open(page, `${demo.staff}/families`);
  const href = await page.locator('main .kw-queue__name a').nth(index).getAttribute('href');
  return `${demo.staff}${href}`;
}

async function pictures(page, name) {
  if (!process.env.KINWARD_PICTURES) return;
  await mkdir(process.env.KINWARD_PICTURES, { recursive: true });
  const size = page.viewportSize();
  for (const look of [{ width: 1600, height: 1000 }, DESK, PHONE]) {
    await page.setViewportSize(look);
    await page.screenshot({ path: `${process.env.KINWARD_PICTURES}/${name}-${look.width}.png`, fullPage: true });
  }
  await page.setViewportSize(size);
}

async function undo(page) {
  await page.locator('#last-change summary').click();
  await press(page, 'Undo this change');
}

const peopleIn = (page) => page.locator('table.kw-twin tbody tr').count();

test('a family of fifteen is entered in the table by keyboard alone, in less than three minutes of typing, and taken back', ({ browser, demo }) =>
  visit({ browser }, { origin: demo.staff }, async (page, seen) => {
    await signIn(page, demo, counsellor(demo));
    const file = await family(page, demo, 0);
    await open(page, file);
    const before = await peopleIn(page);
    await open(page, `${file}/people/table`);
    const began = Date.now();
    const hand = keys(page);
    await tabTo(page, hand, 'relation-1');
    const toTheTable = hand.presses;
    const own = await fillTable(page, hand);
    await hand.page('Enter');
    expect(!(await errorSummary(page)), `the rows are refused: ${await errorSummary(page)}`);
    await pictures(page, 'table');
    await hand.page('Enter'); // again, with nothing new typed
    expect((await page.locator('#changes li').count()) > 0, 'what will be saved is not shown');
    await pictures(page, 'plan');
    expect(await page.evaluate(() => document.activeElement?.value) === 'save', 'the focus is not on what saves');
    await hand.page('Enter');
    const seconds = (Date.now() - began) / 1000;
    console.log(`        ${hand.presses} key presses (${toTheTable} to reach the table), ${seconds.toFixed(1)} s by machine`);
    expect(hand.presses <= MOST_PRESSES, `${hand.presses} key presses are more than three minutes of typing`);
    expect(pathOf(page) === new URL(file).pathname, `ended on ${pathOf(page)}`);
    const names = await page.locator('table.kw-twin tbody').innerText();
    for (const name of own) expect(names.includes(name), `${name} is not in the family`);
    await pictures(page, 'family');
    expectNone(await pageProblems(page, seen));
    await undo(page);
    expect((await peopleIn(page)) === before, `after undoing ${await peopleIn(page)} people are there, not ${before}`);
  }), { minutes: 4 });

/** Types the rows; answers the names typed. A row that is done early goes on with Enter, which gives the next. */
async function fillTable(page, hand) {
  const names = [];
  for (const [at, cells] of FOURTEEN.entries()) {
    const last = cells.findLastIndex((cell) => cell !== '');
    for (const [place, cell] of cells.entries()) {
      if (place > last) break;
      await hand.type(cell);
      if (place < last) await hand.press('Tab');
    }
    if (cells[2]) names.push(`${cells[2]} ${cells[3]}`);
    if (at === FOURTEEN.length - 1) continue;
    await hand.page('Enter');
    expect(!(await errorSummary(page)), `row ${at + 1}: ${await errorSummary(page)}`);
    expect((await focused(page)) === `relation-${at + 2}`, `after row ${at + 1} the focus is on #${await focused(page)}`);
  }
  return names;
}

const TEXT = [
  '[Owen Bell, d.70] + (Ida Bell, d.71, breast cancer @41)',
  '-- (Ann Bell, b.1964) + [Tom Hale]',
  '  -- (Wren Hale, b.1990)',
  '  -- [Max Hale, b.1992]',
  '-- [Rhys Bell, b.1966]',
  '-- <3>',
  '[Ifor Farr] + (Mair Farr, d.80)',
  '-- (Ida Bell)',
  '-% (Una Farr, b.1944) -% (Uma Farr)',
  '-- [\\Max Farr, d.20]',
  '(Una Farr) + []',
  '-- (Cara Farr, b.1970)',
];

test('a family is entered as text by keyboard alone, with its errors by line, and taken back', ({ browser, demo }) =>
  visit({ browser }, { origin: demo.staff }, async (page, seen) => {
    await signIn(page, demo, counsellor(demo));
    const file = await family(page, demo, 0);
    await open(page, file);
    const before = await peopleIn(page);
    await open(page, `${file}/people/text`);
    const began = Date.now();
    const hand = keys(page);
    await tabTo(page, hand, 'text');
    await hand.press('Control+End');
    for (const [at, line] of [...TEXT, '-- (Sue Farr, cough 40)'].entries()) {
      await hand.type(line);
      if (at < TEXT.length) await hand.press('Enter');
    }
    await hand.press('Tab');
    await hand.press('Tab');
    await hand.page('Enter');
    expect(/^There is a problem Line \d+, column \d+/.test(await errorSummary(page)), `the summary says: ${await errorSummary(page)}`);
    expect((await page.locator('#text').inputValue()).includes('(Sue Farr, cough 40)'), 'the text is lost');
    expectNone(await pageProblems(page, seen));
    await pictures(page, 'text-refused');
    await page.locator('#text').focus();
    await hand.press('Control+End');
    await hand.press('Backspace');
    await hand.press('Backspace');
    await hand.press('Backspace');
    await hand.type('@40)');
    await hand.press('Tab');
    await hand.press('Tab');
    await hand.page('Enter');
    expect(!(await errorSummary(page)), `the text is refused: ${await errorSummary(page)}`);
    expect((await page.locator('#changes ~ ul li').count()) > 14, 'what will be saved is not shown');
    await pictures(page, 'text');
    expectNone(await pageProblems(page, seen));
    await page.locator('button[value=save]').focus();
    await hand.page('Enter');
    console.log(`        ${hand.presses} key presses, ${((Date.now() - began) / 1000).toFixed(1)} s by machine`);
    expect(hand.presses <= MOST_PRESSES, `${hand.presses} key presses are more than three minutes of typing`);
    expect(pathOf(page) === new URL(file).pathname, `ended on ${pathOf(page)}: ${await errorSummary(page)}`);
    expect((await peopleIn(page)) >= before + 14, `${await peopleIn(page)} people`);
    await undo(page);
    expect((await peopleIn(page)) === before, 'not everybody was taken back');
  }), { minutes: 4 });

const PED = 'F1 dad 0 0 1 1\nF1 mum 0 0 2 1\nF1 pro dad mum 2 2\nF1 bro dad mum 1 1\n';

test('a file is looked at, each who may be there already is confirmed, and what came is taken back', ({ browser, demo }) =>
  visit({ browser }, { origin: demo.staff }, async (page, seen) => {
    await signIn(page, demo, counsellor(demo));
    const file = await family(page, demo, 0);
    await open(page, file);
    const before = await peopleIn(page);
    await open(page, `${file}/import`);
    expectNone(await pageProblems(page, seen));
    await pictures(page, 'import');
    await page.getByLabel('The file', { exact: true }).setInputFiles({ name: 'family.ped', mimeType: 'text/plain', buffer: Buffer.from(PED) });
    await press(page, 'Look at this file');
    await pictures(page, 'import-look');
    expectNone(await pageProblems(page, seen));
    const rows = page.locator('.kw-matching select');
    expect((await rows.count()) === 4, `${await rows.count()} rows`);
    for (let at = 0; at < 4; at += 1) {
      const same = await rows.nth(at).locator('option', { hasText: 'Same as' }).first().getAttribute('value');
      const asked = (await rows.nth(at).locator('option').first().innerText()) === 'Choose';
      await rows.nth(at).selectOption(asked ? same : 'new');
    }
    await press(page, 'Save this');
    expect(pathOf(page) === new URL(file).pathname, `ended on ${pathOf(page)}`);
    expect((await peopleIn(page)) > before, 'nobody came in');
    await undo(page);
    expect((await peopleIn(page)) === before, 'not everybody was taken back');
  }), { minutes: 3 });

test('the pages around a family are accessible, its drawing stands beside its table, and it leaves as a file', ({ browser, demo }) =>
  visit({ browser }, { origin: demo.staff, size: { width: 1600, height: 1000 } }, async (page, seen) => {
    await signIn(page, demo, counsellor(demo));
    const file = await family(page, demo, 1);
    await open(page, file);
    const [drawing, table] = await Promise.all([page.locator('.kw-beside > .kw-tree').nth(0).boundingBox(), page.locator('.kw-beside > .kw-tree').nth(1).boundingBox()]);
    expect(drawing.x + drawing.width <= table.x && Math.abs(drawing.y - table.y) < 2, `the drawing is not beside the table: ${JSON.stringify({ drawing, table })}`);
    await page.setViewportSize(DESK);
    await open(page, `${file}/people/table`);
    expectNone(await pageProblems(page, seen));
    await open(page, `${file}/export`);
    await pictures(page, 'export');
    expectNone(await pageProblems(page, seen));
    const answer = await page.context().request.get(`${file}/export/ped`);
    expect(answer.ok() && /share-safe-ped\.ped/.test(answer.headers()['content-disposition']), `the file answered ${answer.status()}`);
    await open(page, file);
    const person = await page.locator('table.kw-twin a[href^="/people/"]').nth(1).getAttribute('href');
    await open(page, `${demo.staff}${person}/place`);
    await pictures(page, 'place');
    expectNone(await pageProblems(page, seen));
  }), { minutes: 4 });
