import type { Cell, Column, ColumnProfile } from '../../../shared/contract/datasets.ts';
import { toCell } from '../frame/cell.ts';
import type { DuckDb } from '../frame/duckdb.ts';
import { quoteIdentifier, quoteLiteral } from '../frame/sql-text.ts';
import { type AskedColumn, isMeasured, measureSql, scaleOf, valueSql } from './column-sql.ts';
import { type CountedValue, countedFigures } from './counted-column.ts';
import { countedHistogram, doubleSql, histogramsOf } from './histograms.ts';
import { countText, type TopValues, topValuesOfMany } from './top-values.ts';

const PROBABILITIES = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99];
/** Columns judged in one scan. */
const AT_ONCE = 32;
/** Up to this many rows everything is exact; above, distinct counts are sketched and quantiles read from a sample. */
const EXACT_ROWS = 200_000;
/** Rows of the sample: a quantile's rank is within 0.5 % of the rows, nineteen times of twenty. */
const SAMPLE_ROWS = 50_000;
/** A column with at most this many distinct values in the sample is counted value by value: all its figures are exact. */
const MOST_COUNTED = 3000;
const MOST_GROUPS = 20_000;

const MOST_FROM_FILE = 200;
const MOST_CELLS_HELD = 20_000_000;
const HELD = 'profiled_rows';
const SAMPLE = 'sampled_rows';

/** What the profile says of one column but its name, type and role. */
type Figures = Omit<ColumnProfile, 'name' | 'type' | 'role' | 'rows'>;

/** The table being profiled: a relation to scan, and its sample where it is large. */
interface Source {
  readonly database: DuckDb;
  readonly relation: string;
  readonly rows: number;
  readonly sampledRows: number | null;
}

/**
 * Profiles every column of a Parquet file in a few scans: histograms, missing, smallest and largest value, mean and
 * deviation of all rows. Up to 200,000 rows distinct counts and quantiles are exact; above, they are for columns of few
 * values, while other columns say `isDistinctExact: false` and in `quantileRows` how many sampled rows quantiles come from.
 */
export async function profileColumns(
  database: DuckDb,
  path: string,
  columns: readonly Column[],
  onDone: (columns: number) => void,
): Promise<ColumnProfile[]> {
  const file = `read_parquet(${quoteLiteral(path)})`;
  const [row] = await database.rows(`SELECT count(*) FROM ${file}`);
  const rows = Number(row?.[0] ?? 0);
  // Every query on a file reads its list of columns again: a wide one is held in memory where it is small enough.
  const isHeld = columns.length > MOST_FROM_FILE && rows * columns.length <= MOST_CELLS_HELD && rows <= EXACT_ROWS;
  const relation = isHeld ? HELD : file;
  if (isHeld) await database.run(`CREATE OR REPLACE TEMP TABLE ${HELD} AS SELECT * FROM ${file}`);
  const profiles: ColumnProfile[] = [];
  for (let from = 0; from < columns.length; from += AT_ONCE) {
    const some = columns.slice(from, from + AT_ONCE);
    const sampledRows = rows > EXACT_ROWS ? await takeSample(database, path, some, rows) : null;
    const found = await profileSome({ database, relation, rows, sampledRows }, some);
    for (const [index, { name, type, role }] of some.entries()) {
      const figures = found[index];
      if (figures) profiles.push({ name, type, role, rows, ...figures });
    }
    onDone(profiles.length);
  }
  if (isHeld) await database.run(`DROP TABLE ${HELD}`);
  await database.run(`DROP TABLE IF EXISTS ${SAMPLE}`);
  return profiles;
}

/** Rows by a hash of their number (salted: sketches hash values too), so that the same file has the same sample. Answers how many they are. */
async function takeSample(database: DuckDb, path: string, columns: readonly Column[], rows: number): Promise<number> {
  const measured = columns.filter(({ type }) => isMeasured(type));
  if (measured.length === 0) return 0;
  const names = measured.map(({ name }) => quoteIdentifier(name)).join(', ');
  const isNameTaken = columns.some(({ name }) => name.toLowerCase() === 'file_row_number');
  const from = isNameTaken
    ? `read_parquet(${quoteLiteral(path)}) USING SAMPLE reservoir(${SAMPLE_ROWS} ROWS) REPEATABLE (1)`
    : `read_parquet(${quoteLiteral(path)}, file_row_number = true) WHERE hash(file_row_number, 1) % ${Math.max(1, Math.floor(rows / SAMPLE_ROWS))} = 0`;
  await database.run(`CREATE OR REPLACE TEMP TABLE ${SAMPLE} AS SELECT ${names} FROM ${from}`);
  return Number((await database.rows(`SELECT count(*) FROM ${SAMPLE}`))[0]?.[0] ?? 0);
}

