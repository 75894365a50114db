import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { zstdCompressSync } from 'node:zlib';
import iconv from 'iconv-lite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DuckDb } from '../../electron/compute/frame/duckdb.ts';
import { quoteLiteral } from '../../electron/compute/frame/sql-text.ts';
import { type ImportTaskResult, importTask } from '../../electron/services/datasets/import-task.ts';
import { IMPORTERS } from '../../electron/services/datasets/importers/importers.ts';
import { previewTask } from '../../electron/services/datasets/preview-task.ts';
import { ImportFormat, type ImportOptions } from '../../shared/contract/datasets.ts';
import type { JobProgress } from '../../shared/contract/jobs.ts';
import { AppError } from '../../shared/errors.ts';
import { silentTask } from '../helpers/silent-task.ts';

const HOSTILE = fileURLToPath(new URL('../fixtures/hostile/', import.meta.url));
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'drydock-import-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const context = (signal?: AbortSignal) => silentTask(folder, signal);

const importPath = (path: string, options: ImportOptions = {}): Promise<ImportTaskResult> =>
  importTask({ path, format: undefined, options }, context());
const importFile = (name: string, options: ImportOptions = {}): Promise<ImportTaskResult> =>
  importPath(join(HOSTILE, name), options);

/** Imports text under a name of its own. */
function importText(name: string, text: string | Uint8Array, options: ImportOptions = {}): Promise<ImportTaskResult> {
  mkdirSync(join(folder, 'given'), { recursive: true });
  writeFileSync(join(folder, 'given', name), text);
  return importPath(join(folder, 'given', name), options);
}

async function cells(path: string | null, columns: string): Promise<unknown[][]> {
  if (path === null) return [];
  await using database = await DuckDb.open();
  return await database.rows(`SELECT ${columns} FROM read_parquet(${quoteLiteral(path)})`);
}

const codes = ({ warnings }: ImportTaskResult): string[] => [...new Set(warnings.map(({ code }) => code))].sort();

interface Expected {
  readonly rows: number;
  /** Lines in quarantine as [line, column, value]. */
  readonly quarantine?: readonly (readonly [number, string | null, string | null])[];
  readonly types?: Readonly<Record<string, string>>;
  /** Codes of the warnings, sorted; "quarantined" and "noRows" follow from the rest and are left out. */
  readonly says?: readonly string[];
  readonly options?: ImportOptions;
}

