// "Not me" and a death take the letter away for good: the last of all tests, for the demo has one letter to read.
// Must not know: what the letter says.
import { LANGUAGES, WAYS, through } from './every_way.mjs';
import { expectNone, test } from './reporter.mjs';
import { notTheirs } from './walks.mjs';

test('whoever says that the letter is not theirs, or that the person has died, sees it no more', async (world) => {
  const problems = [];
  for (const way of WAYS) {
    for (const language of LANGUAGES) {
      problems.push(...(await through(world, way, language, (page, look) => notTheirs(page, world.demo, world.demo.nextRelative(), look))));
    }
  }
  expectNone(problems);
}, { minutes: 2 });
