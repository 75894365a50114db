import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { launchChromium } from '../helpers/chromium.ts';
import type { OverlayToSee } from './overlays.ts';
import type { PlaceToSee } from './places.ts';
import { ARTIFACTS, type PersonSession, SIZES, THEMES } from './session.ts';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface AxeResults {
  readonly violations: readonly {
    readonly id: string;
    readonly help: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

/** What axe finds against WCAG 2.2 A and AA on the page as it stands: one line each, empty when nothing. */
export async function accessibilityFaults(page: Page): Promise<readonly string[]> {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() =>
    (window as unknown as { axe: { run(context: Document, options: object): Promise<AxeResults> } }).axe.run(document, {
      runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] },
    }),
  );
  return violations.map(
    ({ id, help, nodes }) =>
      `${id}: ${help}: ${nodes
        .slice(0, 3)
        .map(({ html }) => html.slice(0, 160))
        .join(' | ')}`,
  );
}

/** Waits until a place has drawn what it has: no skeleton, no running request, fonts there. */
export async function settle(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle');
  await page.waitForTimeout(300);
  await page.evaluate(() => document.fonts.ready);
}

/** What axe finds in both themes on the page as it stands. */
export async function faultsInBothThemes(page: Page): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const theme of THEMES) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await settle(page);
    faults.push(...(await accessibilityFaults(page)).map((fault) => `${theme}: ${fault}`));
  }
  return faults;
}

export interface Looked {
  readonly place: PlaceToSee;
  readonly theme: (typeof THEMES)[number];
  readonly width: number;
}

/** Opens every place in both themes and both sizes, keeps a picture of each, and hands it to `look`. */
export async function seeEveryPlace(
  session: PersonSession,
  places: readonly PlaceToSee[],
  look: (looked: Looked) => Promise<void>,
): Promise<void> {
  await mkdir(ARTIFACTS, { recursive: true });
  for (const theme of THEMES) {
    await session.page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    for (const place of places) {
      await session.goTo(place.path);
      for (const size of SIZES) {
        await session.page.setViewportSize(size);
        await settle(session.page);
        await session.page.screenshot({
          path: join(ARTIFACTS, `${place.name}-${theme}-${size.width}x${size.height}.png`),
        });
        await look({ place, theme, width: size.width });
      }
    }
  }
}

/** Opens everything that lies over a place, keeps a picture of it in both themes and answers what axe finds. */
export async function faultsOfOverlays(
  session: PersonSession,
  overlays: readonly OverlayToSee[],
): Promise<readonly string[]> {
  const faults: string[] = [];
  await session.page.setViewportSize(SIZES[0]);
  for (const { name, path, open } of overlays) {
    await session.goTo(path);
    await settle(session.page);
    await open(session.page);
    for (const theme of THEMES) {
      await session.page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
      await settle(session.page);
      await session.page.screenshot({ path: join(ARTIFACTS, `over-${name}-${theme}.png`) });
      for (const fault of await accessibilityFaults(session.page)) faults.push(`${name}, ${theme}: ${fault}`);
    }
  }
  return faults;
}

/** What does not fit when a person has set text to 200 % on the smaller window: places that scroll sideways, controls that are cut off. */
export async function crampedByLargeText(host: string, places: readonly PlaceToSee[]): Promise<readonly string[]> {
  const browser = await launchChromium(['--blink-settings=defaultFontSize=32']);
  try {
    const page = await browser.newPage({ viewport: SIZES[1], reducedMotion: 'reduce' });
    const faults: string[] = [];
    await page.goto(host);
    for (const { name, path } of places) {
      await page.goto(new URL(path, host).href);
      await settle(page);
      const found = await page.evaluate(() => {
        const body = document.querySelector('main')?.parentElement;
        const isWide = body === null || body === undefined || body.scrollWidth > body.clientWidth + 1;
        const isCut = (control: Element): boolean => {
          const { right, width } = control.getBoundingClientRect();
          for (let around = control.parentElement; width > 0 && around !== null; around = around.parentElement) {
            const { overflowX } = getComputedStyle(around);
            if (/auto|scroll/.test(overflowX)) return false;
            if (/hidden|clip/.test(overflowX) && right > around.getBoundingClientRect().right + 2) return true;
          }
          return false;
        };
        const controls = [...document.querySelectorAll('main :is(button, label, [role=tab])')];
        return [
          ...(isWide ? ['scrolls sideways'] : []),
          ...controls.filter(isCut).map((one) => `cut off: ${one.textContent}`),
        ];
      });
      faults.push(...found.map((fault) => `${name}: ${fault}`));
    }
    return faults;
  } finally {
    await browser.close();
  }
}
