import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ContractConnection, connectTo } from '../helpers/contract-client.ts';
import { ensureBuilt } from '../helpers/shell-driver.ts';
import { accessibilityFaults, seeEveryPlace } from './look.ts';
import { placesToSee } from './places.ts';
import { PersonSession, SAMPLE } from './session.ts';

const LONG = 240_000;

let session: PersonSession;
let page: Page;
let connection: ContractConnection;

beforeAll(async () => {
  await ensureBuilt();
  session = await PersonSession.open();
  page = session.page;
  page.setDefaultTimeout(90_000);
  connection = await connectTo(session.host.address);
}, LONG);

afterAll(async () => {
  connection?.close();
  await session?.close();
});

/** Opens a select by its label and takes an option, as with a mouse. */
async function choose(label: string, option: string | RegExp): Promise<void> {
  await page.getByLabel(label, { exact: true }).and(page.locator('input')).click();
  await page.getByRole('option', { name: option, exact: typeof option === 'string' }).click();
}

const button = (name: string | RegExp) => page.getByRole('button', { name, exact: typeof name === 'string' });
const heading = (name: string | RegExp) => page.getByRole('heading', { name });

/** Drops files and imports all of them; answers when the last is there. */
async function dropAndImport(files: readonly string[], names: readonly string[]): Promise<void> {
  await session.drop(
    files.map((file) => join(SAMPLE, file)),
    /Drop to import/,
  );
  await heading('Import').waitFor();
  await page.getByRole('heading', { name: files.at(-1) ?? '' }).waitFor();
  for (const [index, name] of names.entries()) {
    const card = page.getByRole('region', { name: files[index] ?? '' });
    await card.getByLabel('Name of the dataset').fill(name);
    await card.getByRole('button', { name: 'Import', exact: true }).click();
    await card.getByText(`${name} version 1 is imported`).waitFor({ timeout: LONG });
  }
}

describe('flights, from the dropped file to the verified bundle', () => {
  it('are dropped on the window, looked at and imported', { timeout: LONG }, async () => {
    await dropAndImport(['flights-nyc-2013-01-to-06.parquet'], ['flights']);
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

  it('get a schema that is inferred, saved and holds', { timeout: LONG }, async () => {
    await page.getByRole('tab', { name: 'Schema and rules' }).click();
    await button('Infer from the data').click();
    await button('Save as new version').click();
    await page
      .getByText(/Schema version 1/)
      .first()
      .waitFor();
    await button('Validate').click();
    await page.getByText('Valid: every rule of severity error holds').waitFor({ timeout: LONG });
  });

  it('are trained on by one form: over 15 minutes late, tested on June; leakage is left out', {
    timeout: LONG,
  }, async () => {
    await session.goTo('/train?dataset=flights');
    await choose('Target column', 'arr_delay');
    await page.getByText('Is it over…').click();
    await page.getByLabel('Over (arr_delay)').fill('15');
    await page.getByText('It is missing where arr_delay is missing').first().waitFor({ timeout: LONG });
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
    await heading('late v1 is ready').waitFor({ timeout: LONG });
  });

  it('have a model with intervals, a threshold that moves the figures, and a lineage', { timeout: LONG }, async () => {
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

  it('leave as a bundle that is verified, served and answers', { timeout: LONG }, async () => {
    await page.getByRole('link', { name: 'Export a bundle' }).click();
    await button('Export and verify').click();
    const bundle = page.getByRole('article', { name: 'late v1' });
    await bundle.getByText('Verified', { exact: true }).waitFor({ timeout: LONG });
    await bundle.getByText(/All \d+ checks passed/).waitFor();
    const [exported] = await connection.client.bundles.list();
    expect(exported?.verification?.isVerified).toBe(true);
    expect(existsSync(exported?.path ?? '')).toBe(true);
    await bundle.getByRole('button', { name: 'Serve', exact: true }).click();
    await bundle.getByText('Ready', { exact: true }).waitFor({ timeout: LONG });
    const [endpoint] = await connection.client.bundles.endpoints();
    expect((await fetch(`${endpoint?.url}/v2/health/ready`)).status).toBe(200);
    await bundle.getByRole('button', { name: 'Stop' }).click();
  });

  it('of the summer have drifted from the spring', { timeout: LONG }, async () => {
    await dropAndImport(['flights-nyc-2013-07-to-10.parquet'], ['summer']);
    // By keys alone: the palette leads to Monitor.
    await page.keyboard.press('Control+k');
    await page.keyboard.type('Monitor');
    await page.keyboard.press('Enter');
    await heading('Monitor').waitFor();
    await choose('Reference', 'flights@1');
    await choose('Current', 'summer@1');
    await choose('Model (optional)', 'late@1');
    await button('Compare').click();
    await page
      .getByText(/\d+ of \d+ columns drifted/)
      .first()
      .waitFor({ timeout: LONG });
    await page.getByText('Predictions', { exact: false }).first().waitFor();
  });
});

describe('the census, from the dropped file to the verified bundle', () => {
  it('is dropped, imported and trained on with sensitive columns', { timeout: LONG }, async () => {
    await dropAndImport(['census-ma-2015.parquet'], ['census']);
    await page.getByRole('link', { name: 'Train a model' }).click();
    await choose('Target column', 'employed');
    await page.getByLabel('Judge fairness by SEX').check({ timeout: LONG });
    await page.getByRole('radio', { name: /^Linear/ }).check();
    await page.getByLabel('Name of the model').fill('employment');
    await button('Train').click();
    await heading('employment v1 is ready').waitFor({ timeout: LONG });
  });

  it('is fair or not, by group, with the gaps in words', { timeout: LONG }, async () => {
    await page.getByRole('link', { name: 'Look at the model' }).click();
    await page.getByRole('tab', { name: 'Slices and fairness' }).click();
    await page.getByText('SEX', { exact: false }).first().waitFor();
  });

  it('leaves as a verified bundle', { timeout: LONG }, async () => {
    await page.getByRole('link', { name: 'Export a bundle' }).click();
    await button('Export and verify').click();
    await page
      .getByRole('article', { name: 'employment v1' })
      .getByText('Verified', { exact: true })
      .waitFor({ timeout: LONG });
  });
});

describe('every place', () => {
  it('passes axe in both themes and both sizes; a picture of each is kept', { timeout: 2 * LONG }, async () => {
    const faults: string[] = [];
    await seeEveryPlace(session, await placesToSee(connection), async ({ place, theme, width }) => {
      for (const fault of await accessibilityFaults(page))
        faults.push(`${place.name}, ${theme}, ${width} wide: ${fault}`);
    });
    expect(faults).toEqual([]);
  });

  it('was opened without an error in the console of the page', () => {
    expect(session.complaints).toEqual([]);
  });
});
