import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { importTask } from '../../electron/services/datasets/import-task.ts';
import { AppError } from '../../shared/errors.ts';

const HOSTILE = fileURLToPath(new URL('../fixtures/hostile/', import.meta.url));
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'drydock-import-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const importFile = (name: string, signal = new AbortController().signal) =>
  importTask(
    { path: join(HOSTILE, name), format: undefined, options: {} },
    { signal, folder, shouldKeepBest: () => false, progress() {}, measure() {}, tried() {}, log() {} },
  );

/** File, rows that come in, rows in quarantine, and the types of the columns that matter. */
const IMPORTED: readonly (readonly [string, number, number, Readonly<Record<string, string>>])[] = [
  ['ambiguous-dates.csv', 24, 0, {}],
  ['bad-bytes-in-one-row.csv', 32, 1, { city: 'text', amount: 'number' }],
  ['big-integers.csv', 3, 0, { id: 'text' }],
  ['booleans-dates.csv', 3, 0, {}],
  ['carriage-returns-only.csv', 33, 0, { day: 'date' }],
  ['changing-types.jsonl', 28, 0, { v: 'json' }],
  ['clock-changes.csv', 12, 0, { at: 'text' }],
  ['csv-named.xlsx', 33, 0, {}],
  ['duplicate-names.csv', 2, 0, {}],
  ['duplicate-names.parquet', 2, 0, {}],
  ['embedded-newlines.csv', 4, 0, {}],
  ['all-types.parquet', 3, 0, {}],
  ['formulas.csv', 4, 0, { name: 'text' }],
  ['header-only.csv', 0, 0, {}],
  ['int96.parquet', 3, 0, { at: 'timestamp' }],
  ['latin1.csv', 40, 0, { city: 'text' }],
  ['leading-zeros.csv', 3, 0, { zip: 'text' }],
  ['mark-in-the-middle.csv', 66, 1, { id: 'integer', amount: 'number', day: 'date' }],
  ['mixed-date-order.csv', 24, 0, { d: 'text' }],
  ['mixed-line-ends.csv', 33, 0, { day: 'date' }],
  ['names-that-bite.csv', 1, 0, {}],
  ['nested-types.parquet', 3, 0, { price: 'number' }],
  ['no-header.csv', 33, 0, {}],
  ['no-newline-at-end.csv', 1, 0, {}],
  ['none-is-a-category.csv', 30, 0, { garage: 'text' }],
  ['nul-bytes.csv', 2, 0, {}],
  ['numbers-in-costume.csv', 6, 0, { amount: 'text' }],
  ['one-bad-number.csv', 39, 1, { amount: 'number' }],
  ['only-one-column.csv', 10, 0, {}],
  ['parquet-named.csv', 9, 0, {}],
  ['pipe-and-backslash.txt', 16, 4, {}],
  ['plain.csv.gz', 33, 0, {}],
  ['proto-keys.jsonl', 2, 0, {}],
  ['quotes-in-the-middle.csv', 10, 0, {}],
  ['ragged.csv', 38, 2, { amount: 'number' }],
  ['same-name-ignoring-case.csv', 1, 0, {}],
  ['semicolon-decimal-comma.csv', 40, 0, { amount: 'number', day: 'date' }],
  ['shift-jis.csv', 20, 0, { 番号: 'integer' }],
  ['tabs.tsv', 33, 0, {}],
  ['utf16-be-no-mark.csv', 33, 0, { city: 'text' }],
  ['utf16-le.csv', 40, 0, { city: 'text' }],
  ['utf8-bom.csv', 40, 0, { city: 'text' }],
  ['whitespace.csv', 10, 0, {}],
  ['windows-1252.csv', 33, 0, {}],
  ['zero-rows.parquet', 0, 0, {}],
];

const REFUSED: readonly (readonly [string, RegExp])[] = [
  ['broken-line.jsonl', /line 22/],
  ['deep.json', /nests more than/],
  ['duplicate-keys.json', /same key twice/],
  ['empty.csv', /nothing in it/],
  ['encrypted-magic.parquet', /encrypted/],
  ['encrypted.sqlite', /neither text nor Parquet/],
  ['excel-97.xls', /Excel/],
  ['flipped-bytes.parquet', /damaged/],
  ['footer-length-lies.parquet', /footer/],
  ['html-error-page.csv', /web page/],
  ['lz4.feather', /Arrow/],
  ['no-columns.parquet', /no columns/],
  ['not-really.parquet', /PAR1/],
  ['odd-types.sqlite', /SQLite/],
  ['stream.arrows', /Arrow streams/],
  ['truncated.csv.gz', /ends early/],
  ['truncated.parquet', /footer/],
];

describe('importing hostile files', () => {
  it.each(IMPORTED)('%s comes in with %i rows and %i in quarantine', async (name, rows, quarantined, types) => {
    const result = await importFile(name);
    expect({ rows: result.rows, quarantined: result.quarantined }).toEqual({ rows, quarantined });
    const names = result.columns.map((column) => column.name.toLowerCase());
    expect(new Set(names).size).toBe(names.length);
    for (const [column, type] of Object.entries(types)) {
      expect(result.columns.find((found) => found.name === column)?.type).toBe(type);
    }
    expect(existsSync(result.dataPath)).toBe(true);
    expect(result.profile).toHaveLength(result.columns.length);
  });

  it.each(REFUSED)('%s is refused in words that name it, with a remedy and what was kept', async (name, words) => {
    const error = await importFile(name).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(AppError);
    if (!(error instanceof AppError)) return;
    expect(error.message).toContain(name);
    expect(error.message).toMatch(words);
    expect(error.code).not.toBe('INTERNAL');
    expect(error.remedy).toBeTruthy();
    expect(error.kept).toBe('Nothing was changed.');
    expect(
      readdirSync(folder).filter((left) => left === 'data.parquet' && error.code === 'UNSUPPORTED_FORMAT'),
    ).toEqual([]);
  });

  it('leaves prototypes alone whatever keys a file holds', async () => {
    await importFile('proto-keys.jsonl');
    expect(Reflect.get({}, 'admin')).toBeUndefined();
  });

  it('stops before it starts when it was cancelled', async () => {
    const abort = new AbortController();
    abort.abort();
    await expect(importFile('plain.csv.gz', abort.signal)).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
