// What every page must be for everyone: accessible, readable at any width, usable by keyboard and finger, light.
// Must not know: what any page is for. Each check answers with a list of problems in words.
import axe from 'axe-core';
import { DESK, NARROW, PHONE } from './visit.mjs';

const STANDARD = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const SMALLEST_TARGET = 24; // CSS pixels, WCAG 2.2 success criterion 2.5.8
const HEAVIEST_PAGE = 60 * 1024; // bytes of HTML and CSS as sent
const MOST_TAB_STOPS = 60;

/** Everything wrong with the page at these sizes; `heaviest` turns on the weighing. */
export async function pageProblems(page, seen, { sizes = [DESK, PHONE, NARROW], weigh = false } = {}) {
  const original = page.viewportSize();
  const problems = await headingProblems(page);
  if (weigh) problems.push(...(await weightProblems(page, seen)));
  for (const size of sizes) {
    await page.setViewportSize(size);
    const found = [...(await axeProblems(page)), ...(await widthProblems(page)), ...(await targetProblems(page))];
    problems.push(...found.map((problem) => `${problem} (at ${size.width} px)`));
  }
  await page.setViewportSize(original);
  problems.push(...(await focusProblems(page))); // last, for it leaves the focus somewhere
  return problems.map((problem) => `${new URL(page.url()).pathname}: ${problem}`);
}

export async function axeProblems(page) {
  // Brought into a page once, not for each width. No page of ours has frames, so the page itself is all there is to look at.
  if (await page.evaluate(() => document.querySelector('iframe, frame, frameset') !== null)) return ['frames, which axe does not look into here'];
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  // Only what is wrong is told in full: to describe every part that is right takes longer than to find it so.
  const options = { runOnly: { type: 'tag', values: STANDARD }, resultTypes: ['violations'] };
  const violations = await page.evaluate(async (options) => (await window.axe.run(document, options)).violations, options);
  return violations.map(({ id, help, nodes }) => `axe ${id}: ${help}: ${nodes.slice(0, 3).map(({ target }) => target.join(' ')).join(', ')}`);
}

export async function headingProblems(page) {
  const { title, language, first } = await page.evaluate(() => ({
    title: document.title.trim(),
    language: document.documentElement.lang,
    first: [...document.querySelectorAll('h1')].filter((h) => h.getClientRects().length > 0).length,
  }));
  return [
    ...(title ? [] : ['no title']),
    ...(language ? [] : ['no language']),
    ...(first === 1 ? [] : [`${first} first headings (h1) instead of one`]),
  ];
}

export async function widthProblems(page) {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    const widest = [...document.body.querySelectorAll('*')].filter((e) => e.getBoundingClientRect().right > clientWidth + 0.5).slice(0, 3);
    return [`scrolls sideways (${scrollWidth} > ${clientWidth}): ${widest.map((e) => e.tagName.toLowerCase() + (e.className ? `.${[...e.classList].join('.')}` : '')).join(', ')}`];
  });
}

