// Collects the tests and runs them one after another, with a line each and a line of totals.
// Must not know: what a test does.
const tests = [];

/**
 * A test is a sentence and a function of the world ({browser, demo}); `minutes` is how long it may take.
 * `unopened`: it needs a letter that nobody has opened, so it comes before those that open it.
 */
export function test(name, body, { minutes = 1, unopened = false } = {}) {
  tests.push({ name, body, minutes, unopened });
}

/** Fails the test with a list of everything that is wrong, not only the first. */
export function expectNone(problems) {
  if (problems.length > 0) throw new Error(`${problems.length} problem(s)\n${problems.join('\n')}`);
}

export function expect(holds, message) {
  if (!holds) throw new Error(message);
}

/** Runs all tests; true when at least one ran and none failed. */
export async function runAll(world) {
  let passed = 0;
  let failed = 0;
  for (const { name, body, minutes } of tests.sort((one, other) => other.unopened - one.unopened)) {
    const start = performance.now();
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`not done after ${minutes} minute(s)`)), minutes * 60_000);
    });
    try {
      await Promise.race([body(world), late]);
      passed += 1;
      console.log(`ok      ${name} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
    } catch (problem) {
      failed += 1;
      console.log(`not ok  ${name}\n        ${String(problem.message ?? problem).replaceAll('\n', '\n        ')}`);
    } finally {
      clearTimeout(timer);
    }
  }
  console.log(`Browser: ${passed} passed, ${failed} failed`);
  return passed > 0 && failed === 0;
}
