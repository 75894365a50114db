import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ContractConnection } from '../helpers/contract-client.ts';
import { writeRows } from '../helpers/write-rows.ts';
import { accessibilityFaults, crampedByLargeText, faultsOfOverlays, seeEveryPlace } from './look.ts';
import { overlaysToSee } from './overlays.ts';
import { placesToSee } from './places.ts';
import { LONG_MS, PersonSession, SAMPLE, SIZES } from './session.ts';

let session: PersonSession;
let page: Page;
let connection: ContractConnection;

beforeAll(async () => {
  session = await PersonSession.open();
  ({ page, connection } = session);
}, LONG_MS);

afterAll(() => session?.close());

const button = (name: string | RegExp) => page.getByRole('button', { name, exact: typeof name === 'string' });
const heading = (name: string | RegExp) => page.getByRole('heading', { name });

describe('flights, from the dropped file to the verified bundle', () => {
  it('are dropped on the window, looked at and imported', { timeout: LONG_MS }, async () => {
    await session.dropToImport([join(SAMPLE, 'flights-nyc-2013-01-to-06.parquet')]);
    await session.importAs('flights-nyc-2013-01-to-06.parquet', 'flights');
    await page.getByRole('link', { name: 'Look at the data' }).click();
    await heading('flights').waitFor();
    for (const column of ['arr_delay', 'carrier', 'distance'])
      await page.getByText(column, { exact: true }).first().waitFor();
    await page.getByRole('tab', { name: 'Rows' }).click();
    await page.getByRole('grid').or(page.getByRole('table')).first().waitFor();
    await page
      .getByText(/[\d,]+ rows/)
      .first()
      .waitFor();
  });

  it('get a schema that is inferred, saved and holds', { timeout: LONG_MS }, async () => {
    await page.getByRole('tab', { name: 'Schema and rules' }).click();
    await button('Infer from the data').click();
    await button('Save as new version').click();
    await page
      .getByText(/Schema version 1/)
      .first()
      .waitFor();
    await button('Validate').click();
    await page.getByText('Valid: every rule of severity error holds').waitFor({ timeout: LONG_MS });
  });

  it('are trained on by one form: over 15 minutes late, tested on June; leakage is left out', {
    timeout: LONG_MS,
  }, async () => {
    await session.goTo('/train?dataset=flights');
    await session.choose('Target column', 'arr_delay');
    await page.getByText('Is it over…').click();
    await page.getByLabel('Over (arr_delay)').fill('15');
    await page.getByText('It is missing where arr_delay is missing').first().waitFor({ timeout: LONG_MS });
    expect(await page.getByLabel('Use dep_delay').isChecked()).toBe(false);
    await page.getByText('By time', { exact: true }).click();
    // The form opens on the column whose role is time.
    expect(await page.getByLabel('Time column', { exact: true }).and(page.locator('input')).inputValue()).toBe(
      'time_hour',
    );
    await page.getByLabel('Test from (optional)').fill('2013-06-01');
    await page.getByRole('radio', { name: /^Linear/ }).check();
    await page.getByLabel('Name of the model').fill('late');
    await button('Train').click();
    await heading('late v1 is ready').waitFor({ timeout: LONG_MS });
  });

  it('have a model with intervals, a threshold that moves the figures, and a lineage', {
    timeout: LONG_MS,
  }, async () => {
    await page.getByRole('link', { name: 'Look at the model' }).click();
    await heading('late v1').waitFor();
    await page.getByText('95 % interval').first().waitFor();
    const slider = page.getByRole('slider').first();
    await slider.focus();
    const before = await page.getByRole('tabpanel').innerText();
    for (let step = 0; step < 10; step += 1) await page.keyboard.press('ArrowLeft');
    await expect.poll(async () => page.getByRole('tabpanel').innerText()).not.toBe(before);
    await page.getByRole('tab', { name: 'Lineage' }).click();
    await page.getByText('flights', { exact: false }).first().waitFor();
  });

  it('leave as a bundle that is verified, served and answers', { timeout: LONG_MS }, async () => {
    await page.getByRole('link', { name: 'Export a bundle' }).click();
    await button('Export and verify').click();
    const bundle = page.getByRole('article', { name: 'late v1' });
    await bundle.getByText('Verified', { exact: true }).waitFor({ timeout: LONG_MS });
    await bundle.getByText(/All \d+ checks passed/).waitFor();
    const [exported] = await connection.client.bundles.list();
    expect(exported?.verification?.isVerified).toBe(true);
    expect(existsSync(exported?.path ?? '')).toBe(true);
    await bundle.getByRole('button', { name: 'Serve', exact: true }).click();
    await bundle.getByText('Ready', { exact: true }).waitFor({ timeout: LONG_MS });
    const [endpoint] = await connection.client.bundles.endpoints();
    expect((await fetch(`${endpoint?.url}/v2/health/ready`)).status).toBe(200);
    await bundle.getByRole('button', { name: 'Stop' }).click();
  });

  it('of the summer have drifted from the spring', { timeout: LONG_MS }, async () => {
    await session.dropToImport([join(SAMPLE, 'flights-nyc-2013-07-to-10.parquet')]);
    await session.importAs('flights-nyc-2013-07-to-10.parquet', 'summer');
    // By keys alone: the palette leads to Monitor.
    await page.keyboard.press('Control+k');
    await page.keyboard.type('Monitor');
    await page.keyboard.press('Enter');
    await heading('Monitor').waitFor();
    await session.choose('Reference', 'flights@1');
    await session.choose('Current', 'summer@1');
    await session.choose('Model (optional)', 'late@1');
    await button('Compare').click();
    await page
      .getByText(/\d+ of \d+ columns drifted/)
      .first()
      .waitFor({ timeout: LONG_MS });
    await page.getByText('Predictions', { exact: false }).first().waitFor();
  });
});

