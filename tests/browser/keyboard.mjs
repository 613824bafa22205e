// Hands on a keyboard: every key counted, and Tab until something has the focus.
// Must not know: which page it is.

/** Counts every key. */
export function keys(page) {
  const counted = { presses: 0 };
  counted.press = async (key) => { counted.presses += 1; await page.keyboard.press(key); };
  counted.type = async (words) => { counted.presses += words.length; await page.keyboard.type(words); };
  counted.page = async (key) => { await Promise.all([page.waitForEvent('load'), counted.press(key)]); };
  return counted;
}

export const focused = (page) => page.evaluate(() => document.activeElement?.id ?? '');

export async function tabTo(page, hand, id) {
  for (let stop = 0; stop < 60; stop += 1) {
    if ((await focused(page)) === id) return;
    await hand.press('Tab');
  }
  throw new Error(`Tab does not lead to #${id}; it came to #${await focused(page)}`);
}
