import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ContractConnection } from '../helpers/contract-client.ts';
import { writeRows } from '../helpers/write-rows.ts';
import { faultsInBothThemes } from './look.ts';
import { LONG_MS, PersonSession } from './session.ts';

/** A yes-or-no answer, a column that knows it, a time in which the rows change, a group. */
const ROWS = `SELECT i AS number, x, y, 'g' || (i % 7) AS g, TIMESTAMP '2024-01-01' + INTERVAL (i) HOUR AS seen_at,
  CASE WHEN late THEN 'yes' ELSE 'no' END AS late, CASE WHEN late THEN 3 ELSE 0 END + x / 100 AS minutes
  FROM (SELECT i, x, y, (x + y + (i % 5) * 0.1 > 1) AS late
    FROM (SELECT i, (i * 7919 % 1000) / 1000.0 AS x, i / 1500.0 AS y FROM range(1500) r(i)))`;

let session: PersonSession;
let page: Page;
let connection: ContractConnection;

beforeAll(async () => {
  session = await PersonSession.open();
  ({ page, connection } = session);
  const file = join(session.folder, 'trips.csv');
  await writeRows(ROWS, file);
  await session.importFile(file, 'trips');
}, LONG_MS);

afterAll(() => session?.close());

const button = (name: string | RegExp) => page.getByRole('button', { name, exact: typeof name === 'string' });
const input = (label: string) => page.getByLabel(label, { exact: true }).and(page.locator('input'));
const isReady = (model: string) =>
  page.getByRole('heading', { name: `${model} is ready` }).waitFor({ timeout: LONG_MS });

/** What the newest training was asked. */
const asked = async (): Promise<unknown> => (await connection.client.jobs.list({ limit: 1 }))[0]?.params;

describe('the form of a training', () => {
  it('says beside a field what is missing, and puts the focus there', { timeout: LONG_MS }, async () => {
    await session.goTo('/train?dataset=trips');
    await button('Train').click();
    await page.getByText('Choose what to predict.').first().waitFor();
    await expect.poll(() => input('Target column').evaluate((one) => one === document.activeElement)).toBe(true);
    await session.choose('Target column', 'late');
    await page.getByText(/^Found: Yes or no/).waitFor();
    await page.getByLabel('Test, %').fill('95');
    await page.getByText('Keep between 1 and 89 % of the rows to test on.').first().waitFor();
    expect(await faultsInBothThemes(page)).toEqual([]);
    await page.getByLabel('Test, %').fill('20');
  });

  it('names a leak before training, and leaves it out and splits by time in one click each', {
    timeout: LONG_MS,
  }, async () => {
    await page.getByText('that know the answer', { exact: false }).waitFor();
    expect(await page.getByLabel('Use minutes').isChecked()).toBe(false);
    await page.getByLabel('Use minutes').check();
    await button('Leave out minutes').click();
    expect(await page.getByLabel('Use minutes').isChecked()).toBe(false);
    await button('Split by seen_at').click();
    expect(await input('Time column').inputValue()).toBe('seen_at');
    expect(await button('Split by seen_at').count()).toBe(0);
  });

  it('is still there after a look elsewhere', { timeout: LONG_MS }, async () => {
    await page.getByLabel('Name of the model').fill('half typed');
    await page.getByRole('link', { name: 'Models', exact: true }).first().click();
    await page
      .getByRole('heading', { name: /^(Models|No model yet)$/ })
      .first()
      .waitFor();
    await page.goBack();
    await expect.poll(() => input('Name of the model').inputValue()).toBe('half typed');
    expect(await input('Time column').inputValue()).toBe('seen_at');
    await page.getByLabel('Name of the model').fill('searched');
  });

  it('asks for a search in a space of its own, judged on folds in time', { timeout: LONG_MS }, async () => {
    await page.getByRole('radio', { name: /^Boosted trees/ }).check();
    await session.choose('Search', 'At random');
    await page.getByLabel('Trials', { exact: true }).fill('4');
    await session.choose('Judged on', 'Folds in time');
    await page.getByLabel('Folds', { exact: true }).fill('2');
    await page.getByLabel('Gap, rows').fill('10');
    await button(/^Where it is searched/).click();
    await page.getByLabel('Learning rate: From').fill('0.9');
    await page.getByText('The first number has to be the smaller one.').waitFor();
    await page.getByLabel('Learning rate: From').fill('0.1');
    await page.getByLabel('Search Leaves').uncheck();
    await button('Train').click();
    await isReady('searched v1');
    expect(await asked()).toMatchObject({
      split: { kind: 'time', column: 'seen_at' },
      search: { method: 'random', trials: 4, ranges: { learningRate: { kind: 'float', low: 0.1 } } },
      crossValidation: { kind: 'time', folds: 2, column: 'seen_at', gap: 10, repeats: 1, isNested: false },
      params: { leaves: 31 },
    });
  });

  it('searches on from there, knowing the trials before', { timeout: LONG_MS }, async () => {
    await button('Search on').click();
    expect(await input('Known beforehand').inputValue()).toBe('searched@1');
    await page.getByLabel('Trials', { exact: true }).fill('2');
    await page.getByText(/^Ready to learn late/).waitFor();
    await button('Train').click();
    await isReady('searched v2');
    expect(await asked()).toMatchObject({ search: { trials: 2, warmStart: 'searched@1' } });
  });
});

