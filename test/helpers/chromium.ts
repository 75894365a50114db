import { closeSync, existsSync, openSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const INSTALLED = [
  process.env.CHROME_PATH,
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/microsoft-edge',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

const UNPACKING_LIMIT_MS = 60_000;

/** Unpacks under a lock: a second test process must not start a browser that the first is still writing. */
async function whileUnpacking<Answer>(work: () => Promise<Answer>): Promise<Answer> {
  const lock = join(tmpdir(), 'drydock-chromium.lock');
  for (;;) {
    try {
      closeSync(openSync(lock, 'wx'));
      break;
    } catch {
      // Held by another process, or left by one that was killed.
      const { mtimeMs } = statSync(lock, { throwIfNoEntry: false }) ?? { mtimeMs: Date.now() };
      if (Date.now() - mtimeMs > UNPACKING_LIMIT_MS) rmSync(lock, { force: true });
      await new Promise((done) => setTimeout(done, 100));
    }
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** An installed Chromium, Chrome or Edge; else the one that comes inside an npm package. */
export async function findChromium(): Promise<{ executablePath: string; args: string[] }> {
  const installed = INSTALLED.find((path) => path !== undefined && existsSync(path));
  const common = [
    '--no-sandbox',
    '--disable-dev-shm-usage',
    '--force-color-profile=srgb',
    '--font-render-hinting=none',
  ];
  if (installed !== undefined) return { executablePath: installed, args: common };
  const { default: packed } = await import('@sparticuz/chromium');
  // Its own flags are for one page in a small container; what stays is what a headless page needs. Drawing goes the way it goes
  // on a machine without a graphics card, not through one that is computed pixel by pixel.
  const args = packed.args.filter(
    (flag) =>
      !/single-process|no-zygote|disable-site-isolation|disable-web-security|headless|window-size|use-gl|use-angle|swiftshader|gpu/.test(
        flag,
      ),
  );
  return { executablePath: await whileUnpacking(() => packed.executablePath()), args: [...args, ...common] };
}

export async function launchChromium(extraArgs: readonly string[] = []): Promise<Browser> {
  const { executablePath, args } = await findChromium();
  return chromium.launch({ executablePath, args: [...args, ...extraArgs], headless: true });
}
