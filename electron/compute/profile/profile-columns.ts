import type { Cell, Column, ColumnProfile } from '../../../shared/contract/datasets.ts';
import { toCell } from '../frame/cell.ts';
import type { DuckDb } from '../frame/duckdb.ts';
import { quoteIdentifier, quoteLiteral } from '../frame/sql-text.ts';
import { type AskedColumn, isMeasured, measureSql, scaleOf, valueSql } from './column-sql.ts';
import { countDoubles } from './count-doubles.ts';
import { columnsOfFewValues, countValues } from './count-values.ts';
import { doubleSql, histogramsOf } from './histograms.ts';
import { MOST_COUNTED } from './number-scan.ts';
import { partsOf, rowGroupsOf } from './row-groups.ts';
import { type ScannedColumn, type ScanOptions, scanNumbers } from './scan-numbers.ts';
import { countTextValues, topValuesOfMany } from './top-values.ts';

const PROBABILITIES = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99];
/** Columns judged in one scan. */
const AT_ONCE = 64;
/** Up to this many rows everything is exact; above, distinct counts are sketched and quantiles read from a sample. */
const EXACT_ROWS = 200_000;
/** Rows of the sample: a quantile's rank is within 0.5 % of the rows, nineteen times of twenty. */
const SAMPLE_ROWS = 50_000;

const MOST_FROM_FILE = 200;
/** Columns held in memory together: a multiple of those judged in one scan. */
const MOST_COLUMNS_HELD = 1024;
const MOST_CELLS_HELD = 20_000_000;
const HELD = 'profiled_rows';

/** What the profile says of one column but its name, type and role. */
type Figures = Omit<ColumnProfile, 'name' | 'type' | 'role' | 'rows'>;

/** The table being profiled. */
interface Source {
  readonly database: DuckDb;
  readonly relation: string;
  readonly rows: number;
  readonly isLarge: boolean;
  /** As ScanOptions have it. */
  readonly partsOf?: (rows: number) => readonly string[];
  /** Names of columns that seem to hold few distinct values. */
  readonly fewValues: ReadonlySet<string>;
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
  // Every query on a file reads its list of columns again: of a wide one, parts are held in memory where they are small enough.
  const held = Math.min(columns.length, MOST_COLUMNS_HELD);
  const isHeld = columns.length > MOST_FROM_FILE && rows * held <= MOST_CELLS_HELD && rows <= EXACT_ROWS;
  const relation = isHeld ? HELD : file;
  const isLarge = rows > EXACT_ROWS;
  const fewValues = isLarge ? await columnsOfFewValues(database, path) : new Set<string>();
  const profiles: ColumnProfile[] = [];
  const groups = isLarge ? await rowGroupsOf(database, path) : [];
  const source = {
    database,
    relation,
    rows,
    isLarge,
    fewValues,
    ...(isLarge ? { partsOf: (most: number) => partsOf(path, groups, most) } : {}),
  };
  for (let from = 0; from < columns.length; from += AT_ONCE) {
    if (isHeld && from % MOST_COLUMNS_HELD === 0) {
      const names = columns.slice(from, from + MOST_COLUMNS_HELD).map(({ name }) => quoteIdentifier(name));
      await database.run(`CREATE OR REPLACE TEMP TABLE ${HELD} AS SELECT ${names.join(', ')} FROM ${file}`);
    }
    const some = columns.slice(from, from + AT_ONCE);
    const found = await profileSome(source, some);
    for (const [index, { name, type, role }] of some.entries()) {
      const figures = found[index];
      if (figures) profiles.push({ name, type, role, rows, ...figures });
    }
    onDone(profiles.length);
  }
  if (isHeld) await database.run(`DROP TABLE ${HELD}`);
  return profiles;
}

async function profileSome(source: Source, columns: readonly Column[]): Promise<(Figures | undefined)[]> {
  const { database, relation, rows } = source;
  const measured = columns.filter(({ type }) => isMeasured(type));
  const options = { ...source, sampleRows: Math.min(rows, SAMPLE_ROWS), probabilities: PROBABILITIES };
  if (!source.isLarge) {
    // So few rows are counted value by value, and DuckDB takes long to plan statements on many columns.
    const scanned =
      rows > MOST_COUNTED ? new Map<Column, ScannedColumn>() : await countFewRows(source, measured, options);
    const others = columns.filter((column) => !scanned.has(column));
    const figures = new Map(others.length > 0 ? await exactFigures(source, others) : []);
    return columns.map((column) => {
      const found = scanned.get(column);
      return found ? scannedFigures(column, found, rows) : figures.get(column);
    });
  }
  const isFew = ({ name }: Column): boolean => source.fewValues.has(name);
  // Side by side: this thread takes in the numbers that are scanned while DuckDB's count values.
  const scanning = scanNumbers(
    database,
    relation,
    measured.filter((column) => !isFew(column)),
    options,
  );
  const counting = groupedFigures(
    source,
    columns.filter((column) => !isMeasured(column.type) || isFew(column)),
  );
  // No error leaves while the other half still reads.
  await Promise.allSettled([scanning, counting]);
  const [scanned, grouped] = [await scanning, await counting];
  const tooMany = measured.filter((column) => isFew(column) && !grouped.has(column));
  for (const [column, found] of await scanNumbers(database, relation, tooMany, options)) scanned.set(column, found);
  return columns.map((column) => {
    const found = scanned.get(column);
    return found ? scannedFigures(column, found, rows) : grouped.get(column);
  });
}

