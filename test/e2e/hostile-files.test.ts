import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LONG_MS, PersonSession } from './session.ts';

const HOSTILE = resolve(import.meta.dirname, '..', 'fixtures', 'hostile');
const FILES = ['empty.csv', 'ragged.csv', 'not-really.parquet', 'one-bad-number.csv'] as const;

let session: PersonSession;

beforeAll(async () => {
  session = await PersonSession.open();
}, LONG_MS);

afterAll(() => session?.close());

describe('files that are not what they seem', () => {
  it('are dropped together, and each that cannot be read says so in words', { timeout: LONG_MS }, async () => {
    await session.dropToImport(FILES.map((file) => join(HOSTILE, file)));
    for (const file of ['empty.csv', 'not-really.parquet']) {
      const alert = session.card(file).getByRole('alert');
      await alert.getByText(/^What to do: /).waitFor();
      expect((await alert.innerText()).length).toBeGreaterThan(60);
    }
  });

  it('keep their good rows; the others wait in quarantine with line and reason', { timeout: LONG_MS }, async () => {
    const ragged = await session.importAs('ragged.csv', 'ragged');
    await ragged.getByText('38 rows, 4 columns').waitFor();
    await ragged.getByText(/2 rows .*quarantine/).waitFor();
    const number = await session.importAs('one-bad-number.csv', 'amounts');
    await number.getByText(/1 row .*quarantine/).waitFor();
    await number.getByRole('link', { name: 'Look at the data' }).click();
    const { page } = session;
    await page.getByRole('heading', { name: 'amounts' }).waitFor();
    await page.getByRole('tab', { name: 'Rows' }).click();
    await page
      .getByText('1 row in quarantine')
      .or(page.getByText(/^Quarantine/))
      .first()
      .click();
    const row = page.getByRole('row').filter({ hasText: 'n.a.' });
    expect(await row.innerText()).toMatch(/24.*amount/s);
  });

  it('leave a window that works: a place opens, nothing was complained of', async () => {
    const { page } = session;
    await page.getByRole('link', { name: 'Jobs' }).first().click();
    await page.getByRole('heading', { name: 'Jobs' }).waitFor();
    expect(session.complaints).toEqual([]);
  });
});
