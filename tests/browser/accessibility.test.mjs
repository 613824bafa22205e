// Every page that staff can reach by links passes the page checks; from every relatives' screen each link leads to another.
// Must not know: which pages there should be.
import { crawl, linksOf, shape } from './crawl.mjs';
import { focusProblems, headingProblems, pageProblems, widthProblems } from './page_checks.mjs';
import { readAndAnswer } from './relative.mjs';
import { expect, expectNone, test } from './reporter.mjs';
import { signIn } from './staff.mjs';
import { DESK, NARROW, open, pathOf, visit } from './visit.mjs';

const isStaffPage = (path) => !/^\/(r|api|fhir|assets|sign-out)(\/|$)/.test(path);
const isRelativesPage = (path) => /^\/r(\/|$)/.test(path);

/** What may differ between two pages of one shape: a heading that is missing, a long name that pushes the page wide. */
async function lightProblems(page) {
  const problems = await headingProblems(page);
  for (const size of [NARROW, DESK]) {
    await page.setViewportSize(size);
    problems.push(...(await widthProblems(page)));
  }
  return problems.map((problem) => `${pathOf(page)}: ${problem}`);
}

test('the sign-in page is accessible', ({ browser, demo }) =>
  visit({ browser }, { origin: demo.staff }, async (page, seen) => {
    await open(page, `${demo.staff}/sign-in`);
    expectNone(await pageProblems(page, seen));
  }));

test('every page that staff can reach by links is accessible', async ({ browser, demo }) => {
  const problems = [];
  const atEveryWidth = new Set(); // a page shape is looked at in every width once, for other roles at desk width, and lightly from then on
  const everythingOf = (person) => visit({ browser }, { origin: demo.staff }, async (page, seen) => {
    await signIn(page, demo, person);
    await open(page, `${demo.staff}/`);
    const home = { address: page.url(), path: '/', file: false };
    const byThisRole = new Set();
    const found = await crawl(page, [home], {
      follow: isStaffPage,
      look: async () => {
        const kind = shape(pathOf(page)).replace(/^\/queues\/.*/, '/queues/{}'); // one page, narrowed
        if (byThisRole.has(kind)) return lightProblems(page);
        byThisRole.add(kind);
        const known = atEveryWidth.has(kind);
        atEveryWidth.add(kind);
        return pageProblems(page, seen, known ? { sizes: [DESK] } : {});
      },
    });
    console.log(`        ${person.role}: ${found.shapes.length} kinds of page`);
    expect(found.shapes.length > 1, `${person.role}: the home page leads nowhere`);
    problems.push(...found.problems.map((problem) => `${person.role}: ${problem}`));
  }).catch((problem) => problems.push(`${person.role}: ${problem.message}`));
  // Two roles at a time, each in a window of its own: they only read.
  const ahead = [...demo.signIns];
  const oneAfterAnother = async () => {
    for (let person = ahead.shift(); person; person = ahead.shift()) await everythingOf(person);
  };
  await Promise.all([oneAfterAnother(), oneAfterAnother()]);
  expectNone(problems);
}, { minutes: 15 });

test('every relatives’ screen has a title of its own, can be gone through by Tab, and leads a relative nowhere else', ({ browser, demo }) =>
  visit({ browser }, { origin: demo.relatives }, async (page) => {
    const problems = [];
    const titles = new Map();
    const ahead = new Map();
    await readAndAnswer(page, demo, demo.nextRelative(), async () => {
      const title = await page.title();
      if (titles.has(title) && titles.get(title) !== pathOf(page)) problems.push(`${pathOf(page)}: has the title of ${titles.get(title)}: "${title}"`);
      titles.set(title, pathOf(page));
      problems.push(...(await focusProblems(page)).map((problem) => `${pathOf(page)}: ${problem}`));
      for (const link of await linksOf(page)) ahead.set(link.address, link);
    });
    const links = [...ahead.values()];
    const gone = new Set(titles.values());
    problems.push(...links.filter(({ path }) => !isRelativesPage(path) && !path.startsWith('/assets/')).map(({ path }) => `leads a relative to ${path}`));
    const found = await crawl(page, links, {
      depth: 1,
      follow: (path) => isRelativesPage(path) && !gone.has(path) && path !== '/r/stop' && !path.startsWith('/r/language'), // that would end the visit, or change its language
      look: async () => (await focusProblems(page)).map((problem) => `${pathOf(page)}: ${problem}`),
    });
    problems.push(...found.problems);
    expectNone(problems);
  }), { minutes: 3 });