const IMPORTED: Readonly<Record<string, Expected>> = {
  'all-types.parquet': { rows: 3, says: ['converted'], types: { u64: 'integer', 'a.b': 'text', deep: 'json' } },
  'ambiguous-dates.csv': {
    rows: 24,
    types: { d: 'date' },
    says: ['ambiguousDates'],
    options: { dateFormat: '%d/%m/%Y' },
  },
  'array.json': { rows: 3, types: { id: 'json', tags: 'json' }, says: ['mixedKinds'] },
  'bad-bytes-in-one-row.csv': {
    rows: 32,
    quarantine: [[10, 'city', 'M????lmö']],
    types: { city: 'text', amount: 'number' },
  },
  'big-integers.csv': { rows: 3, types: { id: 'text', value: 'integer' }, says: ['longIntegers'] },
  'big-numbers.json': {
    rows: 2,
    quarantine: [[1, 'v', '1e400']],
    types: { id: 'text', v: 'number' },
    says: ['longIntegers'],
  },
  'blank-lines.csv': { rows: 33, types: { id: 'integer', day: 'date' }, says: ['blankLines'] },
  'booleans-dates.csv': { rows: 3, types: { a: 'text', b: 'text', c: 'text' } },
  'broken-line.jsonl': { rows: 21, quarantine: [[21, null, null]], types: { new: 'json', x: 'number' } },
  'carriage-returns-only.csv': { rows: 33, types: { day: 'date' } },
  'changing-types.jsonl': { rows: 28, types: { v: 'json' }, says: ['mixedKinds'] },
  'clock-changes.csv': { rows: 12, types: { at: 'text' }, says: ['mixedZones'] },
  'csv-named.xlsx': { rows: 33, says: ['wrongName'] },
  'duplicate-names.csv': { rows: 2, says: ['renamed'] },
  'duplicate-names.parquet': { rows: 2, says: ['renamed'] },
  'embedded-newlines.csv': { rows: 4, types: { note: 'text' }, options: { quote: '"' } },
  'formulas.csv': { rows: 4, types: { name: 'text' } },
  'gb18030.csv': { rows: 3, types: { city: 'text' }, options: { encoding: 'gb18030' } },
  'header-only.csv': { rows: 0 },
  'int96.parquet': { rows: 3, types: { at: 'timestamp' } },
  'latin1.csv': { rows: 40, types: { city: 'text' }, options: { encoding: 'windows-1252' } },
  'leading-zeros.csv': { rows: 3, types: { zip: 'text' } },
  'many-types-of-missing.csv': {
    rows: 16,
    types: { v: 'number', w: 'number' },
    says: ['infiniteValues', 'missingWords', 'suspectedSentinel'],
    options: { missingWords: ['#N/A', '-', '?', 'N/A', 'NA', 'NULL', 'None', 'missing', 'nan', 'null'] },
  },
  'mark-in-the-middle.csv': {
    rows: 66,
    quarantine: [[35, 'id', 'id']],
    types: { id: 'integer', amount: 'number', day: 'date' },
    says: ['fewBadValues'],
  },
  'mixed-date-order.csv': { rows: 24, types: { d: 'text' }, says: ['mixedDateOrder'] },
  'mixed-line-ends.csv': { rows: 33, types: { day: 'date' } },
  'names-that-bite.csv': { rows: 1, says: ['renamed'], types: { constructor: 'integer', toString: 'integer' } },
  'nested-types.parquet': { rows: 3, types: { price: 'number', tags: 'json' }, says: ['converted'] },
  'no-header.csv': { rows: 33, says: ['noHeader'], options: { hasHeader: false } },
  'no-newline-at-end.csv': { rows: 1 },
  'none-is-a-category.csv': { rows: 30, types: { garage: 'text', price: 'integer' }, says: ['wordsKept'] },
  'not-utf8.jsonl': { rows: 1, quarantine: [[1, null, null]] },
  'nul-bytes.csv': { rows: 2, says: ['zeroBytes'] },
  'numbers-in-costume.csv': { rows: 6, types: { amount: 'text', share: 'text', paid: 'text' } },
  'numeric-header.csv': { rows: 11, says: ['noHeader'], options: { hasHeader: false } },
  'object-of-columns.json': { rows: 2, types: { id: 'integer', city: 'text' }, says: ['rowsFound'] },
  'one-bad-number.csv': {
    rows: 39,
    quarantine: [[24, 'amount', 'n.a.']],
    types: { amount: 'number' },
    says: ['fewBadValues'],
  },
  'only-one-column.csv': { rows: 10, says: ['noDelimiter'] },
  'parquet-named.csv': { rows: 9, says: ['wrongName'] },
  'pipe-and-backslash.txt': { rows: 20, options: { delimiter: '|', escape: '\\' } },
  'plain.csv.gz': { rows: 33, types: { day: 'date' } },
  'preamble-and-footer.csv': {
    rows: 33,
    quarantine: [[39, 'id', 'Total']],
    types: { id: 'integer', amount: 'number' },
    says: ['blankLines', 'fewBadValues', 'preamble'],
    options: { delimiter: ';', headerLine: 3 },
  },
  'proto-keys.jsonl': { rows: 2 },
  'quotes-in-the-middle.csv': { rows: 10 },
  'ragged.csv': {
    rows: 38,
    quarantine: [
      [12, null, null],
      [19, 'amount', null],
    ],
    types: { amount: 'number' },
  },
  'remarks-above.csv': { rows: 3, types: { amount: 'number' }, says: ['preamble'], options: { headerLine: 2 } },
  'same-name-ignoring-case.csv': { rows: 1, says: ['renamed'] },
  'semicolon-decimal-comma.csv': {
    rows: 40,
    types: { amount: 'number', day: 'date' },
    options: { delimiter: ';', decimalMark: ',', dateFormat: '%d.%m.%Y' },
  },
  'shift-jis.csv': { rows: 20, types: { 番号: 'integer' }, options: { encoding: 'shift_jis' } },
  'tabs.tsv': { rows: 33, options: { delimiter: '\t' } },
  'trailing-delimiter.csv': { rows: 33, says: ['emptyColumn', 'renamed'] },
  'unclosed-quote.csv': { rows: 1, quarantine: [[3, 'note', null]], says: ['unclosedQuote'] },
  'utf16-be-no-mark.csv': { rows: 33, types: { city: 'text' }, options: { encoding: 'utf-16be' } },
  'utf16-le.csv': { rows: 40, types: { city: 'text' }, options: { encoding: 'utf-16' } },
  'utf8-bom.csv': { rows: 40, types: { id: 'integer', city: 'text' } },
  'whitespace.csv': { rows: 10, types: { v: 'number' }, says: ['blanksKept', 'renamed'] },
  'windows-1251.csv': { rows: 3, types: { city: 'text' }, options: { encoding: 'windows-1251' } },
  'windows-1252.csv': { rows: 33, options: { encoding: 'windows-1252' } },
  'wrapped-rows.json': { rows: 2, types: { id: 'integer', a: 'json' }, says: ['rowsFound'] },
  'zero-rows.parquet': { rows: 0 },
  'zero-width-and-nbsp.csv': { rows: 28, types: { amount: 'text' }, says: ['invisibleCharacters'] },
};

