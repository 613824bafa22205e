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

const focusedText = (page) => page.evaluate(() => (document.activeElement?.innerText ?? '').replace(/\s+/g, ' ').replace(/ :/g, ':').trim()); // what is hidden from eyes begins a line of its own

export async function tabToText(page, hand, text) {
  for (let stop = 0; stop < 60; stop += 1) {
    if ((await focusedText(page)) === text) return;
    await hand.press('Tab');
  }
  throw new Error(`Tab does not lead to "${text}"; it came to "${await focusedText(page)}"`);
}

/** Chooses one of a group of radios: the group is one stop, and the arrows choose. */
export async function chooseByKeyboard(page, hand, field, value) {
  const group = page.locator(`input[name=${field}]`);
  const ids = await group.evaluateAll((inputs) => inputs.map((one) => one.id));
  for (let stop = 0; !ids.includes(await focused(page)); stop += 1) {
    if (stop > 60) throw new Error(`Tab does not lead to "${field}"; it came to #${await focused(page)}`);
    await hand.press('Tab');
  }
  await hand.press('Space');
  const wanted = await group.and(page.locator(`[value="${value}"]`)).getAttribute('id');
  for (let step = 0; (await focused(page)) !== wanted && step < ids.length; step += 1) await hand.press('ArrowDown');
  if (!(await page.locator(`#${wanted}`).isChecked())) throw new Error(`${field}: ${value} is not chosen`);
}
