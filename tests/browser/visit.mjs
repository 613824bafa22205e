// A visit: one browser window with its own cookies that notes whatever a visitor must never meet.
// Must not know: what any page is for.
import { mkdir } from 'node:fs/promises';
import { expectNone } from './reporter.mjs';

export const DESK = { width: 1280, height: 800 };
export const PHONE = { width: 412, height: 915 };
export const NARROW = { width: 320, height: 640 };
const FAILURES = 'target/browser';

/**
 * Opens a window, calls `body(page, seen)`, closes it. Fails if anything was asked of another host, a script or the console
 * complained, or the server said 5xx; answers with what the body answers. `seen.weights` has the compressed bytes of every document and style sheet by address.
 */
export async function visit({ browser }, { size = DESK, js = true, origin }, body) {
  const phone = size.width < 600;
  const context = await browser.newContext({ viewport: size, javaScriptEnabled: js, isMobile: phone, hasTouch: phone, locale: 'en-GB', reducedMotion: 'reduce' });
  context.setDefaultTimeout(15_000);
  const home = new URL(origin).origin;
  const seen = { problems: [], weights: new Map(), sizing: [] };
  context.on('request', (request) => {
    const { origin: to, protocol } = new URL(request.url());
    if (/^https?:$/.test(protocol) && to !== home) seen.problems.push(`a request to another host: ${request.url()} from ${request.frame().url()}`);
  });
  context.on('response', (response) => {
    const request = response.request();
    if (response.status() >= 500) seen.problems.push(`${response.status()} from ${request.method()} ${request.url()}`);
    if (['document', 'stylesheet'].includes(request.resourceType())) {
      seen.sizing.push(request.sizes().then(({ responseBodySize }) => { if (responseBodySize > 0) seen.weights.set(request.url(), responseBodySize); }, () => {}));
    }
  });
  context.on('weberror', (error) => seen.problems.push(`a script failed: ${error.error().message}`));
  context.on('console', (message) => {
    // A refused form is a page with a 4xx status, which the browser also notes here; the tests look at that page itself.
    // The browser asks for a favicon by itself, once in a while; no page of ours names one.
    const { url } = message.location();
    const expected = /^Failed to load resource/.test(message.text()) && (url === message.page()?.url() || /\/favicon\.ico$/.test(url));
    if (message.type() === 'error' && !expected) seen.problems.push(`console: ${message.text()} (${url}, on ${message.page()?.url()})`);
  });

  const page = await context.newPage();
  try {
    const answer = await body(page, seen);
    expectNone(seen.problems);
    return answer;
  } catch (problem) {
    await mkdir(FAILURES, { recursive: true });
    const picture = `${FAILURES}/failed-${process.pid}-${(visit.failures = (visit.failures ?? 0) + 1)}.png`;
    const taken = await page.screenshot({ path: picture, fullPage: true, timeout: 5_000 }).then(() => `; picture: ${picture}`, () => '');
    const beside = seen.problems.length > 0 && !problem.message.includes(seen.problems[0]) ? `\nalso seen:\n${seen.problems.join('\n')}` : '';
    throw new Error(`${problem.message}\nat ${page.url()}${taken}${beside}`);
  } finally {
    await context.close();
  }
}

/** Goes to an address and expects a page. */
export async function open(page, address) {
  const response = await page.goto(address);
  if (!response || response.status() >= 400) throw new Error(`${address} answered ${response?.status()}`);
  return response;
}

/** Presses the button of the form that asks something; where nothing is asked, the first button, or a link that looks like one. */
export async function proceed(page) {
  const main = page.locator('main');
  const sends = 'button:not([type=button]), input[type=submit]';
  const asking = main.locator('form:has(input:not([type=hidden]):not([type=submit]), textarea, select)').locator(sends);
  const other = main.locator(`${sends}, a.nhsuk-button, a[role=button]`);
  const button = (await asking.count()) > 0 ? asking.first() : other.first();
  await Promise.all([page.waitForEvent('load'), button.click()]);
}

export const pathOf = (page) => new URL(page.url()).pathname;

/** What an error summary says, or nothing. */
export async function errorSummary(page) {
  const summary = page.locator('.nhsuk-error-summary');
  return (await summary.count()) > 0 ? (await summary.first().innerText()).replace(/\s+/g, ' ').trim() : '';
}