describe('the census, from the dropped file to the verified bundle', () => {
  it('is dropped as CSV, imported and trained on with sensitive columns', { timeout: LONG_MS }, async () => {
    const file = join(session.folder, 'census-ma-2015.csv');
    await writeRows(`SELECT * FROM read_parquet('${join(SAMPLE, 'census-ma-2015.parquet')}')`, file);
    await session.dropToImport([file]);
    const card = await session.importAs('census-ma-2015.csv', 'census');
    await card.getByText('68,785 rows, 19 columns').waitFor();
    await card.getByRole('link', { name: 'Train a model' }).click();
    await session.choose('Target column', 'employed');
    await page.getByLabel('Judge fairness by SEX').check({ timeout: LONG_MS });
    await page.getByRole('radio', { name: /^Linear/ }).check();
    await page.getByLabel('Name of the model').fill('employment');
    await button('Train').click();
    await heading('employment v1 is ready').waitFor({ timeout: LONG_MS });
  });

  it('is fair or not, by group, with the gaps in words', { timeout: LONG_MS }, async () => {
    await page.getByRole('link', { name: 'Look at the model' }).click();
    await page.getByRole('tab', { name: 'Slices and fairness' }).click();
    await page
      .getByText(/^SEX: (fe)?male .* %/)
      .first()
      .waitFor();
    await page.getByText('Demographic parity difference · SEX', { exact: false }).waitFor();
    // The groups behind the dots, as the table a reader of the screen gets.
    await button('Show as table').click();
    const groups = page.getByRole('table', { name: /Selection rate is lowest for/ });
    expect(await groups.getByRole('row').allInnerTexts()).toEqual([
      expect.stringMatching(/^Group/),
      expect.stringMatching(/^female/),
      expect.stringMatching(/^male/),
    ]);
  });

  it('leaves as a verified bundle', { timeout: LONG_MS }, async () => {
    await page.getByRole('link', { name: 'Export a bundle' }).click();
    await button('Export and verify').click();
    await page
      .getByRole('article', { name: 'employment v1' })
      .getByText('Verified', { exact: true })
      .waitFor({ timeout: LONG_MS });
  });
});

describe('every place', () => {
  it('passes axe in both themes; a picture of each is kept in both sizes', { timeout: 2 * LONG_MS }, async () => {
    const faults: string[] = [];
    await seeEveryPlace(session, await placesToSee(connection), async ({ place, theme, width }) => {
      // The two sizes hold the same elements: one look a theme is enough.
      if (width !== SIZES[0].width) return;
      for (const fault of await accessibilityFaults(page))
        faults.push(`${place.name}, ${theme}, ${width} wide: ${fault}`);
    });
    expect(faults).toEqual([]);
  });

  it('passes axe with what can lie over it: menus, lists, drawers and dialogs', { timeout: LONG_MS }, async () => {
    expect(await faultsOfOverlays(session, overlaysToSee('flights', 'late/1'))).toEqual([]);
  });

  it('has room for text of 200 % on the smaller window', { timeout: LONG_MS }, async () => {
    expect(await crampedByLargeText(session.host.address, await placesToSee(connection))).toEqual([]);
  });

  it('was opened without an error in the console of the page', () => {
    expect(session.complaints).toEqual([]);
  });
});
