// What was typed outlives its session in a real browser: the words wait on the page until somebody is signed in again.
// Must not know: how they are kept.
import { pageProblems } from './page_checks.mjs';
import { expect, expectNone, test } from './reporter.mjs';
import { signIn } from './staff.mjs';
import { open, visit } from './visit.mjs';

const REASON = 'The ward asked me, and I have typed\nfor longer than a session lasts';

/** Presses a button whose form is refused. */
async function click(page, words) {
  await page.getByRole('button', { name: words }).click();
  await page.waitForLoadState();
}

test('words typed before the session ended are there again after signing in, and can be saved', async ({ browser, demo }) => {
  const problems = [];
  const counsellor = demo.signIns.find((person) => person.role.startsWith('counsellor'));
  await visit({ browser }, { origin: demo.staff }, async (page, seen) => {
    await signIn(page, demo, counsellor);
    await open(page, `${demo.staff}/families`);
    await page.locator('#reference').fill('KW-0000-0000');
    await page.getByLabel('Why you need it').fill(REASON);

    const other = await page.context().newPage();
    await other.goto(`${demo.staff}/`);
    await other.getByRole('button', { name: 'Sign out' }).click();
    await click(page, 'Open this file');
    expect(await page.getByRole('heading', { name: 'You are signed out' }).isVisible(), 'the page does not say what happened');
    problems.push(...(await pageProblems(page, seen)));

    const [signing] = await Promise.all([page.context().waitForEvent('page'), page.getByRole('link', { name: /^Sign in/ }).click()]);
    await signing.waitForLoadState();
    await signIn(signing, demo, counsellor);
    await click(page, 'Go on with what I typed');
    const held = [await page.locator('#reference').inputValue(), await page.getByLabel('Why you need it').inputValue()];
    expect(held[0] === 'KW-0000-0000' && held[1] === REASON, `what was typed is not there: ${JSON.stringify(held)}`);
    problems.push(...(await pageProblems(page, seen)));

    // Sent again it is judged as any other: there is no such family.
    await click(page, 'Open this file');
    const told = await page.locator('.nhsuk-error-summary').innerText();
    expect(/No family of your service has this reference/.test(told), told);
  });
  expectNone(problems);
});
