import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LONG_MS, PersonSession } from './session.ts';

const FIXTURES = resolve(import.meta.dirname, '..', 'fixtures');
const HOSTILE = join(FIXTURES, 'hostile');
const FILES = ['empty.csv', 'ragged.csv', 'not-really.parquet', 'one-bad-number.csv', 'truncated.onnx'] as const;
/** One of each kind that cannot be read at all. */
const UNREADABLE = ['zip-slip.zip', 'legacy.xlsx', 'encrypted.sqlite', 'html-error-page.csv'] as const;

let session: PersonSession;

beforeAll(async () => {
  session = await PersonSession.open();
}, LONG_MS);

afterAll(() => session?.close());

describe('what is dropped together', () => {
  it('is sorted: a folder of pictures is one dataset, its folders the classes', { timeout: LONG_MS }, async () => {
    const folder = join(session.folder, 'digits');
    for (const [path, bytes] of Object.entries(unzipSync(await readFile(join(FIXTURES, 'digits-few.zip'))))) {
      if (path.endsWith('/')) continue;
      await mkdir(join(folder, dirname(path)), { recursive: true });
      await writeFile(join(folder, path), bytes);
    }
    await session.dropToImport([folder]);
    const card = await session.importAs('digits', 'digits');
    await card.getByText(/^\d+ rows, 5 columns/).waitFor();
  });

  it('is sorted: of a folder of tables each is a dataset, and what is none is named', {
    timeout: LONG_MS,
  }, async () => {
    const folder = join(session.folder, 'year');
    await mkdir(join(folder, 'more'), { recursive: true });
    await writeFile(join(folder, 'spring.csv'), 'a,b\n1,2\n');
    await writeFile(join(folder, 'more', 'summer.csv'), 'a,b\n3,4\n');
    await writeFile(join(folder, 'notes.md'), '# notes');
    await session.drop([folder], /1 file or folder, read by its content/);
    await session.page.getByText(/year\/notes\.md: not a kind of file/).waitFor();
    for (const name of ['spring', 'summer']) await session.importAs(`${name}.csv`, name);
  });

  it('is a model and its weights: ONNX with weights beside it, layers of TensorFlow.js', {
    timeout: LONG_MS,
  }, async () => {
    await session.drop(
      ['external-good.onnx', 'external-good.weights'].map((name) => join(HOSTILE, name)),
      /Drop to import/,
    );
    const layers = join(FIXTURES, 'layers-model');
    await session.drop([join(layers, 'model.json'), join(layers, 'weights.bin')], /1 TensorFlow\.js model/);
    for (const [file, name] of [
      ['external-good.onnx', 'external'],
      ['model.json', 'layers'],
    ] as const) {
      const card = session.card(file);
      await card.getByLabel('Name of the model').fill(name);
      await card.getByRole('button', { name: 'Import', exact: true }).click();
      await card.getByText(`${name} version 1 is imported`).waitFor({ timeout: LONG_MS });
    }
  });
});

describe('files that are not what they seem', () => {
  it('are dropped together, and each that cannot be read says so in words', { timeout: LONG_MS }, async () => {
    await session.dropToImport(FILES.map((file) => join(HOSTILE, file)));
    for (const file of ['empty.csv', 'not-really.parquet']) {
      const alert = session.card(file).getByRole('alert');
      await alert.getByText(/^What to do: /).waitFor();
      expect((await alert.innerText()).length).toBeGreaterThan(60);
    }
    // A model is looked into by a worker, when it is imported.
    const model = session.card('truncated.onnx');
    await model.getByRole('button', { name: 'Import', exact: true }).click();
    await model
      .getByRole('alert')
      .getByText(/^What to do: /)
      .waitFor({ timeout: LONG_MS });
  });

  it('of every kind say what they are', { timeout: LONG_MS }, async () => {
    await session.drop(
      UNREADABLE.map((file) => join(HOSTILE, file)),
      /Drop to import/,
    );
    await session.page.getByText(/legacy\.xlsx: not a kind of file/).waitFor();
    for (const file of UNREADABLE.filter((name) => name !== 'legacy.xlsx'))
      await session
        .card(file)
        .getByText(/^What to do: /)
        .first()
        .waitFor();
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
