// Follows the links of pages, as someone would who opens everything they are shown.
// Must not know: which pages there should be.
import { pathOf } from './visit.mjs';

const OF_EACH_SHAPE = 2; // /families/1 and /families/2 are enough; /families/3 is the same page again
const NOT_A_PAGE = /\.(pdf|csv|svg|png|json|jsonl|eml|xml|ped|toml|txt|zip)$|\/(pdf|csv|download)$/;

/** Addresses that differ only in whose page they are have one shape. */
export const shape = (path) =>
  path
    .replace(/^\/templates\/[a-z_]+\//, '/templates/{}/') // of a kind in one language only the words differ
    .split('/')
    .map((part) => (/^[0-9a-f-]{8,}$|\d/i.test(part) ? '{}' : part))
    .join('/');

/** The links of a page to its own host: [{path, address, file}]. */
export async function linksOf(page) {
  const links = await page.evaluate(() => [...document.querySelectorAll('a[href]')].map((a) => ({ address: new URL(a.getAttribute('href'), document.baseURI).href, file: a.hasAttribute('download') })));
  const home = new URL(page.url()).origin;
  return links
    .filter(({ address }) => address.startsWith(`${home}/`))
    .map(({ address, file }) => ({ address: address.split('#')[0], path: new URL(address).pathname, file: file || NOT_A_PAGE.test(new URL(address).pathname) }));
}

/**
 * Opens what `start` (links) leads to, and what that leads to, down to `depth`; calls `look(page)` on every page and
 * answers with problems: what it found, links that lead nowhere, titles that two pages share.
 */
export async function crawl(page, start, { follow, look, depth = Infinity, titles = new Map() }) {
  const problems = [];
  const met = new Map();
  const done = new Set();
  const ahead = start.map((link) => ({ ...link, from: 'the start', steps: 1 }));
  while (ahead.length > 0) {
    const { address, path, file, from, steps } = ahead.shift();
    if (done.has(address) || !follow(path)) continue;
    const kind = shape(path);
    if ((met.get(kind) ?? 0) >= OF_EACH_SHAPE) continue;
    done.add(address);
    met.set(kind, (met.get(kind) ?? 0) + 1);
    if (file) {
      const answer = await page.context().request.get(address);
      if (!answer.ok()) problems.push(`${path} (a file linked from ${from}) answered ${answer.status()}`);
      continue;
    }
    const answer = await page.goto(address).catch((problem) => ({ problem }));
    if (answer?.problem) {
      if (!/Download is starting/.test(answer.problem.message)) problems.push(`${path} (linked from ${from}): ${answer.problem.message.split('\n')[0]}`);
      continue;
    }
    if (answer.status() >= 400) {
      problems.push(`${path} (linked from ${from}) answered ${answer.status()}`);
      continue;
    }
    if (!/html/.test(answer.headers()['content-type'] ?? '')) continue;
    const title = await page.title();
    const sharer = titles.get(title);
    if (sharer && sharer !== pathOf(page)) problems.push(`${pathOf(page)}: has the title of ${sharer}: "${title}"`);
    titles.set(title, pathOf(page));
    problems.push(...(await look(page)));
    if (steps < depth) ahead.push(...(await linksOf(page)).map((link) => ({ ...link, from: path, steps: steps + 1 })));
  }
  return { problems, shapes: [...met.keys()] };
}
