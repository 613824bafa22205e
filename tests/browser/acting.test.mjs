// Two sides of one letter: somebody acts for its reader once staff have agreed, a question is answered, and the reader ends it.
// Must not know: what the letter says.
import { choose, fillDate, follow, press, today } from './counsellor.mjs';
import { LANGUAGES, WAYS, through } from './every_way.mjs';
import { pageProblems } from './page_checks.mjs';
import { answer, identify, openLetter } from './relative.mjs';
import { expect, expectNone, test } from './reporter.mjs';
import { signIn } from './staff.mjs';
import { DESK, PHONE, open, pathOf, proceed, visit } from './visit.mjs';
import { actsFor } from './walks.mjs';

const ANSWER = 'It can look like that.\n\nCome and talk to us, if you like.';
const as = (demo, role) => demo.signIns.find((person) => person.role.startsWith(role));

/** From the queue of replies to the page of this relative. */
async function relativesPage(page, demo, relative) {
  await open(page, `${demo.staff}/queues/replies`);
  const links = await page.locator('main a[href^="/tasks/"]').evaluateAll((all) => all.map((one) => one.href).filter((href) => /\/tasks\/[^/]+$/.test(href)));
  for (const link of links) {
    await open(page, link);
    if ((await page.locator('h1').first().innerText()).includes(relative.who)) return;
  }
  throw new Error(`nothing of ${relative.who} among ${links.length} replies`);
}

/** A relative's visit on a telephone in English and at a desk in Welsh, whose every screen is looked at. */
async function inEachWay(world, walk) {
  const problems = [];
  for (const [place, way] of WAYS.entries()) problems.push(...(await through(world, way, LANGUAGES[place], walk)));
  return problems;
}

test('who rings is written down, checked, let in by a second code, seen by whoever is acted for, and ended by them', async (world) => {
  const { browser, demo } = world;
  const relative = demo.nextRelative();
  const problems = [];
  const staff = (walk) => visit({ browser }, { origin: demo.staff }, async (page, seen) => {
    await signIn(page, demo, as(demo, 'counsellor'));
    await walk(page, async () => problems.push(...(await pageProblems(page, seen, { sizes: [DESK] }))));
  });
  let code;
  let list;
  await visit({ browser }, { origin: demo.relatives, size: PHONE, js: false }, async (page) => {
    await openLetter(page, demo, relative);
    await answer(page, 'appointment');
  });
  await staff(async (page, look) => {
    await relativesPage(page, demo, relative);
    list = `${page.url().split(/[?#]/)[0]}/proxies`;
    await open(page, list);
    await look();
    await page.getByRole('group', { name: 'About which letter?' }).getByRole('radio').first().check();
    await choose(page, 'How did they ask?', 'By phone');
    await choose(page, 'As what do they ask to act?', /^carer or helper/);
    await page.getByLabel('Name they gave').fill('Ann Lee');
    await page.getByLabel('Number they gave').fill('01632 960 001');
    await press(page, 'Write it down');
    await look();
    await choose(page, 'By what do they act?', /^helper/);
    await page.getByRole('checkbox', { name: /told us so themselves/ }).check();
    await page.getByRole('checkbox', { name: /^I phoned on a number/ }).check();
    await choose(page, 'What was found of the person?', /^They agree/);
    await fillDate(page, 'On which day was that found?', today());
    await page.getByLabel('Who found so, and how?').fill('She told us so on the telephone.');
    await page.getByLabel('Whom did you speak to').fill('They read everything together, she says.');
    await press(page, 'Agree, and show the second code once');
    code = /\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b/.exec(await page.locator('main').innerText())[0];
  });
  problems.push(...(await inEachWay(world, (page, look) => actsFor(page, demo, relative, code, look))));
  // The one on whose behalf they act sees it, is asked once more, and ends it.
  problems.push(...(await inEachWay(world, async (page, look) => {
    await openLetter(page, demo, relative);
    await open(page, `${demo.relatives}/details`);
    await look();
    const end = page.locator('main a[href="/r/acting/end"]');
    if ((await end.count()) === 0) {
      await open(page, `${demo.relatives}/acting/end`);
      await look('ended already');
      return;
    }
    await Promise.all([page.waitForEvent('load'), end.click()]);
    await look();
    await proceed(page);
    expect(pathOf(page) === '/r/acting/end' && (await page.locator('main form').count()) === 0, 'somebody can still act');
    await look('ended');
  })));
  await staff(async (page) => {
    await open(page, list);
    await follow(page, /^Ann Lee/);
    expect(/the person ended it themselves/.test(await page.locator('main').innerText()), 'staff are not told who ended it');
  });
  expectNone(problems);
}, { minutes: 4 });

test('a question comes back answered, to be read on a phone and at a desk', async (world) => {
  const { browser, demo } = world;
  const relative = demo.nextRelative();
  let address;
  await visit({ browser }, { origin: demo.relatives, size: PHONE, js: false }, async (page) => {
    await openLetter(page, demo, relative);
    await answer(page, 'question');
  });
  await visit({ browser }, { origin: demo.staff }, async (page) => {
    await signIn(page, demo, as(demo, 'counsellor'));
    await relativesPage(page, demo, relative);
    await page.locator('main a[href*="/questions/"]').first().click();
    await page.waitForLoadState('load');
    await page.locator('#answer_en').fill(ANSWER);
    await press(page, /^Save/);
    await press(page, 'Hand it to a second person');
    address = page.url();
  });
  await visit({ browser }, { origin: demo.staff }, async (page) => {
    await signIn(page, demo, as(demo, 'clinician'));
    await open(page, address);
    await press(page, 'Release the answer');
  });
  expectNone(await inEachWay(world, async (page, look) => {
    // Whoever comes back to an answer is shown first that it is there.
    await identify(page, demo, relative);
    await page.locator('main input[name=for_you][value=yes]').check();
    await proceed(page);
    expect(pathOf(page) === '/r/back', `"yes" led to ${pathOf(page)}`);
    await look();
    await open(page, `${demo.relatives}/answered`);
    expect(/look like that/.test(await page.locator('main').innerText()), 'the answer is not there');
    await look();
    if ((await page.locator('main form').count()) > 0) {
      await proceed(page);
      await look('enough');
    }
  }));
}, { minutes: 2 });
