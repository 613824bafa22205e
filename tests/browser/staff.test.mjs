// Staff sign in, see their work and their queues, with scripts and without.
// Must not know: which queues or roles the demo has.
import { expect, expectNone, test } from './reporter.mjs';
import { headingProblems, pageProblems } from './page_checks.mjs';
import { queuesOf, signIn } from './staff.mjs';
import { DESK, PHONE, errorSummary, open, pathOf, proceed, visit } from './visit.mjs';

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

test('a refused form comes again with what was typed, says why at its field, and leads there', ({ browser, demo }) =>
  visit({ browser }, { origin: demo.staff }, async (page, seen) => {
    await signIn(page, demo, demo.signIns[0]);
    await open(page, `${demo.staff}/families`);
    await page.locator('#reference').fill('KW-0000-0000');
    await page.locator('#reason').fill('A colleague asked me to look at this family');
    await sendForm(page, page.locator('form[action="/families/claim"] button'));
    expect(/^Error: /.test(await page.title()), `the title does not begin with "Error:": ${await page.title()}`);
    expect(/^nhsuk-error-summary/.test(await focused(page)), `the focus is not on the summary: ${await focused(page)}`);
    expect(/asked me to look/.test(await page.locator('#reason').inputValue()), 'the words are lost');
    expect((await page.locator('nav[aria-label=Menu] a').count()) > 2, 'the menu is gone');
    await page.locator('.nhsuk-error-summary a').click();
    expect(await page.evaluate(() => document.activeElement?.id) === 'reference', 'the summary does not lead to the field');
    expectNone(await pageProblems(page, seen));
    await page.goto(`${demo.staff}/no-such-page`);
    await Promise.all([page.waitForEvent('load'), page.getByRole('link', { name: 'Go to your work' }).click()]);
    expect(pathOf(page) === '/', `"Go to your work" led to ${pathOf(page)}`);
  }));

test('a refused date and a refused choice are accessible and keep what was typed', ({ browser, demo }) =>
  visit({ browser }, { origin: demo.staff, js: true }, async (page, seen) => {
    await signIn(page, demo, demo.signIns[0]);
    await open(page, `${demo.staff}/families`);
    await Promise.all([page.waitForEvent('load'), page.locator('main .kw-queue__name a').first().click()]);
    await page.locator('select[name=relation]').selectOption('sister');
    await page.locator('input[name=given_name]').fill('Anna "Nan" <i>');
    for (const [part, value] of [['day', '31'], ['month', '2'], ['year', '1980']]) await page.locator(`input[name=birth_date-${part}]`).fill(value);
    await sendForm(page, page.getByRole('button', { name: 'Add this relative' }));
    expect(/Enter the date of birth/.test(await errorSummary(page)), `the summary says: ${await errorSummary(page)}`);
    expect(await page.locator('input[name=given_name]').inputValue() === 'Anna "Nan" <i>', 'the name is lost');
    expect(await page.locator('select[name=relation]').inputValue() === 'sister', 'the choice is lost');
    expect(await page.locator('input[name=birth_date-day]').inputValue() === '31', 'the day is lost');
    expectNone(await pageProblems(page, seen));
    await pictures(page, 'refused-date');
  }));

async function sendForm(page, button) {
  await Promise.all([page.waitForEvent('load'), button.click()]);
}

const focused = (page) => page.evaluate(() => document.activeElement?.className ?? '');

/** Pictures for whoever wants to look, at both widths; asked for with KINWARD_PICTURES. */
async function pictures(page, name) {
  if (!process.env.KINWARD_PICTURES) return;
  for (const size of [DESK, PHONE]) {
    await page.setViewportSize(size);
    await page.screenshot({ path: `${process.env.KINWARD_PICTURES}/${name}-${size.width}.png`, fullPage: true });
  }
}

test('signing out closes the door', ({ browser, demo }) =>
  visit({ browser }, { origin: demo.staff }, async (page) => {
    await signIn(page, demo, demo.signIns[0]);
    await Promise.all([page.waitForEvent('load'), page.locator('form[action="/sign-out"] button, a[href="/sign-out"]').first().click()]);
    await page.goto(`${demo.staff}/queues`);
    expect(pathOf(page) === '/sign-in', `after signing out /queues led to ${pathOf(page)}`);
  }));
