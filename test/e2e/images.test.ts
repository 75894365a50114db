import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faultsInBothThemes } from './look.ts';
import { LONG_MS, PersonSession, THEMES } from './session.ts';

const SIDE = 16;
const EACH = 40;
/** Classes of drawings; one in ten of the discs lies in the folder of the bars, so that some answers are wrong. */
const drawings = {
  disc: (x: number, y: number) => (x - 8) ** 2 + (y - 8) ** 2 < 30,
  bar: (x: number) => x > 5 && x < 11,
  frame: (x: number, y: number) => Math.min(x, y, SIDE - 1 - x, SIDE - 1 - y) < 2,
} as const;

let session: PersonSession;
let page: Page;

async function drawing(isInk: (x: number, y: number) => boolean, seed: number): Promise<Buffer> {
  const pixels = Buffer.alloc(SIDE * SIDE);
  const [dx, dy] = [(seed % 5) - 2, (Math.floor(seed / 5) % 5) - 2];
  for (let y = 0; y < SIDE; y += 1)
    for (let x = 0; x < SIDE; x += 1)
      pixels[y * SIDE + x] = (isInk(x - dx, y - dy) ? 200 : 30) + ((seed * 7 + x * y) % 40);
  return sharp(pixels, { raw: { width: SIDE, height: SIDE, channels: 1 } })
    .png()
    .toBuffer();
}

beforeAll(async () => {
  session = await PersonSession.open();
  page = session.page;
  const files: Record<string, Uint8Array> = {};
  for (const [name, isInk] of Object.entries(drawings)) {
    for (let seed = 0; seed < EACH; seed += 1) {
      const folder = name === 'disc' && seed % 10 === 0 ? 'bar' : name;
      files[`drawings/${folder}/${name}-${seed}.png`] = await drawing(isInk, seed);
    }
  }
  await writeFile(join(session.folder, 'drawings.zip'), zipSync(files));
}, LONG_MS);

afterAll(() => session?.close());

describe('a zip of images, a folder a class', () => {
  it('is dropped, imported and looked through class by class', { timeout: LONG_MS }, async () => {
    await session.drop([join(session.folder, 'drawings.zip')], /1 zip of images/);
    await session.importAs('drawings.zip', 'drawings');
    await page.getByRole('link', { name: 'Look at the data' }).click();
    await page.getByRole('tab', { name: 'Images' }).click();
    await page.getByText('120 images in 3 classes, from 36 (disc) to 44 (bar).').waitFor();
    expect(await page.getByRole('img', { name: 'frame' }).count()).toBe(0);
    await session.choose('Class', /^frame/);
    await page.getByText('40 images', { exact: true }).waitFor();
    const first = page.getByRole('img', { name: 'frame' }).first();
    expect(await first.evaluate((one: HTMLImageElement) => one.naturalWidth)).toBe(SIDE);
    expect(await faultsInBothThemes(page)).toEqual([]);
  });

  it('is learnt from by the form that only asks what images need', { timeout: LONG_MS }, async () => {
    await page.getByRole('link', { name: 'Train', exact: true }).last().click();
    await page.getByText(/^Found: One of several classes/).waitFor();
    await page.getByText('Every image of the column image is learnt from', { exact: false }).waitFor();
    await page.getByRole('radio', { name: /^Convolutional network/ }).check();
    await page.getByLabel('Most epochs').fill('6');
    await page.getByLabel('Name of the model').fill('shapes');
    await page.getByRole('button', { name: 'Train', exact: true }).click();
    await page.getByRole('heading', { name: 'shapes v1 is ready' }).waitFor({ timeout: LONG_MS });
  });

  it('shows the held-out images, wrong ones first, and those of a pair of classes', { timeout: LONG_MS }, async () => {
    await page.getByRole('link', { name: 'Look at the model' }).click();
    await page.getByRole('tab', { name: 'Images' }).click();
    const [, wrong = '', all = ''] =
      /(\d+) of (\d+) held-out images are answered wrong/.exec(
        await page.getByText(/held-out images are answered wrong/).innerText(),
      ) ?? [];
    expect(Number(all)).toBe(24);
    const alts = await page
      .locator('main img')
      .evaluateAll((images) => images.map((one) => one.getAttribute('alt') ?? ''));
    expect(alts).toHaveLength(24);
    // The wrong ones stand first, and only they are called so.
    expect(alts.findLastIndex((alt) => alt.includes('taken for')) + 1).toBe(Number(wrong));
    expect(alts.filter((alt) => alt.includes('taken for'))).toHaveLength(Number(wrong));
    await page.getByLabel('Only wrong ones').check();
    await page.getByText(`${wrong} images, ${wrong} wrong`).waitFor();
    await expect.poll(() => page.locator('main img').count()).toBe(Number(wrong));
    expect(await faultsInBothThemes(page)).toEqual([]);
    expect(session.complaints).toEqual([]);
  });
});