const REFUSED: Readonly<Record<string, RegExp>> = {
  'deep.json': /nests more than/,
  'duplicate-keys.json': /same key twice/,
  'empty.csv': /nothing in it/,
  'encrypted-magic.parquet': /encrypted/,
  'encrypted.sqlite': /neither text nor Parquet/,
  'excel-97.xls': /Excel/,
  'fixed-width.txt': /no delimiter/,
  'flipped-bytes.parquet': /damaged/,
  'footer-length-lies.parquet': /footer/,
  'good.onnx': /model/,
  'html-error-page.csv': /web page/,
  'legacy.xlsx': /Excel/,
  'lz4.feather': /Arrow/,
  'nan.json': /line 1, column 17: "NaN/,
  'no-columns.parquet': /no columns/,
  'not-really.parquet': /no Parquet file/,
  'odd-types.sqlite': /SQLite/,
  'stream.arrows': /Arrow streams/,
  'truncated.arrow': /Arrow/,
  'truncated.csv.gz': /ends early/,
  'truncated.parquet': /footer/,
};

describe('importing hostile files', () => {
  it('tries every file that is kept for it', () => {
    const tried = [...Object.keys(IMPORTED), ...Object.keys(REFUSED), 'README.md'].sort();
    // Archives of pictures and models have suites of their own.
    expect(
      readdirSync(HOSTILE)
        .filter((name) => name in IMPORTED || name in REFUSED || !/\.(zip|onnx|weights)$/.test(name))
        .sort(),
    ).toEqual(tried);
  });

  it.each(Object.entries(IMPORTED))(
    '%s comes in, what is doubtful is said, what is bad set aside',
    async (name, expected) => {
      const result = await importFile(name);
      const quarantine = expected.quarantine ?? [];
      expect({ rows: result.rows, quarantined: result.quarantined }).toEqual({
        rows: expected.rows,
        quarantined: quarantine.length,
      });
      const set = await cells(result.quarantinePath, 'line::INTEGER, "column", value, reason');
      expect(set.map(([line, column, value]) => [line, column, value])).toEqual(quarantine);
      for (const [, , , reason] of set) expect(String(reason)).toMatch(/\w+ \w+/);
      expect(codes(result).filter((code) => code !== 'quarantined' && code !== 'noRows')).toEqual(expected.says ?? []);
      expect(codes(result).includes('quarantined')).toBe(quarantine.length > 0);
      expect(codes(result).includes('noRows')).toBe(expected.rows === 0);
      expect(result.source.options).toMatchObject(expected.options ?? {});
      const names = result.columns.map((column) => column.name.toLowerCase());
      expect(new Set(names).size).toBe(names.length);
      for (const [column, type] of Object.entries(expected.types ?? {})) {
        expect(result.columns.find((found) => found.name === column)?.type).toBe(type);
      }
      expect(existsSync(result.dataPath)).toBe(true);
      expect(result.profile.map((column) => column.name)).toEqual(result.columns.map((column) => column.name));
    },
  );

  it.each(Object.keys(IMPORTED))('%s is shown beforehand as it will come in', async (name) => {
    const preview = await previewTask(
      { path: join(HOSTILE, name), format: undefined, options: {}, suggestedName: 'it' },
      context(),
    );
    const result = await importFile(name);
    const kept = preview.columns.filter((column) => result.columns.some((found) => found.name === column.name));
    expect(kept).toEqual(result.columns.map((column) => ({ name: column.name, type: column.type })));
    expect(preview.options).toEqual(result.source.options);
    expect(preview.rows.length).toBe(Math.min(result.rows, 50));
  });

  it.each(Object.entries(REFUSED))(
    '%s is refused in words that name it, with a remedy and what was kept',
    async (name, words) => {
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
    },
  );
});

