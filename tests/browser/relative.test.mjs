// A relative reads the letter on a phone with scripts off and answers it.
// Must not know: what the letter says.
import { expect, expectNone, test } from './reporter.mjs';
import { headingProblems, weightProblems, widthProblems } from './page_checks.mjs';
import { readAndAnswer } from './relative.mjs';
import { PHONE, pathOf, visit } from './visit.mjs';

const TELLING = /gene|cancer|inherit|famil|cascade/i; // a title shows in histories and on shared screens

test('a relative reads the letter and answers on a phone without scripts', ({ browser, demo }) =>
  visit({ browser }, { origin: demo.relatives, size: PHONE, js: false }, async (page, seen) => {
    const problems = [];
    const screens = [];
    await readAndAnswer(page, demo, demo.nextRelative(), async () => {
      screens.push(pathOf(page));
      const found = [...(await headingProblems(page)), ...(await widthProblems(page)), ...(await weightProblems(page, seen))];
      if (TELLING.test(await page.title())) found.push(`the title tells too much: "${await page.title()}"`);
      if ((await page.locator('img[src^="http"], script').count()) > 0 && /\/r\/letter$/.test(pathOf(page))) found.push('the letter holds a script or a picture from elsewhere');
      problems.push(...found.map((problem) => `${pathOf(page)}: ${problem}`));
    });
    expectNone(problems);
    expect(screens.includes('/r/check'), `answers were sent without being shown again: ${screens.join(' ')}`);
  }), { minutes: 2 });

test('no screen behind the code opens without it', ({ browser, demo }) =>
  visit({ browser }, { origin: demo.relatives, size: PHONE }, async (page) => {
    for (const screen of ['for-you', 'before', 'letter', 'choices', 'check']) {
      await page.goto(`${demo.relatives}/${screen}`);
      expect(['/r', '/r/code'].includes(pathOf(page)), `/r/${screen} was shown at ${pathOf(page)} to someone without a code`);
    }
  }));
