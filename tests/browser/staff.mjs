// What a member of staff does in a browser: sign in, look at the queues.
// Must not know: which queues or roles there are.
import { expect } from './reporter.mjs';
import { errorSummary, open, pathOf, proceed } from './visit.mjs';

export async function signIn(page, demo, { username, password, role }) {
  await open(page, `${demo.staff}/sign-in`);
  await page.locator('input[name=username]').fill(username);
  await page.locator('input[name=password]').fill(password);
  await proceed(page);
  expect(pathOf(page) !== '/sign-in', `${username} (${role}) could not sign in: ${await errorSummary(page)}`);
}

/** The addresses of the queues that this person is shown. */
export async function queuesOf(page, demo) {
  await open(page, `${demo.staff}/`);
  const hrefs = await page.locator('main a[href^="/queues/"]').evaluateAll((links) => links.map((a) => a.href.split(/[?#]/)[0]));
  return [...new Set(hrefs)];
}
