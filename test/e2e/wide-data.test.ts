import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeRows } from '../helpers/write-rows.ts';
import { LONG_MS, PersonSession } from './session.ts';

const COLUMNS = 2000;
const ROWS = 200;
/** More elements than this and a page no longer answers at once. */
const MOST_ELEMENTS = 4000;

let session: PersonSession;
let page: Page;

beforeAll(async () => {
  session = await PersonSession.open();
  page = session.page;
  const path = join(session.folder, 'wide.parquet');
  await writeRows(wideQuery(), path);
  await session.importFile(path, 'wide');
}, LONG_MS);

afterAll(() => session?.close());

/** Figures that wander a little from column to column; the last column answers "yes" or "no". */
function wideQuery(): string {
  const sensors = Array.from(
    { length: COLUMNS - 1 },
    (_, column) => `((i * 7919 + ${column * 104729}) % 1000) / 10 AS sensor_${column}`,
  );
  return `SELECT ${sensors.join(', ')}, if(i % 3 = 0, 'yes', 'no') AS answer FROM range(${ROWS}) AS rows(i)`;
}

const elements = () => page.evaluate(() => document.querySelectorAll('*').length);

describe('a file of two thousand columns', () => {
  it('is looked through column by column and row by row', { timeout: LONG_MS }, async () => {
    await session.goTo('/data/wide');
    await page.getByText('sensor_0', { exact: true }).first().waitFor();
    expect(await elements()).toBeLessThan(MOST_ELEMENTS);
    await page.getByLabel('Find a column').fill('sensor_1998');
    await page.getByText('sensor_1998', { exact: true }).first().waitFor();
    await page.getByRole('tab', { name: 'Rows' }).click();
    await page.getByRole('columnheader', { name: 'sensor_0', exact: true }).first().waitFor();
    expect(await elements()).toBeLessThan(MOST_ELEMENTS);
  });

  it('is offered for training with every column a search away', { timeout: LONG_MS }, async () => {
    await session.goTo('/train?dataset=wide');
    await page.getByLabel('Target column', { exact: true }).and(page.locator('input')).fill('answer');
    await page.getByRole('option', { name: 'answer', exact: true }).click();
    await page.getByLabel('Use sensor_0', { exact: true }).waitFor({ timeout: LONG_MS });
    expect(await elements()).toBeLessThan(MOST_ELEMENTS);
    await page.getByRole('textbox', { name: 'Find a column' }).fill('sensor_1500');
    await page.getByLabel('Use sensor_1500', { exact: true }).uncheck();
    await page.getByText('1,998 of 1,999 columns are used').waitFor();
  });

  it('can be compared from a form that opens as with few', { timeout: LONG_MS }, async () => {
    await session.goTo('/monitor');
    await session.choose('Reference', 'wide@1');
    await session.choose('Current', 'wide@1');
    expect(await page.getByRole('button', { name: 'Compare', exact: true }).isEnabled()).toBe(true);
    expect(await elements()).toBeLessThan(MOST_ELEMENTS);
  });

  it('broke nothing', () => {
    expect(session.complaints).toEqual([]);
  });
});
