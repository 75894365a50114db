import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DuckDb } from '../../electron/compute/frame/duckdb.ts';
import { columnType } from '../../electron/compute/profile/column-type.ts';
import { profileColumns } from '../../electron/compute/profile/profile-columns.ts';
import type { ColumnProfile } from '../../shared/contract/datasets.ts';

const WORDS = ['Ærø', 'zebra', '日本', '🦆 duck', 'a'];
/** Column name to SQL of its value in row i. */
const COLUMNS: Readonly<Record<string, string>> = {
  plain: '((i * 7919) % 10007) / 8.0',
  holes: 'CASE WHEN i % 7 = 0 THEN NULL ELSE (i * 31) % 1009 END',
  odd: "CASE i % 11 WHEN 0 THEN 'nan'::DOUBLE WHEN 1 THEN 'inf'::DOUBLE WHEN 2 THEN '-inf'::DOUBLE WHEN 3 THEN NULL ELSE i / 16.0 END",
  few: 'i % 13 - 6',
  constant: '4.25::DOUBLE',
  nothing: 'NULL::DOUBLE',
  infinite: "'inf'::DOUBLE",
  vast: "CASE WHEN i % 3 = 0 THEN '1e308'::DOUBLE ELSE '-1e308'::DOUBLE END",
  vaster: "CASE i % 5 WHEN 0 THEN '-1e308'::DOUBLE WHEN 1 THEN 'inf'::DOUBLE ELSE '1e300'::DOUBLE * i END",
  words: `[${WORDS.map((word) => `'${word}'`).join(', ')}][1 + (i * i) % 5]`,
  yes: 'i % 3 = 0',
  day: "DATE '1969-12-25' + (i % 40)::INTEGER",
};

/** Numbers in order by which R calls type 7: linear between order statistics. */
function quantile(sorted: readonly number[], probability: number): number {
  const place = probability * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  return below + ((sorted[Math.ceil(place)] ?? Number.NaN) - below) * (place % 1);
}

