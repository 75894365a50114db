import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ContractConnection } from '../helpers/contract-client.ts';
import { faultsInBothThemes } from './look.ts';
import { LONG_MS, PersonSession, SAMPLE, THEMES } from './session.ts';

let session: PersonSession;
let page: Page;
let connection: ContractConnection;

beforeAll(async () => {
  session = await PersonSession.open();
  ({ page, connection } = session);
  await session.importFile(join(SAMPLE, 'census-ma-2015.parquet'), 'census');
}, LONG_MS);

afterAll(() => session?.close());

const button = (name: string) => page.getByRole('button', { name, exact: true });

/** Trains boosted trees as another window would, for a quarter of a second or so. */
const train = (name: string, params: Readonly<Record<string, unknown>>, algorithm = 'boosting') =>
  connection.client.training
    .train({ dataset: 'census', target: { column: 'employed', over: null }, algorithm, params, name })
    .then((started) => connection.finish(started));

describe('the form of a training', () => {
  it('is made from what the algorithm says of itself: basic parameters in sight, the others folded', {
    timeout: LONG_MS,
  }, async () => {
    await session.goTo('/train?dataset=census');
    await session.choose('Target column', 'employed');
    await page.getByText(/^Found: Yes or no/).waitFor();
    await page.getByRole('radio', { name: /^Neural network/ }).check();
    await page.getByLabel('Learning rate').waitFor();
    expect(await page.getByLabel('Optimiser', { exact: true }).first().isVisible()).toBe(false);
    await page.getByRole('button', { name: /\d+ more parameters/ }).click();
    await session.choose('Optimiser', 'adam');
    await page.getByLabel('Most epochs').fill('3000');
    await page.getByLabel('Patience').fill('3000');
    await page.getByLabel('Name of the model').fill('held');
    expect(await faultsInBothThemes(page)).toEqual([]);
  });
});

describe('a training under way', () => {
  it('tells stage, rate, time left and memory, and is held and let go', { timeout: LONG_MS }, async () => {
    await button('Train').click();
    await page.getByText(/^Validation loss is lowest at epoch/).waitFor({ timeout: LONG_MS });
    const live = page.getByRole('region', { name: /^Train network for employed/ });
    for (const fact of ['Stage', 'Done', 'Rate', 'Time left', 'Memory'])
      await live.getByText(fact, { exact: true }).waitFor();
    await live.getByText(/^\d[\d.]* [MG]B$/).waitFor();
    await button('Pause').click();
    await live.getByText('Paused', { exact: true }).waitFor();
    const done = live.getByText(/^\d+ of 3,000 epochs$/);
    await page.waitForTimeout(1500);
    const held = await done.innerText();
    await page.waitForTimeout(1500);
    expect(await done.innerText()).toBe(held);
    expect(await faultsInBothThemes(page)).toEqual([]);
    await button('Go on').click();
    await expect.poll(() => done.innerText()).not.toBe(held);
  });

  it('is stopped with its best kept', { timeout: LONG_MS }, async () => {
    await button('Stop and keep the best').click();
    await page.getByRole('heading', { name: 'held v1 is ready' }).waitFor({ timeout: LONG_MS });
    const { lineage } = await connection.client.models.get({ model: 'held' });
    expect(lineage.params).toMatchObject({ optimiser: 'adam', epochs: 3000 });
  });
});

describe('runs of one question', () => {
  it('are compared by parameters and figures; those that cannot be told apart are named', {
    timeout: LONG_MS,
  }, async () => {
    await train('weak', { rounds: 2, leaves: 2 });
    await train('strong', { rounds: 60 });
    await train('strong', { rounds: 70 });
    await session.goTo('/models');
    await page.getByRole('link', { name: 'Compare runs' }).click();
    await page.getByText(/cannot be told apart from it$/).waitFor();
    const table = page.getByRole('table', { name: 'Compare runs' });
    const rows = await table.getByRole('row').allInnerTexts();
    expect(rows).toHaveLength(5);
    expect(rows.filter((row) => /not told apart/.test(row)).length).toBeGreaterThan(0);
    expect(rows.find((row) => row.startsWith('weak v1'))).not.toMatch(/best|not told apart/);
    expect(await faultsInBothThemes(page)).toEqual([]);
  });

  it('are chosen by dragging along an axis', { timeout: LONG_MS }, async () => {
    const chart = page.getByRole('img', { name: /is best/ });
    const box = await chart.boundingBox();
    if (box === null) throw new Error('The chart is not to be seen.');
    // The last axis is ROC AUC: its lower half holds the weak one alone.
    const x = box.x + box.width - 60;
    await page.mouse.move(x, box.y + box.height - 22);
    await page.mouse.down();
    await page.mouse.move(x, box.y + box.height - 60, { steps: 6 });
    await page.mouse.move(x, box.y + box.height - 90, { steps: 6 });
    await page.mouse.up();
    await page.getByText('1 of 4 runs').waitFor();
    await page.getByRole('table', { name: 'Compare runs' }).getByText('weak v1').waitFor();
  });
});

describe('what a model learnt', () => {
  it('is read tree by tree', { timeout: LONG_MS }, async () => {
    await session.goTo('/models/strong/1/inside');
    await page.getByText(/lowers the loss most/).waitFor();
    await page.getByText(/^Tree 1 asks first whether /).waitFor();
    const number = page.getByLabel(/^Tree, of \d+/);
    await number.fill('2');
    await page.getByText(/^Tree 2 asks first whether /).waitFor();
    await page.getByRole('button', { name: 'Show as table' }).last().click();
    const table = page.getByRole('table', { name: /^Tree 2 asks first/ });
    await table.getByRole('columnheader', { name: 'Gain' }).waitFor();
    expect(await faultsInBothThemes(page)).toEqual([]);
  });

  it('is told column by column for each row', { timeout: LONG_MS }, async () => {
    await session.goTo('/models/strong/1/explain');
    await page.getByText('Not explained yet').waitFor();
    await page.getByRole('button', { name: 'Explain', exact: true }).click();
    await page.getByText(/moves the answers most, .* comes next/).waitFor();
    await page.getByText(/^The probability of .* is .*; .* = .* it most$/).waitFor();
    await page.getByText(/^The mean probability of .* lies between .* and .* as .* moves$/).waitFor();
    await page.getByLabel(/^Row, of 100/).fill('7');
    await page.getByRole('button', { name: 'Show as table' }).last().click();
    const table = page.getByRole('table', { name: /^The probability of / });
    await table.getByRole('columnheader', { name: 'Gives' }).waitFor();
    expect(await faultsInBothThemes(page)).toEqual([]);
  });

  it('is put under stress, column by column', { timeout: LONG_MS }, async () => {
    await session.goTo('/models/strong/1/stress');
    await page.getByText('Not tested yet').waitFor();
    await page.getByRole('button', { name: 'Stress', exact: true }).click();
    await page.getByText(/costs most of one column: .* instead of /).waitFor({ timeout: LONG_MS });
    expect(await faultsInBothThemes(page)).toEqual([]);
  });

  it('is not made up where it cannot be read', { timeout: LONG_MS }, async () => {
    await session.goTo('/models/held/1/inside');
    await page.getByText('Nothing to read inside').waitFor();
    expect(session.complaints).toEqual([]);
  });
});
