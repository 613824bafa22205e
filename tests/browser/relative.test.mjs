// A relative reads the letter on a phone with scripts off and answers it.
// Must not know: what the letter says.
import { expect, expectNone, test } from './reporter.mjs';
import { headingProblems, weightProblems, widthProblems } from './page_checks.mjs';
import { answer, identify, openLetter } from './relative.mjs';
import { NARROW, PHONE, open, pathOf, proceed, visit } from './visit.mjs';

const TELLING = /gene|cancer|inherit|famil|cascade/i; // a title shows in histories and on shared screens

/** What an installation says of itself stands above every screen; it may take no more than a line each on a narrow phone. */
async function noticeProblems(page) {
  const lines = await page.locator('.kw-notice').evaluateAll((notices) => notices.map((n) => Math.round(n.getBoundingClientRect().height / parseFloat(getComputedStyle(n).lineHeight))));
  return lines.length > 0 && lines.every((count) => count === 1) ? [] : [`the notices take ${lines.join(' + ') || 'no'} lines`];
}

/** What is wrong with a screen that a relative looks at without scripts. */
async function screenProblems(page, seen) {
  const found = [...(await headingProblems(page)), ...(await widthProblems(page)), ...(await weightProblems(page, seen)), ...(await noticeProblems(page))];
  if (TELLING.test(await page.title())) found.push(`the title tells too much: "${await page.title()}"`);
  const ours = pathOf(page) === '/r/code' ? ':not([src="/assets/code.js"])' : '';
  if ((await page.locator(`img[src^="http"], script${ours}`).count()) > 0) found.push('there is a script, or a picture from elsewhere');
  return found.map((problem) => `${pathOf(page)} at ${page.viewportSize().width} px: ${problem}`);
}

for (const size of [PHONE, NARROW]) {
  test(`a relative reads the letter at ${size.width} px without scripts and gives every answer that keeps it`, ({ browser, demo }) =>
    visit({ browser }, { origin: demo.relatives, size, js: false }, async (page, seen) => {
      const problems = [];
      const screens = [];
      const look = async () => {
        screens.push(pathOf(page));
        problems.push(...(await screenProblems(page, seen)));
      };
      await openLetter(page, demo, demo.nextRelative(), look);
      await open(page, `${demo.relatives}/choices`);
      const choices = await page.locator('input[name=choice]').evaluateAll((radios) => radios.map((radio) => radio.value));
      expect(choices.length === 6, `the choices are ${choices.join(', ')}`);
      // "Not me" takes the letter away for good: it has a test of its own, the last one here.
      for (const choice of choices.filter((choice) => choice !== 'not_me')) {
        screens.length = 0;
        await answer(page, choice, look);
        expect(screens.includes('/r/check'), `"${choice}" was sent without being shown again: ${screens.join(' ')}`);
      }
      expectNone(problems);
    }), { minutes: 2 });
}

test('reading later, not at all, and stopping are as easy as reading', ({ browser, demo }) =>
  visit({ browser }, { origin: demo.relatives, size: NARROW, js: false }, async (page, seen) => {
    const problems = [];
    await openLetter(page, demo, demo.nextRelative());
    for (const [value, heading] of [['later', /another time/], ['rather_not', /do not have to know/]]) {
      await open(page, `${demo.relatives}/before`);
      await page.locator(`input[name=before][value=${value}]`).check();
      await proceed(page);
      expect(heading.test(await page.locator('h1').innerText()), `"${value}" led to "${await page.locator('h1').innerText()}"`);
      problems.push(...(await screenProblems(page, seen)));
    }
    await open(page, `${demo.relatives}/for-you`);
    await page.locator('input[name=for_you][value=carer]').check();
    await proceed(page);
    problems.push(...(await screenProblems(page, seen)));
    await Promise.all([page.waitForEvent('load'), page.locator('a.kw-header__stop').or(page.locator('main a[href="/r/stop"]')).first().click()]);
    problems.push(...(await screenProblems(page, seen)));
    await page.goto(`${demo.relatives}/letter`);
    expect((await page.locator('.kw-letter').count()) === 0, 'the letter is still there for whoever has the phone next');
    expectNone(problems);
  }));