async function profileSome(source: Source, columns: readonly Column[]): Promise<(Figures | undefined)[]> {
  const figures = new Map<Column, Figures>();
  if (source.sampledRows !== null) {
    for (const column of await columnsOfFewValues(source.database, columns)) {
      const counted = await countValues(source, column);
      if (counted) figures.set(column, counted);
    }
    // One by one: the groups of one large column are enough for the memory.
    for (const column of columns) if (!isMeasured(column.type)) figures.set(column, await textFigures(source, column));
  }
  const others = columns.filter((column) => !figures.has(column));
  for (const [column, found] of await scanColumns(source, others)) figures.set(column, found);
  return columns.map((column) => figures.get(column));
}

async function columnsOfFewValues(database: DuckDb, columns: readonly Column[]): Promise<Column[]> {
  const measured = columns.filter(({ type }) => isMeasured(type));
  if (measured.length === 0) return [];
  const counts = measured.map((column) => `approx_count_distinct(${valueSql(column)})`);
  const [row] = await database.rows(`SELECT ${counts.join(', ')} FROM ${SAMPLE}`);
  return measured.filter((_, index) => Number(row?.[index]) <= MOST_COUNTED);
}

/** Every distinct value with its count; undefined when the sample misled and they are many. */
async function countValues({ database, relation }: Source, column: Column): Promise<Figures | undefined> {
  const name = quoteIdentifier(column.name);
  const found = await database.rows(
    `SELECT ${valueSql(column)}, ${measureSql(column)}, n FROM (SELECT ${name}, count(*) AS n FROM ${relation} GROUP BY 1 LIMIT ${MOST_GROUPS + 1}) ORDER BY ${name}`,
  );
  if (found.length > MOST_GROUPS) return undefined;
  const isThere = (row: readonly unknown[]): boolean => row[0] !== null;
  const values = found.filter(isThere).map(
    ([value, measure, n]): CountedValue => ({
      value: toCell(value),
      measure: numberOrNull(measure),
      count: Number(n),
    }),
  );
  const summary = countedFigures(values, PROBABILITIES);
  const isNumber = column.type === 'integer' || column.type === 'number';
  return {
    missing: found.reduce((sum, row) => (isThere(row) ? sum : sum + Number(row[2])), 0),
    distinct: values.length,
    isDistinctExact: true,
    min: values[0]?.value ?? null,
    max: values.at(-1)?.value ?? null,
    mean: isNumber ? (summary?.mean ?? null) : null,
    standardDeviation: isNumber ? (summary?.deviation ?? null) : null,
    quantiles: summary ? namedQuantiles(summary.quantiles) : null,
    quantileRows: null,
    histogram: summary ? countedHistogram(values, summary.low, summary.high) : null,
    topValues: null,
  };
}

async function textFigures({ database, relation }: Source, column: Column): Promise<Figures> {
  const { values, ...counted } = await countText(database, relation, column);
  return {
    ...counted,
    isDistinctExact: true,
    mean: null,
    standardDeviation: null,
    quantiles: null,
    quantileRows: null,
    histogram: null,
    topValues: values,
  };
}

