import { existsSync } from 'node:fs';
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
  // Its own flags are for one page in a small container; what stays is what a headless page needs.
  const args = packed.args.filter(
    (flag) => !/single-process|no-zygote|disable-site-isolation|disable-web-security|headless|window-size/.test(flag),
  );
  return { executablePath: await packed.executablePath(), args: [...args, ...common] };
}

export async function launchChromium(extraArgs: readonly string[] = []): Promise<Browser> {
  const { executablePath, args } = await findChromium();
  return chromium.launch({ executablePath, args: [...args, ...extraArgs], headless: true });
}
