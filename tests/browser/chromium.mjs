// Finds the Chromium of this machine and starts it. Run by itself it prints where Chromium is, or what to do.
// Must not know: any page. Downloads no browser.
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const FLAGS = [
  '--headless=new', '--no-sandbox', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

/** The path of an executable, `KINWARD_CHROMIUM` first; throws with what to do. */
export function chromiumPath() {
  const folders = ['/usr/bin', ...(process.env.PATH ?? '').split(delimiter).filter(Boolean)];
  const candidates = [process.env.KINWARD_CHROMIUM, ...NAMES.flatMap((name) => folders.map((folder) => join(folder, name)))];
  const found = candidates.filter(Boolean).find((path) => {
    try { accessSync(path, constants.X_OK); return true; } catch { return false; }
  });
  if (!found) throw new Error('No Chromium here: install the package chromium (or Google Chrome), or set KINWARD_CHROMIUM to its path.');
  return found;
}

export async function startChromium() {
  const { chromium } = await import('playwright-core');
  return chromium.launch({ executablePath: chromiumPath(), args: FLAGS });
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try { console.log(chromiumPath()); } catch (problem) { console.error(problem.message); process.exitCode = 1; }
}
