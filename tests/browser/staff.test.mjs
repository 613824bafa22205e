// Staff sign in, see their work and their queues, with scripts and without.
// Must not know: which queues or roles the demo has.
import { expect, expectNone, test } from './reporter.mjs';
import { headingProblems, pageProblems } from './page_checks.mjs';
import { queuesOf, signIn } from './staff.mjs';
import { errorSummary, open, pathOf, proceed, visit } from './visit.mjs';

test('nobody sees the home page without signing in', ({ browser, demo }) =>
  visit({ browser }, { origin: demo.staff }, async (page) => {
    await page.goto(`${demo.staff}/`);
    expect(pathOf(page) === '/sign-in', `came to ${pathOf(page)}`);
  }));

test('a wrong password is refused with a message at the top', ({ browser, demo }) =>
  visit({ browser }, { origin: demo.staff }, async (page) => {
    await open(page, `${demo.staff}/sign-in`);
    await page.locator('input[name=username]').fill(demo.signIns[0].username);
    await page.locator('input[name=password]').fill('not the password');
    await proceed(page);
    expect(pathOf(page) === '/sign-in', `came to ${pathOf(page)}`);
    expect(await errorSummary(page), 'no error summary');
  }));

test('each role signs in, sees its home page and every queue it is shown, without scripts', async ({ browser, demo }) => {
  let queuesSeen = 0;
  for (const person of demo.signIns) {
    await visit({ browser }, { origin: demo.staff, js: false }, async (page) => {
      await signIn(page, demo, person);
      await open(page, `${demo.staff}/`);
      expect((await headingProblems(page)).length === 0, `${person.role}: the home page: ${await headingProblems(page)}`);
      for (const queue of await queuesOf(page, demo)) {
        await open(page, queue);
        expect((await headingProblems(page)).length === 0, `${person.role}: ${pathOf(page)}: ${await headingProblems(page)}`);
        queuesSeen += 1;
      }
    });
  }
  expect(queuesSeen > 0, 'no role was shown a queue');
}, { minutes: 3 });

test('a refused form says why, gives back what was typed, and leads home', ({ browser, demo }) =>
  visit({ browser }, { origin: demo.staff }, async (page, seen) => {
    await signIn(page, demo, demo.signIns[0]);
    await open(page, `${demo.staff}/families`);
    await page.locator('input[name=reference]').fill('KW-0000-0000');
    await page.locator('textarea[name=reason]').fill('A colleague asked me to look at this family');
    await Promise.all([page.waitForEvent('load'), page.locator('main form button').click()]);
    const told = await page.locator('main').innerText();
    expect(/asked me to look at this family/.test(told), `the words are lost: ${told}`);
    expect(!/sign-in page/i.test(told), `somebody who is signed in is sent to sign in: ${told}`);
    expect((await page.locator('nav[aria-label=Menu] a').count()) > 2, 'the menu is gone');
    expectNone(await pageProblems(page, seen));
    await page.goto(`${demo.staff}/no-such-page`);
    await Promise.all([page.waitForEvent('load'), page.getByRole('link', { name: 'Go to your work' }).click()]);
    expect(pathOf(page) === '/', `"Go to your work" led to ${pathOf(page)}`);
  }));

test('signing out closes the door', ({ browser, demo }) =>
  visit({ browser }, { origin: demo.staff }, async (page) => {
    await signIn(page, demo, demo.signIns[0]);
    await Promise.all([page.waitForEvent('load'), page.locator('form[action="/sign-out"] button, a[href="/sign-out"]').first().click()]);
    await page.goto(`${demo.staff}/queues`);
    expect(pathOf(page) === '/sign-in', `after signing out /queues led to ${pathOf(page)}`);
  }));