/** Targets under 24 px may stand in a sentence, or alone: no other target within a 24 px circle around their middle. */
export async function targetProblems(page) {
  return page.evaluate((smallest) => {
    const shown = (e) => e.checkVisibility({ visibilityProperty: true }) && !e.closest('[inert]');
    const inSentence = (e) => getComputedStyle(e).display.startsWith('inline') && [...e.parentElement.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && /\w/.test(n.data));
    const hidden = ({ width, height }) => width <= 1 || height <= 1; // visually hidden until focused
    const all = [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
      .filter(shown)
      .map((e) => ({ e, box: e.getBoundingClientRect() }))
      .filter(({ box }) => !hidden(box));
    const small = all.filter(({ e, box }) => (box.width < smallest - 0.5 || box.height < smallest - 0.5) && !inSentence(e));
    const middle = ({ left, top, width, height }) => [left + width / 2, top + height / 2];
    const crowded = ({ e, box }) => all.some((other) => {
      if (other.e === e || other.e.contains(e) || e.contains(other.e)) return false;
      const [x, y] = middle(box);
      const far = small.some((s) => s.e === other.e)
        ? Math.hypot(x - middle(other.box)[0], y - middle(other.box)[1]) / 2
        : Math.hypot(Math.max(other.box.left - x, 0, x - other.box.right), Math.max(other.box.top - y, 0, y - other.box.bottom));
      return far < smallest / 2;
    });
    return small.filter((s) => !s.e.matches('a') || crowded(s)).map(({ e, box }) =>
      `a target of ${Math.round(box.width)} x ${Math.round(box.height)} px: ${e.tagName.toLowerCase()} "${(e.innerText || e.name || '').trim().slice(0, 30)}"`);
  }, SMALLEST_TARGET);
}

/** Walks the page with the Tab key: wherever the focus lands must look different from before and not lie under something else. */
export async function focusProblems(page) {
  await page.evaluate(() => {
    const still = new CSSStyleSheet();
    still.replaceSync('*, *::before, *::after { transition: none !important; animation: none !important }');
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, still];
    document.activeElement?.blur();
    window.tabStops = new Set();
  });
  const problems = [];
  for (let stop = 0; stop < MOST_TAB_STOPS; stop += 1) {
    await page.keyboard.press('Tab');
    const found = await page.evaluate(() => {
      const e = document.activeElement;
      if (!e || e === document.body || window.tabStops.has(e)) return null;
      window.tabStops.add(e);
      const parts = [e, e.nextElementSibling, e.parentElement, e.closest('label')].filter(Boolean);
      const line = (style, width, colour) => (style === 'none' || parseFloat(width) === 0 ? '' : `${style} ${width} ${colour}`);
      const look = () => parts.flatMap((part) => [null, '::before', '::after'].map((pseudo) => {
        const s = getComputedStyle(part, pseudo);
        if (pseudo && s.content === 'none') return '';
        const borders = ['Top', 'Bottom'].map((side) => line(s[`border${side}Style`], s[`border${side}Width`], s[`border${side}Color`]));
        return [line(s.outlineStyle, s.outlineWidth, s.outlineColor), s.boxShadow, s.backgroundColor, ...borders, s.textDecorationLine, s.textDecorationThickness].join();
      })).join('|');
      const name = `${e.tagName.toLowerCase()} "${(e.innerText || e.name || e.getAttribute('aria-label') || '').trim().slice(0, 30)}"`;
      const box = e.getBoundingClientRect();
      const [left, right] = [Math.max(box.left, 0), Math.min(box.right, innerWidth)];
      const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
      const problems = [];
      if (left >= right || top >= bottom) problems.push(`focus goes out of sight: ${name}`);
      else {
        // What is drawn has no middle of its own: some point of it must be on top.
        const [across, down] = e.ownerSVGElement ? [[0.1, 0.3, 0.5, 0.7, 0.9], [0.1, 0.3, 0.5, 0.7, 0.9]] : [[0.5], [0.5]];
        const points = across.flatMap((x) => down.map((y) => document.elementFromPoint(left + x * (right - left), top + y * (bottom - top))));
        const over = points.find((point) => e.contains(point)) ?? points[0];
        if (over && !e.contains(over) && !over.contains(e) && !e.labels?.[0]?.contains(over)) problems.push(`focus lies under ${over.tagName.toLowerCase()}: ${name}`);
      }
      const focused = look();
      e.blur();
      const before = look();
      e.focus();
      if (focused === before) problems.push(`focus cannot be seen: ${name}`);
      return problems;
    });
    if (!found) break;
    problems.push(...found);
  }
  await page.evaluate(() => { document.activeElement?.blur(); window.scrollTo(0, 0); });
  return problems;
}

export async function weightProblems(page, seen) {
  await Promise.all(seen.sizing);
  const sheets = await page.evaluate(() => [...document.styleSheets].map((sheet) => sheet.href).filter(Boolean));
  const parts = [page.url().split('#')[0], ...sheets];
  const unknown = parts.filter((part) => !seen.weights.has(part));
  if (unknown.length > 0) return [`could not be weighed: ${unknown.join(', ')}`];
  const total = parts.reduce((sum, part) => sum + seen.weights.get(part), 0);
  return total <= HEAVIEST_PAGE ? [] : [`weighs ${Math.ceil(total / 1024)} KB of HTML and CSS, more than ${HEAVIEST_PAGE / 1024} KB`];
}
