// What a relative's pages keep to themselves: which detail was wrong, what lies behind the code, the code in a square code.
// Must not know: what the letter says. The paths themselves are gone in paths.test.mjs.
import { identify, openLetter } from './relative.mjs';
import { expect, test } from './reporter.mjs';
import { PHONE, pathOf, proceed, visit } from './visit.mjs';

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

test('the letter can be had in large print and in the other language, as a file whose name tells nothing', ({ browser, demo }) =>
  visit({ browser }, { origin: demo.relatives, size: PHONE, js: false }, async (page) => {
    await openLetter(page, demo, demo.nextRelative());
    await Promise.all([page.waitForEvent('load'), page.locator('main a[href^="/r/letter/"][hreflang]').first().click()]);
    await page.locator('summary').first().click();
    const [file] = await Promise.all([page.waitForEvent('download'), page.locator('main a[href$="/24"]').click()]);
    expect(/letter.*\.pdf$/.test(file.suggestedFilename()), `the file is called ${file.suggestedFilename()}`);
  }));

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