describe('what comes in', () => {
  it('is the text that was written, in whatever encoding', async () => {
    const names = async (name: string) => (await cells((await importFile(name)).dataPath, 'city')).flat().join();
    expect(await names('latin1.csv')).toContain('São Paulo');
    expect(await names('windows-1252.csv')).toContain('“Café” – 5 €');
    expect(await names('utf16-be-no-mark.csv')).toContain('Reykjavík');
    expect(await names('windows-1251.csv')).toBe('Москва,Казань,Нижний Новгород');
    expect(await names('gb18030.csv')).toBe('北京,上海,杭州市西湖区');
    expect((await cells((await importFile('shift-jis.csv')).dataPath, '都市')).flat()).toContain('表示');
  });

  it('loses no digit of large integers and decimals', async () => {
    const csv = await importFile('big-integers.csv');
    expect((await cells(csv.dataPath, 'id')).flat()).toEqual([
      '9007199254740993',
      '9223372036854775807',
      '18446744073709551616',
    ]);
    const json = await importFile('big-numbers.json');
    expect((await cells(json.dataPath, 'id')).flat()).toEqual(['9007199254740993', '12345678901234567890123']);
    const parquet = await importFile('all-types.parquet');
    expect((await cells(parquet.dataPath, 'dec38::VARCHAR')).flat()[1]).toBe('1000000000000000000000000000001');
    expect((await cells(parquet.dataPath, 'u64')).flat()[0]).toBe(18446744073709551615n);
  });

  it('tells empty text from a missing value where the file does', async () => {
    const { dataPath } = await importFile('embedded-newlines.csv');
    expect((await cells(dataPath, 'note')).flat()).toEqual(['first line\nsecond, line', 'say "hi"', '', null]);
  });

  it('reads empty quotes as missing where numbers are quoted too', async () => {
    const { dataPath, quarantined } = await importText('all-quoted.csv', '"id","v"\n"1","2.5"\n"2",""\n"3","4"\n');
    expect(quarantined).toBe(0);
    expect((await cells(dataPath, 'v')).flat()).toEqual([2.5, null, 4]);
  });

  it('keeps an escaped delimiter as part of the value', async () => {
    const { dataPath } = await importFile('pipe-and-backslash.txt');
    expect((await cells(dataPath, 'note')).flat()[4]).toBe('a | b 5');
  });

  it('reads days in the order that is chosen, all of them', async () => {
    const first = async (dateFormat: string) =>
      (await cells((await importFile('ambiguous-dates.csv', { dateFormat })).dataPath, 'd::VARCHAR')).flat()[0];
    expect(await first('%d/%m/%Y')).toBe('2025-06-02');
    expect(await first('%m/%d/%Y')).toBe('2025-02-06');
  });

  it('reads words as missing when they are named, in every column', async () => {
    const { profile, warnings } = await importFile('none-is-a-category.csv', { missingWords: ['None', 'NA'] });
    expect(warnings).toEqual([]);
    expect(profile.find(({ name }) => name === 'garage')?.missing).toBe(20);
  });

  it('keeps a column of numbers as text when that is chosen', async () => {
    const result = await importFile('one-bad-number.csv', { types: { amount: 'text' } });
    expect([result.rows, result.quarantined]).toEqual([40, 0]);
    expect(result.columns.find(({ name }) => name === 'amount')?.type).toBe('text');
  });

  it('leaves numbers as text where a word for missing is a word elsewhere, and says so', async () => {
    const rows = Array.from(
      { length: 30 },
      (_, row) => `${row},${row % 3 ? 'None' : 'Attached'},${row % 5 ? row : 'None'}`,
    );
    const result = await importText('both.csv', `id,garage,price\n${rows.join('\n')}\n`);
    expect(result.columns.find(({ name }) => name === 'price')?.type).toBe('text');
    expect(result.warnings.find(({ column }) => column === 'price')?.message).toContain('which other columns hold');
    expect((await cells(result.dataPath, 'garage')).flat()).toContain('None');
  });

  it('takes only true and false for truth values, since a model takes and answers the words of the file', async () => {
    const rows = ['Yes,y,t,F,on,True,true', 'No,n,f,F,off,False,'];
    const result = await importText('words.csv', `a,b,c,d,e,f,g\n${`${rows.join('\n')}\n`.repeat(20)}`);
    expect(result.columns.map(({ type }) => type)).toEqual([...Array(5).fill('text'), 'boolean', 'boolean']);
    expect((await cells(result.dataPath, 'DISTINCT a')).flat().sort()).toEqual(['No', 'Yes']);
    const chosen = await importText('chosen.csv', 'a,b\nYes,1\nNo,2\n', { types: { a: 'boolean' } });
    expect(await cells(chosen.dataPath, 'a')).toEqual([[true], [false]]);
  });

  it('calls a column otherwise whose name would hide the numbers of rows, and says so', async () => {
    const result = await importText('numbered.csv', 'a,File_Row_Number\n1,2\n3,4\n');
    expect(result.columns.map(({ name }) => name)).toEqual(['a', 'File_Row_Number_2']);
    expect(result.warnings.find(({ code }) => code === 'renamed')?.message).toContain('numbers of rows');
    expect(await cells(result.dataPath, 'sum("File_Row_Number_2")::INTEGER')).toEqual([[6]]);
  });

  it('shows a huge value shortened before it is imported whole', async () => {
    const huge = `id,blob\n1,"${'x'.repeat(3_000_000)}"\n2,ok\n`;
    const result = await importText('huge.csv', huge);
    expect((await cells(result.dataPath, 'length(blob)::INTEGER')).flat()).toEqual([3_000_000, 2]);
    const preview = await previewTask(
      { path: join(folder, 'given', 'huge.csv'), format: undefined, options: {}, suggestedName: 'huge' },
      context(),
    );
    expect(String(preview.rows[0]?.[1]).length).toBeLessThan(300);
  });

  it('quarantines a word after thirty thousand numbers', async () => {
    const lines = Array.from({ length: 30_000 }, (_, row) => `${row},${row}\n`).join('');
    const result = await importText('late.csv', `id,v\n${lines}30000,not a number\n`);
    expect([result.rows, result.quarantined]).toEqual([30_000, 1]);
    expect(await cells(result.quarantinePath, 'line::INTEGER, value')).toEqual([[30_002, 'not a number']]);
  });

  it('reads a Parquet file of hundreds of row groups', async () => {
    await using database = await DuckDb.open();
    const path = join(folder, 'groups.parquet');
    await database.run(
      `COPY (SELECT i AS id FROM range(${200 * 2048}) t(i)) TO ${quoteLiteral(path)} (FORMAT parquet, ROW_GROUP_SIZE 2048)`,
    );
    expect((await importPath(path)).rows).toBe(200 * 2048);
  });

  it('tells bytes, about how many rows, rate and time left while it reads', async () => {
    const told: JobProgress[] = [];
    const lines = Array.from({ length: 1_000_000 }, (_, row) => `${row},${row * 7},word ${row % 97}`);
    const path = join(folder, 'long.csv');
    writeFileSync(path, `id,x,w\n${lines.join('\n')}\n`);
    const params = { path, format: undefined, options: {} };
    await importTask(params, { ...context(), progress: (progress: JobProgress) => told.push(progress) });
    const read = told.filter(({ stage, done }) => stage === 'read' && done > 0);
    expect(read.length).toBeGreaterThan(0);
    for (const { done, total, unit, rate, rows } of read) {
      expect([unit, total]).toEqual(['bytes', statSync(path).size]);
      expect(done).toBeLessThanOrEqual(total ?? 0);
      expect(rate).toBeGreaterThan(0);
      // Lines grow longer below the head that the estimate comes from.
      expect((rows ?? 0) / ((1e6 * done) / (total ?? 1))).toBeCloseTo(1, 0);
    }
    expect(read.at(-1)?.etaMs).not.toBeNull();
  }, 60_000);

  it('tells what is doubtful in hundreds of columns for the first of them and counts the rest', async () => {
    const names = Array.from({ length: 100 }, (_, index) => `c${index}`).join(',');
    const words = new Array<string>(100).fill('None').join(',');
    const { warnings } = await importText('wide.csv', `${names}\n${words}\n${words.replaceAll('None', 'x')}\n`);
    expect(warnings.filter(({ code }) => code === 'wordsKept')).toHaveLength(21);
    expect(warnings.at(-1)?.message).toBe('The same holds for 80 more columns (wordsKept).');
  });

  it('counts blank lines outside quotes only', async () => {
    const result = await importText('quoted-blank.csv', 'id,note\n1,"a\n\nb"\n\n2,"c"\n');
    expect(result.warnings.find(({ code }) => code === 'blankLines')?.message).toBe('1 blank line was skipped.');
  });

  it('sets bad lines aside and keeps the numbers of the rest as they are written', async () => {
    const result = await importText(
      'some.jsonl',
      '{"id":9007199254740993,"v":1}\n{"id":1,\n[1]\n{"id":2,"v":NaN}\n{"id":3,"v":1e999}\n',
    );
    expect([result.rows, result.quarantined]).toEqual([2, 4]);
    expect((await cells(result.quarantinePath, 'line::INTEGER')).flat()).toEqual([2, 3, 4, 5]);
    expect((await cells(result.dataPath, 'id::VARCHAR')).flat()).toEqual(['9007199254740993', '3']);
  });

  it('unpacks zstd as well as gzip, whatever is in it', async () => {
    const result = await importText('rows.jsonl.zst', zstdCompressSync(Buffer.from('{"a":1}\n{"a":2}\n')));
    expect([result.rows, result.source.format]).toEqual([2, 'jsonl']);
  });

  it.each(['late.jsonl', 'late.json'])(
    'widens a column of %s whose kind changes after the rows that types are found from',
    async (name) => {
      const records = Array.from({ length: 30_000 }, (_, id) => `{"id":${id},"v":${id}}`);
      records.push('{"id":30000,"v":"abc"}');
      const text = name === 'late.json' ? `[${records.join(',')}]` : records.join('\n');
      const result = await importText(name, text);
      expect([result.rows, result.quarantined]).toEqual([30_001, 0]);
      expect((await cells(result.dataPath, 'v::VARCHAR')).at(-1)).toEqual(['"abc"']);
    },
  );

  it('sets aside a line with half of a character, and reads a whole one', async () => {
    const result = await importText('halves.jsonl', '{"a":"\\ud800"}\n{"a":"\\ud83d\\ude00"}\n{"a":"\\\\ud800"}\n');
    expect((await cells(result.dataPath, 'a')).flat()).toEqual(['😀', '\\ud800']);
    expect((await cells(result.quarantinePath, 'line::INTEGER')).flat()).toEqual([1]);
  });

  it('keeps days as text that are not written as those of another column', async () => {
    const days = Array.from({ length: 12 }, (_, month) => String(month + 1).padStart(2, '0'));
    const rows = days.map((month) => `2024-${month}-03,2024/${month}/03,2024-${month}-03T10:00:00+02:00`);
    const result = await importText('days.csv', `iso,slashed,at\n${rows.join('\n')}\n`);
    expect([result.rows, result.quarantined]).toEqual([12, 0]);
    expect(result.columns.map(({ type }) => type)).toEqual(['date', 'text', 'timestamp']);
    expect(codes(result)).toEqual(['otherDateFormat']);
  });

  it('reads UTF-32 by its mark, zero bytes in names, and the delimiter that Excel names in a line of its own', async () => {
    const utf32 = iconv.encode('id,stadt\n1,Köln\n2,Łódź\n', 'utf-32le', { addBOM: true });
    const wide = await importText('utf32.csv', utf32);
    expect(await cells(wide.dataPath, 'id::INTEGER, stadt')).toEqual([
      [1, 'Köln'],
      [2, 'Łódź'],
    ]);
    const zeros = await importText('zeros.csv', 'a\0b,c\n1,2\n3,4\n');
    expect(zeros.columns.map(({ name }) => name)).toEqual(['ab', 'c']);
    const named = await importText('named.csv', 'sep=;\r\na;b\r\n1;2\r\n3;4\r\n');
    expect(await cells(named.dataPath, 'a::INTEGER, b::INTEGER')).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it.each([
    ['zeros.csv', '\0'.repeat(500), /nothing but blanks/],
    ['blanks.csv', ' \n\n', /nothing but blanks/],
    ['paper.csv', '%PDF-1.4\n1 0 obj\n', /PDF document/],
  ])('refuses %s in words', async (name, text, words) => {
    await expect(importText(name, text)).rejects.toMatchObject({ message: expect.stringMatching(words) });
  });

  it('leaves prototypes alone whatever keys a file holds', async () => {
    await importFile('proto-keys.jsonl');
    expect(Reflect.get({}, 'admin')).toBeUndefined();
  });

  it('stops before it starts when it was cancelled', async () => {
    const abort = new AbortController();
    abort.abort();
    const started = importTask(
      { path: join(HOSTILE, 'plain.csv.gz'), format: undefined, options: {} },
      context(abort.signal),
    );
    await expect(started).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

describe('the list of importers', () => {
  it('has one record for every format of the contract that is a table', () => {
    const tables = ImportFormat.options.filter((format) => format !== 'images');
    expect(IMPORTERS.map(({ format }) => format).sort()).toEqual(tables.sort());
  });

  it.each(IMPORTERS.map((importer) => [importer.label, importer] as const))(
    '%s claims no file of another format',
    (_label, importer) => {
      for (const other of IMPORTERS) {
        if (other === importer) continue;
        for (const ending of ['csv', 'tsv', 'txt', 'parquet', 'jsonl', 'ndjson', 'json'])
          expect(importer.endings.test(`x.${ending}`) && other.endings.test(`x.${ending}`)).toBe(false);
      }
    },
  );

  it.each(IMPORTERS.map((importer) => [importer.label, importer] as const))(
    '%s refuses an empty file and a folder in words',
    async (_label, { format }) => {
      mkdirSync(join(folder, 'given'), { recursive: true });
      writeFileSync(join(folder, 'given', 'nothing'), '');
      for (const path of [join(folder, 'given', 'nothing'), join(folder, 'given')])
        await expect(importTask({ path, format, options: {} }, context())).rejects.toMatchObject({
          kept: 'Nothing was changed.',
        });
    },
  );
});