/**
 * Figures of columns by grouping their rows: of text always, on the number line where the values turn out to be few. One
 * by one, as the groups of one large column are enough for the memory.
 */
async function groupedFigures(source: Source, columns: readonly Column[]): Promise<Map<Column, Figures>> {
  const figures = new Map<Column, Figures>();
  if (columns.length === 0) return figures;
  await using database = await source.database.beside();
  for (const column of columns) {
    if (isMeasured(column.type)) {
      const found = await countValues(database, source.relation, column, PROBABILITIES);
      if (found) figures.set(column, scannedFigures(column, found, source.rows));
    } else figures.set(column, await textFigures(database, source.relation, column));
  }
  return figures;
}

/** Numbers of few rows are counted as they are; what doubles do not hold as it is, is scanned. */
async function countFewRows(
  { database, relation, rows }: Source,
  measured: readonly Column[],
  options: ScanOptions,
): Promise<Map<Column, ScannedColumn>> {
  const counted = await countDoubles({ database, relation, rows }, measured, options.probabilities);
  const others = measured.filter((column) => !counted.has(column));
  return new Map([...counted, ...(await scanNumbers(database, relation, others, options))]);
}

function scannedFigures({ type }: Column, found: ScannedColumn, rows: number): Figures {
  const { missing, distinct, isExact, min, max, mean, deviation, quantiles, histogram } = found;
  const isNumber = type === 'integer' || type === 'number';
  return {
    missing,
    distinct: Math.min(distinct, rows - missing),
    isDistinctExact: isExact,
    min,
    max,
    mean: isNumber ? numberOrNull(mean) : null,
    standardDeviation: isNumber ? numberOrNull(deviation) : null,
    quantiles: quantiles && namedQuantiles(quantiles),
    quantileRows: quantiles === null || isExact ? null : SAMPLE_ROWS,
    histogram,
    topValues: null,
  };
}

async function textFigures(database: DuckDb, relation: string, column: Column): Promise<Figures> {
  const { values, ...counted } = await countTextValues(database, relation, column);
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

interface Aggregates {
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

/** Columns of a small table: one scan for their aggregates, one for their quantiles, one for their histograms. */
async function exactFigures(source: Source, columns: readonly Column[]): Promise<[Column, Figures][]> {
  const { database, relation } = source;
  const asked = await withFiniteness(source, columns);
  const found = await aggregates(source, columns, asked);
  const quantiles = await quantilesOf(database, relation, columns);
  const ranges = found.flatMap(({ column, low, high }) =>
    low === null || high === null ? [] : [{ column: asked.get(column) ?? column, low, high }],
  );
  const histograms = await histogramsOf(database, relation, ranges);
  const texts = columns.filter(({ type }) => !isMeasured(type));
  const tops = await topValuesOfMany(database, relation, texts);
  return found.map(({ column, missing, distinct, min, max, mean, deviation }): [Column, Figures] => {
    const top = tops[texts.indexOf(column)];
    const list = quantiles.get(column);
    return [
      column,
      {
        missing,
        distinct: top?.distinct ?? distinct,
        isDistinctExact: true,
        min,
        max,
        mean,
        standardDeviation: deviation,
        quantiles: list ? namedQuantiles(list) : null,
        quantileRows: null,
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
  { database, relation }: Source,
  columns: readonly Column[],
  asked: ReadonlyMap<Column, AskedColumn>,
): Promise<Aggregates[]> {
  const select = columns.flatMap((column) => {
    const about: AskedColumn = asked.get(column) ?? column;
    const shown = valueSql(about);
    const isNumber = column.type === 'integer' || column.type === 'number';
    const value = isMeasured(column.type) ? measureSql(about) : 'NULL::DOUBLE';
    const summed = (about.scale ?? 1) === 1 ? value : `${value} / ${doubleSql(about.scale ?? 1)}`;
    return [
      `count(*) - count(${shown})`,
      // Of text the most frequent values are counted, and with them all distinct ones.
      isMeasured(column.type) ? `count(DISTINCT ${shown})` : '0',
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