describe('a model', () => {
  it('is trained again from its manifest, and every figure is compared', { timeout: LONG_MS }, async () => {
    await page.getByRole('link', { name: 'Look at the model' }).click();
    await page.getByRole('tab', { name: 'Lineage' }).click();
    await button('Run it again').click();
    await page.getByText(/^All \d+ figures are the same number. The file is the same, byte for byte/).waitFor();
    const rows = await page.getByRole('table', { name: 'Run again and prove' }).getByRole('row').allInnerTexts();
    expect(rows.slice(1).every((row) => /equal$/.test(row.trim()) && !/not equal/.test(row))).toBe(true);
    expect(await faultsInBothThemes(page)).toEqual([]);
  });

  it('shows the rows behind a cell of its confusion, as many as were counted', { timeout: LONG_MS }, async () => {
    const [report] = await connection.client.evaluation.reports({ model: 'searched@2' });
    const point = report?.thresholds?.find(({ threshold }) => threshold >= 0.3);
    const query = { model: 'searched@2', truth: 0, answer: 1, threshold: point?.threshold ?? null };
    const alarms = await connection.client.evaluation.rows(query);
    expect(alarms.total).toBe(point?.falsePositives);
    expect(alarms.wrong).toBe(alarms.total);
    const all = await connection.client.evaluation.rows({ model: 'searched@2', threshold: 0.5, limit: 500 });
    expect(all.total).toBe(report?.rows);
    const isWrong = all.rows.map(({ truth, answer }) => truth !== answer);
    expect(isWrong.lastIndexOf(true) + 1).toBe(all.wrong);
    await page.getByRole('tab', { name: 'Performance' }).click();
    const chart = page.getByRole('img', { name: /rows are right at this threshold/ });
    await chart.scrollIntoViewIfNeeded();
    const box = await chart.boundingBox();
    if (box === null) throw new Error('The chart is not to be seen.');
    // The upper right cell: what is "no" and was called "yes".
    await page.mouse.click(box.x + box.width * 0.8, box.y + box.height * 0.3);
    await page.getByText(/^\d+ rows, \d+ wrong$/).waitFor();
    expect(new URL(page.url()).searchParams.get('answer')).toMatch(/^(yes|no)$/);
    expect(await faultsInBothThemes(page)).toEqual([]);
  });

  it('learns on, with the layers that are ticked', { timeout: LONG_MS }, async () => {
    const params = { epochs: 3, hidden: [8, 4] };
    const target = { column: 'late', over: null };
    await connection.finish(
      await connection.client.training.train({ dataset: 'trips', target, algorithm: 'network', params, name: 'net' }),
    );
    await session.goTo('/models/net/1');
    await button('Train on').click();
    await page.getByRole('menuitem', { name: /^Fine-tune/ }).click();
    await page.getByText(/^Only a new head is trained; the 2 layers stay/).waitFor();
    await page
      .getByRole('checkbox', { name: /^Train .* on$/ })
      .first()
      .check();
    await page.getByText(/^A new head is trained, then 1 of 2 layers/).waitFor();
    await page.getByLabel('Most epochs', { exact: true }).fill('2');
    await page.getByLabel('Name of the model').fill('tuned');
    await session.choose('Search', 'Bayesian');
    await page.getByLabel('Trials').fill('2');
    expect(await faultsInBothThemes(page)).toEqual([]);
    await button('Train').click();
    await isReady('tuned v1');
    expect(await asked()).toMatchObject({
      from: 'net@1',
      algorithm: 'finetune',
      params: { tuneLayers: 2, freeze: expect.any(String) },
      search: { method: 'bayesian', trials: 2, ranges: {} },
    });
  });

  it('of what is usual is learnt without a target', { timeout: LONG_MS }, async () => {
    await session.goTo('/train?dataset=trips');
    await page.getByText('Find unusual rows').click();
    await page.getByText('The dataset has 1,500 rows.', { exact: false }).waitFor();
    await page.getByLabel('Share of anomalies').fill('0.05');
    await page.getByLabel('Name of the model').fill('odd');
    expect(await faultsInBothThemes(page)).toEqual([]);
    await button('Train').click();
    await isReady('odd v1');
    await page.getByRole('link', { name: 'Look at the model' }).click();
    await page.getByText(/held-out rows \(.*\s%\) are anomalies/).waitFor();
    const { anomaly, target } = await connection.client.models.get({ model: 'odd' });
    expect(target).toBeNull();
    expect(anomaly?.contamination).toBe(0.05);
    expect(session.complaints).toEqual([]);
  });
});
