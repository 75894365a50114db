import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DuckDb, quoteIdentifier, quoteLiteral } from '../../electron/compute/frame/duckdb.ts';
import { type FrameColumn, frameColumn, takeRows } from '../../electron/compute/frame/frame.ts';
import { readColumns } from '../../electron/compute/frame/read-columns.ts';

const folder = mkdtempSync(join(tmpdir(), 'drydock-frame-'));
const path = join(folder, 'it\'s "a" file.parquet');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const numbers = (column: FrameColumn): number[] => (column.kind === 'number' ? [...column.values] : []);
const words = (column: FrameColumn): (string | null)[] =>
  column.kind === 'text' ? [...column.codes].map((code) => (code < 0 ? null : (column.dictionary[code] ?? null))) : [];

describe('a frame read from Parquet', () => {
  beforeAll(async () => {
    await using database = await DuckDb.open();
    await database.writeParquet(
      `SELECT * FROM (VALUES
        (1::BIGINT, 9007199254740993::BIGINT, 1.25::DECIMAL(18,3), true,  DATE '1970-01-02', TIMESTAMP '1970-01-01 00:00:01.5', TIME '00:00:02', 'b', {'x': 1}, 1.5::FLOAT, TIMESTAMPTZ '1970-01-01 02:00:00+02'),
        (-2,        NULL,                     NULL,                false, NULL,              NULL,                              NULL,            '',  NULL,     NULL,       NULL),
        (NULL,      -1,                       -0.5,                NULL,  DATE 'infinity',   TIMESTAMP '2013-06-01 00:00:00',   TIME '23:59:59', NULL, {'x': 2}, 'nan'::FLOAT, TIMESTAMPTZ '2013-06-01 00:00:00+00'))
        AS t(small, big, price, flag, "day", "at", clock, word, nested, "half ""x""", zoned)`,
      path,
    );
  });

  it('turns numbers, decimals, booleans, days and times into doubles with NaN for missing', async () => {
    const frame = await readColumns(path, ['small', 'price', 'flag', 'day', 'at', 'clock', 'half "x"', 'zoned']);
    expect(frame.rows).toBe(3);
    expect(numbers(frameColumn(frame, 'small'))).toEqual([1, -2, Number.NaN]);
    expect(numbers(frameColumn(frame, 'price'))).toEqual([1.25, Number.NaN, -0.5]);
    expect(numbers(frameColumn(frame, 'flag'))).toEqual([1, 0, Number.NaN]);
    expect(numbers(frameColumn(frame, 'day'))).toEqual([86_400_000, Number.NaN, Number.NaN]);
    expect(numbers(frameColumn(frame, 'at'))).toEqual([1500, Number.NaN, Date.UTC(2013, 5, 1)]);
    expect(numbers(frameColumn(frame, 'clock'))).toEqual([2000, Number.NaN, 86_399_000]);
    expect(numbers(frameColumn(frame, 'half "x"'))).toEqual([1.5, Number.NaN, Number.NaN]);
    expect(numbers(frameColumn(frame, 'zoned'))).toEqual([0, Number.NaN, Date.UTC(2013, 5, 1)]);
  });

  it('gives text a sorted dictionary in which the empty word is not missing', async () => {
    const frame = await readColumns(path, ['word', 'nested']);
    const word = frameColumn(frame, 'word');
    expect(word).toEqual({ kind: 'text', codes: Int32Array.of(1, 0, -1), dictionary: ['', 'b'] });
    expect(words(frameColumn(frame, 'nested'))).toEqual(["{'x': 1}", null, "{'x': 2}"]);
  });

  it('reads integers past 2^53 as text, exactly', async () => {
    const frame = await readColumns(path, ['big']);
    expect(words(frameColumn(frame, 'big'))).toEqual(['9007199254740993', null, '-1']);
  });

  it('reads a range of rows and rows that meet a condition, in the order of the file', async () => {
    expect(numbers(frameColumn(await readColumns(path, ['small'], { rows: { from: 1, to: 3 } }), 'small'))).toEqual([
      -2,
      Number.NaN,
    ]);
    const kept = await readColumns(path, ['word'], { where: `${quoteIdentifier('small')} > 0` });
    expect(kept.rows).toBe(1);
    expect(words(frameColumn(kept, 'word'))).toEqual(['b']);
  });

  it('names a column that is not there', async () => {
    await expect(readColumns(path, ['nothing'])).rejects.toThrow('has no column "nothing"');
  });

  it('keeps the order of a large file across row groups and cores', async () => {
    await using database = await DuckDb.open();
    const large = join(folder, 'large.parquet');
    await database.writeParquet("SELECT range AS i, 'w' || range % 1000 AS w FROM range(400000)", large);
    const frame = await readColumns(large, ['i', 'w'], { database });
    const column = frameColumn(frame, 'i');
    expect(column.kind === 'number' && column.values.every((value, row) => value === row)).toBe(true);
    const text = frameColumn(frame, 'w');
    expect(text.kind === 'text' && text.dictionary[text.codes[123_456] ?? -1]).toBe('w456');
  });

  it('takes rows by index', async () => {
    const frame = takeRows(await readColumns(path, ['small', 'word']), [2, 0]);
    expect(numbers(frameColumn(frame, 'small'))).toEqual([Number.NaN, 1]);
    expect(words(frameColumn(frame, 'word'))).toEqual([null, 'b']);
  });
});

describe('the DuckDB wrapper', () => {
  it('quotes names and text so that none runs', async () => {
    await using database = await DuckDb.open();
    const name = 'x"; DROP TABLE t; --';
    const text = "it's \0 \u{1F600}";
    const rows = await database.rows(
      `SELECT ${quoteIdentifier(name)} FROM (SELECT ${quoteLiteral(text)} AS ${quoteIdentifier(name)})`,
    );
    expect(rows).toEqual([[text]]);
  });

  it('stops a query when its signal is aborted', async () => {
    const abort = new AbortController();
    await using database = await DuckDb.open({ signal: abort.signal });
    setTimeout(() => abort.abort(), 100);
    await expect(
      database.rows('SELECT sum(a.range * b.range) FROM range(10000000) a, range(100000) b'),
    ).rejects.toMatchObject({
      code: 'CANCELLED',
    });
  });

  it('says that memory ran out', async () => {
    await using database = await DuckDb.open({ memoryLimit: '50MB', threads: 1 });
    await expect(
      database.rows('SELECT count(*) FROM (SELECT DISTINCT range::VARCHAR FROM range(5000000))'),
    ).rejects.toMatchObject({
      code: 'OUT_OF_MEMORY',
    });
  });
});