test('a wrong code and a wrong date of birth are told apart by nothing', ({ browser, demo }) =>
  visit({ browser }, { origin: demo.relatives, size: PHONE, js: false }, async (page) => {
    const relative = demo.nextRelative();
    const told = [];
    for (const tried of [{ ...relative, code: '0000-0000-0000' }, { ...relative, year: '1901' }]) {
      await identify(page, demo, tried);
      const form = /name="form_token" value="[^"]*"/g;
      told.push({ path: pathOf(page), page: (await page.content()).replace(form, ''), words: await page.locator('main').innerText() });
    }
    expect(/could not open a letter/i.test(told[0].words), `a wrong code led to: ${told[0].words}`);
    expect(told[0].path === told[1].path && told[0].page === told[1].page, `the pages differ:\n${told[0].words}\nand\n${told[1].words}`);
    await identify(page, demo, relative);
    expect(pathOf(page) === '/r/for-you', `the right code and date came to ${pathOf(page)}`);
  }));

test('no screen behind the code opens without it', ({ browser, demo }) =>
  visit({ browser }, { origin: demo.relatives, size: PHONE }, async (page) => {
    for (const screen of ['for-you', 'before', 'letter', 'choices', 'check']) {
      await page.goto(`${demo.relatives}/${screen}`);
      expect(['/r', '/r/code'].includes(pathOf(page)), `/r/${screen} was shown at ${pathOf(page)} to someone without a code`);
    }
  }));

for (const size of [PHONE, NARROW]) {
  test(`at ${size.width} px a relative reads in Welsh and in large print, and asks about their own details, without scripts`, ({ browser, demo }) =>
    visit({ browser }, { origin: demo.relatives, size, js: false }, async (page, seen) => {
      const problems = [];
      const look = async () => { problems.push(...(await screenProblems(page, seen))); };
      await open(page, demo.relatives);
      await Promise.all([page.waitForEvent('load'), page.locator('.kw-language a').click()]);
      expect((await page.locator('html').getAttribute('lang')) === 'cy-GB', 'the first page does not come in Welsh');
      await openLetter(page, demo, demo.nextRelative(), look);
      const welsh = page.locator('main a[href^="/r/letter/"][hreflang]').first();
      await Promise.all([page.waitForEvent('load'), welsh.click()]);
      await look();
      const large = page.locator('main a[href$="/24"]');
      await page.locator('summary').first().click();
      const [file] = await Promise.all([page.waitForEvent('download'), large.click()]);
      expect(/letter.*\.pdf$/.test(file.suggestedFilename()), `the file is called ${file.suggestedFilename()}`);
      await answer(page, 'think', look);
      await open(page, `${demo.relatives}/details`);
      await look();
      for (const wish of ['correct', 'reach', 'others', 'copy', 'delete']) {
        await open(page, `${demo.relatives}/details/${wish}`);
        await look();
        for (const field of await page.locator('main textarea, main input[name=right_name], main input[name=children]').all()) await field.fill('A few words');
        await proceed(page);
        expect(pathOf(page) === '/r/details', `"${wish}" led to ${pathOf(page)}`);
      }
      await look();
      expectNone(problems);
    }), { minutes: 2 });
}

test('the square code of a letter fills in its code, and nothing of it is kept or sent', ({ browser, demo }) =>
  visit({ browser }, { origin: demo.relatives, size: PHONE, js: true }, async (page) => {
    const relative = demo.nextRelative();
    const asked = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(`${demo.relatives}/code#${relative.code}`);
    expect((await page.locator('#code').inputValue()) === relative.code, 'the code is not filled in');
    expect(!page.url().includes('#'), `the address is still ${page.url()}`);
    expect(asked.every((url) => !url.includes(relative.code)), `it was sent: ${asked.join(' ')}`);
    await proceed(page);
    expect(pathOf(page) === '/r/birth-date', `the code led to ${pathOf(page)}`);
    await page.goBack();
    expect(!page.url().includes('#'), `the history holds ${page.url()}`);
  }));

test('whoever says that the letter is not theirs sees it no more, and can still answer', ({ browser, demo }) =>
  visit({ browser }, { origin: demo.relatives, size: NARROW, js: false }, async (page, seen) => {
    const problems = [];
    const look = async () => { problems.push(...(await screenProblems(page, seen))); };
    await openLetter(page, demo, demo.nextRelative());
    await answer(page, 'not_me', look);
    for (const screen of ['letter', 'letter.pdf']) {
      await page.goto(`${demo.relatives}/${screen}`);
      expect(pathOf(page) === '/r/letter' && (await page.locator('.kw-letter').count()) === 0, `/r/${screen} still shows the letter`);
      expect(/phone us/i.test(await page.locator('h1').innerText()), `/r/${screen} shows "${await page.locator('h1').innerText()}"`);
      await look();
    }
    await open(page, `${demo.relatives}/back`);
    await look();
    await answer(page, 'appointment', look);
    expectNone(problems);
  }));