interface Scanned {
  readonly column: Column;
  readonly missing: number;
  readonly distinct: number;
  readonly min: Cell;
  readonly max: Cell;
  readonly mean: number | null;
  readonly deviation: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** Columns of many values: one scan for their aggregates, one for their histograms; quantiles of all rows or of the sample. */
async function scanColumns(source: Source, columns: readonly Column[]): Promise<[Column, Figures][]> {
  if (columns.length === 0) return [];
  const { database, relation, sampledRows } = source;
  const isExact = sampledRows === null;
  const asked = await withFiniteness(source, columns);
  const scanned = await aggregates(source, columns, asked);
  const quantiles = await quantilesOf(database, isExact ? relation : SAMPLE, columns);
  const ranges = scanned.flatMap(({ column, low, high }) =>
    low === null || high === null ? [] : [{ column: asked.get(column) ?? column, low, high }],
  );
  const histograms = await histogramsOf(database, relation, ranges);
  const tops = isExact ? await topsOf(source, columns) : new Map<Column, TopValues>();
  return scanned.map((one): [Column, Figures] => {
    const { column, missing, min, max, mean, deviation } = one;
    const top = tops.get(column);
    const list = quantiles.get(column);
    return [
      column,
      {
        missing,
        distinct: top?.distinct ?? Math.min(one.distinct, source.rows - missing),
        isDistinctExact: isExact || top !== undefined,
        min,
        max,
        mean,
        standardDeviation: deviation,
        quantiles: list ? namedQuantiles(list) : null,
        quantileRows: list ? sampledRows : null,
        histogram: histograms[ranges.findIndex((range) => range.column.name === column.name)] ?? null,
        topValues: top?.values ?? null,
      },
    ];
  });
}

const AGGREGATES = 8;

/** Columns by whether they are all finite: a large file tells it from the statistics of its parts, and most are. */
async function withFiniteness(
  { database, relation }: Source,
  columns: readonly Column[],
): Promise<Map<Column, AskedColumn>> {
  const asked = new Map<Column, AskedColumn>();
  for (const column of columns)
    if (column.type === 'integer') asked.set(column, { name: column.name, type: column.type, isBounded: true });
  const numbers = columns.filter(({ type }) => type === 'number');
  if (numbers.length === 0) return asked;
  const ends = numbers.flatMap(({ name }) => [`min(${quoteIdentifier(name)})`, `max(${quoteIdentifier(name)})`]);
  const [row] = await database.rows(`SELECT ${ends.join(', ')} FROM ${relation}`);
  for (const [index, column] of numbers.entries()) {
    // NaN is the largest of all to DuckDB.
    const [low, high] = [numberOrNull(row?.[index * 2]), numberOrNull(row?.[index * 2 + 1])];
    const isBounded = low !== null && high !== null;
    const scale = isBounded ? scaleOf(low, high) : await finiteScale({ database, relation }, column);
    asked.set(column, { name: column.name, type: column.type, isBounded, scale });
  }
  return asked;
}

async function finiteScale({ database, relation }: Pick<Source, 'database' | 'relation'>, column: Column) {
  const [row] = await database.rows(`SELECT max(abs(${measureSql(column)})) FROM ${relation}`);
  return scaleOf(0, numberOrNull(row?.[0]) ?? 0);
}

async function aggregates(
  { database, relation, sampledRows }: Source,
  columns: readonly Column[],
  asked: ReadonlyMap<Column, AskedColumn>,
): Promise<Scanned[]> {
  const select = columns.flatMap((column) => {
    const about: AskedColumn = asked.get(column) ?? column;
    const shown = valueSql(about);
    const isNumber = column.type === 'integer' || column.type === 'number';
    const value = isMeasured(column.type) ? measureSql(about) : 'NULL::DOUBLE';
    const summed = (about.scale ?? 1) === 1 ? value : `${value} / ${doubleSql(about.scale ?? 1)}`;
    // Of text the most frequent values are counted, and with them all distinct ones.
    const distinct = sampledRows === null ? `count(DISTINCT ${shown})` : `approx_count_distinct(${shown})`;
    return [
      `count(*) - count(${shown})`,
      isMeasured(column.type) ? distinct : '0',
      `min(${shown})`,
      `max(${shown})`,
      isNumber ? `avg(${summed})` : 'NULL',
      isNumber ? `stddev_samp(${summed})` : 'NULL',
      about.isBounded ? 'NULL' : `min(${value})`,
      about.isBounded ? 'NULL' : `max(${value})`,
    ];
  });
  const [answer] = await database.rows(`SELECT ${select.join(', ')} FROM ${relation}`);
  return columns.map((column, index) => {
    const at = index * AGGREGATES;
    const [missing, distinct, min, max, mean, deviation, low, high] = (answer ?? []).slice(at, at + AGGREGATES);
    const scale = asked.get(column)?.scale ?? 1;
    return {
      column,
      missing: Number(missing ?? 0),
      distinct: Number(distinct ?? 0),
      min: toCell(min),
      max: toCell(max),
      mean: scaled(mean, scale),
      deviation: scaled(deviation, scale),
      low: numberOrNull(asked.get(column)?.isBounded ? min : low),
      high: numberOrNull(asked.get(column)?.isBounded ? max : high),
    };
  });
}

async function quantilesOf(
  database: DuckDb,
  relation: string,
  columns: readonly Column[],
): Promise<Map<Column, number[]>> {
  const found = new Map<Column, number[]>();
  const measured = columns.filter(({ type }) => isMeasured(type));
  if (measured.length === 0) return found;
  const list = measured.map((column) => `quantile_cont(${measureSql(column)}, [${PROBABILITIES.join(', ')}])`);
  const [row] = await database.rows(`SELECT ${list.join(', ')} FROM ${relation}`);
  for (const [index, column] of measured.entries()) {
    const quantiles = quantileList(row?.[index]);
    if (quantiles) found.set(column, quantiles);
  }
  return found;
}

async function topsOf({ database, relation }: Source, columns: readonly Column[]): Promise<Map<Column, TopValues>> {
  const texts = columns.filter(({ type }) => !isMeasured(type));
  const tops = await topValuesOfMany(database, relation, texts);
  return new Map(texts.flatMap((column, index) => (tops[index] ? [[column, tops[index]]] : [])));
}

const namedQuantiles = (list: readonly number[]): Record<string, number> =>
  Object.fromEntries(PROBABILITIES.map((p, index) => [String(p), list[index] ?? 0]));

const numberOrNull = (value: unknown): number | null =>
  value === null || value === undefined || !Number.isFinite(Number(value)) ? null : Number(value);

/** Null stays null, and what lies beyond the range of doubles becomes it. */
const scaled = (value: unknown, scale: number): number | null =>
  numberOrNull(Number(numberOrNull(value) ?? Number.NaN) * scale);

function quantileList(value: unknown): number[] | null {
  const items: unknown = typeof value === 'object' && value !== null && 'items' in value ? value.items : value;
  return Array.isArray(items) && items.every((item) => item !== null) ? items.map(Number) : null;
}