const folder = mkdtempSync(join(tmpdir(), 'drydock-profile-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each([
  { rows: 1, isLarge: false },
  { rows: 5000, isLarge: false },
  { rows: 260_000, isLarge: true },
])('The profile of $rows rows', ({ rows, isLarge }) => {
  const profiles = new Map<string, ColumnProfile>();
  const values = new Map<string, unknown[]>();

  beforeAll(async () => {
    await using database = await DuckDb.open({ spillFolder: join(folder, 'spill') });
    const path = join(folder, `${rows}.parquet`);
    const select = Object.entries(COLUMNS).map(([name, sql]) => `${sql} AS "${name}"`);
    await database.writeParquet(`SELECT ${select.join(', ')} FROM range(${rows}) t(i)`, path);
    const described = await database.describe(`SELECT * FROM '${path}'`);
    const columns = described.map(({ name, type }) => ({
      name,
      storageType: type,
      type: columnType(type),
      role: 'feature' as const,
    }));
    for (const profile of await profileColumns(database, path, columns, () => undefined))
      profiles.set(profile.name, profile);
    const table = await database.rows(`SELECT * FROM '${path}'`);
    for (const [index, { name }] of columns.entries())
      values.set(
        name,
        table.map((row) => row[index]),
      );
  }, 120_000);

  const of = (name: string): ColumnProfile => {
    const profile = profiles.get(name);
    if (!profile) throw new Error(`no profile of ${name}`);
    return profile;
  };
  const filledOf = (name: string): unknown[] =>
    (values.get(name) ?? []).filter((value) => value !== null && !Number.isNaN(value));
  const finiteOf = (name: string): number[] =>
    filledOf(name)
      .map((value) => (value instanceof Date ? value.getTime() : Number(value)))
      .filter(Number.isFinite)
      .sort((a, b) => a - b);

  it('counts missing and distinct values as a person would', () => {
    for (const name of Object.keys(COLUMNS)) {
      const filled = filledOf(name);
      expect(of(name).rows, name).toBe(rows);
      expect(of(name).missing, name).toBe(rows - filled.length);
      const distinct = new Set(filled.map((value) => (value instanceof Date ? value.getTime() : value))).size;
      if (of(name).isDistinctExact) expect(of(name).distinct, name).toBe(distinct);
      else expect(Math.abs(of(name).distinct - distinct) / distinct, name).toBeLessThan(0.3);
    }
    expect([...profiles.values()].every((profile) => profile.isDistinctExact)).toBe(!isLarge);
  });

  it('has the ends, mean and deviation of the finite values', () => {
    for (const name of ['plain', 'holes', 'odd', 'few', 'constant', 'nothing', 'infinite']) {
      const finite = finiteOf(name);
      const mean = finite.reduce((sum, value) => sum + value, 0) / finite.length;
      const squares = finite.reduce((sum, value) => sum + (value - mean) ** 2, 0);
      if (finite.length === 0) expect(of(name).mean, name).toBeNull();
      else expect(of(name).mean, name).toBeCloseTo(mean, 8);
      if (finite.length < 2) expect(of(name).standardDeviation, name).toBeNull();
      else expect(of(name).standardDeviation, name).toBeCloseTo(Math.sqrt(squares / (finite.length - 1)), 8);
    }
    expect(of('plain').max).toBe(finiteOf('plain').at(-1));
    expect(of('holes').min).toBe(finiteOf('holes')[0] ?? null);
    expect(of('infinite').max).toBe('Infinity');
    expect(of('odd').max).toBe(rows > 1 ? 'Infinity' : null);
    expect(of('nothing').min).toBeNull();
  });

  it('sums squares that no double holds', () => {
    const factor = 1e300;
    for (const name of ['vast', 'vaster']) {
      const small = finiteOf(name).map((value) => value / factor);
      const mean = small.reduce((sum, value) => sum + value, 0) / small.length;
      const squares = small.reduce((sum, value) => sum + (value - mean) ** 2, 0);
      expect((of(name).mean ?? 0) / factor / mean, name).toBeCloseTo(1, 8);
      if (small.length < 2) continue;
      const deviation = Math.sqrt(squares / (small.length - 1));
      expect((of(name).standardDeviation ?? 0) / factor / deviation, name).toBeCloseTo(1, 8);
      for (const value of Object.values(of(name).quantiles ?? {})) expect(value, name).toSatisfy(Number.isFinite);
      expect(
        of(name).histogram?.counts.reduce((sum, count) => sum + count, 0),
        name,
      ).toBe(small.length);
    }
  });

  it('puts every finite value into a bin of the histogram', () => {
    for (const name of ['plain', 'holes', 'odd', 'few', 'constant', 'day']) {
      const finite = finiteOf(name);
      const { histogram } = of(name);
      if (histogram === null) {
        expect(finite, name).toHaveLength(0);
        continue;
      }
      const { edges, counts } = histogram;
      const low = edges[0] ?? 0;
      const width = ((edges.at(-1) ?? 0) - low) / counts.length;
      const expected = counts.map(() => 0);
      for (const value of finite) {
        const bin = Math.min(counts.length - 1, Math.floor((value - low) / width));
        expected[bin] = (expected[bin] ?? 0) + 1;
      }
      expect(counts, name).toEqual(expected);
    }
  });

  it('has exact quantiles, or says how many sampled rows they come from and is near', () => {
    for (const name of ['plain', 'holes', 'odd', 'few', 'constant', 'day']) {
      const finite = finiteOf(name);
      const { quantiles, quantileRows } = of(name);
      if (finite.length === 0) expect(quantiles, name).toBeNull();
      for (const [probability, value] of Object.entries(quantiles ?? {})) {
        const p = Number(probability);
        if (quantileRows === null) expect(value, `${name} ${p}`).toBeCloseTo(quantile(finite, p), 6);
        else {
          expect(value, `${name} ${p}`).toBeGreaterThanOrEqual(quantile(finite, Math.max(0, p - 0.01)));
          expect(value, `${name} ${p}`).toBeLessThanOrEqual(quantile(finite, Math.min(1, p + 0.01)));
        }
      }
    }
    expect(of('plain').quantileRows === null).toBe(!isLarge);
    expect(of('few').quantileRows).toBeNull();
  });

  it('has the most frequent words and truths, ties in order', () => {
    for (const name of ['words', 'yes']) {
      const counts = new Map<unknown, number>();
      for (const value of filledOf(name)) counts.set(value, (counts.get(value) ?? 0) + 1);
      const byCount = (a: { count: number; value: unknown }, b: { count: number; value: unknown }): number =>
        b.count - a.count || Buffer.compare(Buffer.from(String(a.value)), Buffer.from(String(b.value)));
      const expected = [...counts].map(([value, count]) => ({ value, count })).sort(byCount);
      expect(of(name).topValues, name).toEqual(expected);
    }
  });
});

