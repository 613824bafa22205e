// Every path of the relatives' pages that keeps the letter: on a telephone without scripts, and at a desk with them; in English and
// in Welsh. Must not know: what the letter says.
import { LANGUAGES, WAYS, through } from './every_way.mjs';
import { expectNone, test } from './reporter.mjs';
import { answers, asksToAct, astray, details, reading } from './walks.mjs';

for (const way of WAYS) {
  test(`every path of the relatives' pages can be gone ${way.where}, in both languages, and changed`, async (world) => {
    const { demo } = world;
    const problems = [];
    for (const language of LANGUAGES) {
      problems.push(...(await through(world, way, language, async (page, look) => {
        const relative = demo.nextRelative();
        await reading(page, demo, relative, look);
        await answers(page, demo, look);
        await details(page, demo, look);
        await asksToAct(page, demo, relative, look);
        await astray(page, demo, relative, look);
      })));
    }
    expectNone(problems);
  }, { minutes: 4 });
}