it.each([
  { kind: 'whose parts name their distinct values', dictionary: 5000 },
  { kind: 'without dictionaries', dictionary: 1 },
])(
  'tells apart what doubles cannot, and what lies within a millisecond, in a large table $kind',
  async ({ dictionary }) => {
    await using database = await DuckDb.open({ spillFolder: join(folder, `spill-keys-${dictionary}`) });
    const path = join(folder, `keys-${dictionary}.parquet`);
    const sql: Readonly<Record<string, string>> = {
      id: '9007199254740992 + i % 2000',
      huge: '18446744073709550000::UBIGINT + (i % 500)::UBIGINT',
      money: '(1234567890123456 + i % 1500)::DECIMAL(30, 10)',
      micro: "TIMESTAMP '1969-12-31 23:59:59' + to_microseconds(i * 7)",
      nano: 'make_timestamp_ns(i % 2500)',
      late: "CASE WHEN i % 50 = 0 THEN 'infinity'::TIMESTAMP WHEN i % 50 = 1 THEN NULL ELSE TIMESTAMP '9999-12-31' + to_microseconds(i % 900) END",
      zero: 'CASE WHEN i % 2 = 0 THEN -0.0::DOUBLE ELSE 0.0::DOUBLE END',
      // Few values at first, many later on.
      later: 'CASE WHEN i < 100000 THEN i % 7 ELSE i END + 0.5',
    };
    const rows = 250_000;
    const select = Object.entries(sql).map(([name, value]) => `${value} AS ${name}`);
    await database.run(
      `COPY (SELECT ${select.join(', ')} FROM range(${rows}) t(i)) TO '${path}' (FORMAT parquet, PARQUET_VERSION 'V2', DICTIONARY_SIZE_LIMIT ${dictionary})`,
    );
    const described = await database.describe(`SELECT * FROM '${path}'`);
    const columns = described.map(({ name, type }) => ({
      name,
      storageType: type,
      type: columnType(type),
      role: 'feature' as const,
    }));
    const found = new Map(
      (await profileColumns(database, path, columns, () => undefined)).map((profile) => [profile.name, profile]),
    );
    for (const [name, distinct] of Object.entries({ id: 2000, huge: 500, money: 1500, nano: 2500, late: 865, zero: 1 }))
      expect(found.get(name), name).toMatchObject({ distinct, isDistinctExact: true, quantileRows: null });
    expect(found.get('late')).toMatchObject({ missing: rows / 50, max: '9999-12-31T00:00:00.000Z' });
    expect(found.get('micro')).toMatchObject({ isDistinctExact: false, min: '1969-12-31T23:59:59.000Z' });
    const micro = found.get('micro');
    expect(Math.abs((micro?.distinct ?? 0) / rows - 1)).toBeLessThan(0.04);
    // Cut off towards 1970 as milliseconds are: 142,857 rows in the second before it.
    const { counts = [] } = micro?.histogram ?? {};
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(rows);
    const later = found.get('later');
    const values = Array.from({ length: rows }, (_, i) => (i < 100_000 ? i % 7 : i) + 0.5);
    const mean = values.reduce((sum, value) => sum + value, 0) / rows;
    expect(Math.abs((later?.distinct ?? 0) / 150_007 - 1)).toBeLessThan(0.04);
    expect((later?.mean ?? 0) / mean).toBeCloseTo(1, 12);
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    expect((later?.standardDeviation ?? 0) / Math.sqrt(squares / (rows - 1))).toBeCloseTo(1, 12);
    expect(later?.histogram?.counts[0]).toBe(100_000);
  },
);

it('profiles the same file twice alike', async () => {
  await using database = await DuckDb.open({ spillFolder: join(folder, 'spill-again') });
  const path = join(folder, 'again.parquet');
  await database.writeParquet('SELECT sin(i) AS x, i AS id FROM range(300000) t(i)', path);
  const columns = ['x', 'id'].map((name) => ({
    name,
    storageType: name === 'x' ? 'DOUBLE' : 'BIGINT',
    type: name === 'x' ? ('number' as const) : ('integer' as const),
    role: 'feature' as const,
  }));
  const first = await profileColumns(database, path, columns, () => undefined);
  const rounded = (profiles: ColumnProfile[]) =>
    profiles.map(({ mean, standardDeviation, ...rest }) => ({
      ...rest,
      mean: mean?.toPrecision(9),
      deviation: standardDeviation?.toPrecision(9),
    }));
  expect(rounded(await profileColumns(database, path, columns, () => undefined))).toEqual(rounded(first));
});
