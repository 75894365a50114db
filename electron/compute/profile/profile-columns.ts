import type { Column, ColumnProfile, ColumnType } from '../../../shared/contract/datasets.ts';
import { toCell } from '../frame/cell.ts';
import type { DuckDb } from '../frame/duckdb.ts';
import { quoteIdentifier } from '../frame/sql-text.ts';

const PROBABILITIES = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99];
const HISTOGRAM_BINS = 30;
const TOP_VALUES = 60;
/** Columns judged in one scan. */
const AT_ONCE = 24;
/** Up to this many rows distinct counts and quantiles are exact; above they are sketched. */
const EXACT_ROWS = 1_000_000;

const MOST_FROM_FILE = 200;
const MOST_CELLS_HELD = 20_000_000;
const HELD = 'profiled_rows';

const isMeasured = (type: ColumnType): boolean =>
  type === 'integer' || type === 'number' || type === 'date' || type === 'timestamp';

/** SQL for a value on the number line: numbers as they are, times as milliseconds since 1970. */
function measureSql({ name, type }: Pick<Column, 'name' | 'type'>): string {
  const column = quoteIdentifier(name);
  if (type === 'date' || type === 'timestamp') return `epoch_ms(${column}::TIMESTAMP)::DOUBLE`;
  return type === 'number' ? `CASE WHEN isfinite(${column}::DOUBLE) THEN ${column}::DOUBLE END` : `${column}::DOUBLE`;
}

const missingSql = ({ name, type }: Pick<Column, 'name' | 'type'>): string =>
  type === 'number'
    ? `(${quoteIdentifier(name)} IS NULL OR isnan(${quoteIdentifier(name)}::DOUBLE))`
    : `${quoteIdentifier(name)} IS NULL`;

/** Profiles every column of a relation in a few scans. Distinct counts and quantiles are exact up to a million rows, sketches above. */
export async function profileColumns(
  database: DuckDb,
  relation: string,
  columns: readonly Column[],
  onDone: (columns: number) => void,
): Promise<ColumnProfile[]> {
  const profiles: ColumnProfile[] = [];
  const [row] = await database.rows(`SELECT count(*) FROM ${relation}`);
  const rows = Number(row?.[0] ?? 0);
  const isExact = rows <= EXACT_ROWS;
  // Every query on a file reads its list of columns again: a wide one is held in memory where it is small enough.
  const isHeld = columns.length > MOST_FROM_FILE && rows * columns.length <= MOST_CELLS_HELD;
  const source = isHeld ? HELD : relation;
  if (isHeld) await database.run(`CREATE OR REPLACE TEMP TABLE ${HELD} AS SELECT * FROM ${relation}`);
  for (let from = 0; from < columns.length; from += AT_ONCE) {
    profiles.push(...(await profileSome(database, source, columns.slice(from, from + AT_ONCE), isExact)));
    onDone(profiles.length);
  }
  if (isHeld) await database.run(`DROP TABLE ${HELD}`);
  return profiles;
}

async function profileSome(
  database: DuckDb,
  relation: string,
  columns: readonly Column[],
  isExact: boolean,
): Promise<ColumnProfile[]> {
  const select = columns.flatMap((column) => {
    const name = quoteIdentifier(column.name);
    const value = isMeasured(column.type) ? measureSql(column) : 'NULL::DOUBLE';
    const text = column.type === 'json' ? `${name}::VARCHAR` : name;
    return [
      `count(*) FILTER (WHERE ${missingSql(column)})`,
      isExact ? `count(DISTINCT ${text})` : `approx_count_distinct(${text})`,
      `min(${text})`,
      `max(${text})`,
      `avg(${value})`,
      `stddev_samp(${value})`,
      isMeasured(column.type)
        ? `${isExact ? 'quantile_cont' : 'approx_quantile'}(${value}, [${PROBABILITIES.join(', ')}])`
        : 'NULL',
      `min(${value})`,
      `max(${value})`,
    ];
  });
  const [answer] = await database.rows(`SELECT count(*), ${select.join(', ')} FROM ${relation}`);
  const rows = Number(answer?.[0] ?? 0);
  const found: ColumnProfile[] = [];
  for (const [index, column] of columns.entries()) {
    const [missing, distinct, min, max, mean, deviation, quantiles, low, high] = (answer ?? []).slice(
      1 + index * 9,
      10 + index * 9,
    );
    const estimate = Number(distinct ?? 0);
    const top = estimate <= 1200 || !isMeasured(column.type) ? await topValues(database, relation, column) : null;
    const list = quantiles === null || quantiles === undefined ? null : quantileList(quantiles);
    found.push({
      name: column.name,
      type: column.type,
      role: column.role,
      rows,
      missing: Number(missing ?? 0),
      distinct: top?.isComplete ? top.distinct : Math.min(estimate, rows - Number(missing ?? 0)),
      isDistinctExact: isExact || (top?.isComplete ?? false),
      min: toCell(min),
      max: toCell(max),
      mean: column.type === 'integer' || column.type === 'number' ? numberOrNull(mean) : null,
      standardDeviation: column.type === 'integer' || column.type === 'number' ? numberOrNull(deviation) : null,
      quantiles: list ? Object.fromEntries(PROBABILITIES.map((p, i) => [String(p), list[i] ?? 0])) : null,
      histogram: isMeasured(column.type)
        ? await histogram(database, relation, column, numberOrNull(low), numberOrNull(high))
        : null,
      topValues: isMeasured(column.type) ? null : (top?.values ?? null),
    });
  }
  return found;
}

const numberOrNull = (value: unknown): number | null =>
  value === null || value === undefined || !Number.isFinite(Number(value)) ? null : Number(value);

function quantileList(value: unknown): number[] | null {
  const items: unknown = typeof value === 'object' && value !== null && 'items' in value ? value.items : value;
  return Array.isArray(items) && items.every((item) => item !== null) ? items.map(Number) : null;
}

const MOST_GROUPS = 1500;

/** The most frequent values, and whether every distinct value was counted. */
async function topValues(database: DuckDb, relation: string, column: Column) {
  const value = column.type === 'json' ? `${quoteIdentifier(column.name)}::VARCHAR` : quoteIdentifier(column.name);
  const rows = await database.rows(
    `SELECT value, n, count(*) OVER () AS groups FROM (SELECT ${value} AS value, count(*) AS n FROM ${relation} WHERE NOT ${missingSql(column)} GROUP BY 1) ORDER BY n DESC, value LIMIT ${TOP_VALUES}`,
  );
  const groups = Number(rows[0]?.[2] ?? 0);
  return {
    values: rows.map(([top, n]) => ({ value: shortened(toCell(top)), count: Number(n) })),
    distinct: groups,
    isComplete: groups <= MOST_GROUPS || !isMeasured(column.type),
  };
}

const shortened = (value: ReturnType<typeof toCell>) =>
  typeof value === 'string' && value.length > 200 ? `${value.slice(0, 200)}…` : value;

async function histogram(
  database: DuckDb,
  relation: string,
  column: Column,
  low: number | null,
  high: number | null,
): Promise<ColumnProfile['histogram']> {
  if (low === null || high === null) return null;
  const value = measureSql(column);
  if (low === high) {
    const [row] = await database.rows(`SELECT count(${value}) FROM ${relation}`);
    return { edges: [low - 0.5, low + 0.5], counts: [Number(row?.[0] ?? 0)] };
  }
  // Halved first: the width of a range over most of the doubles would overflow.
  const width = high / HISTOGRAM_BINS - low / HISTOGRAM_BINS;
  const bin = `least(${HISTOGRAM_BINS - 1}, greatest(0, floor((v / ${width}::DOUBLE) - (${low}::DOUBLE / ${width}::DOUBLE))))::INTEGER`;
  const rows = await database.rows(
    `SELECT ${bin} AS bin, count(*) FROM (SELECT ${value} AS v FROM ${relation}) WHERE v IS NOT NULL GROUP BY 1`,
  );
  const counts = new Array<number>(HISTOGRAM_BINS).fill(0);
  for (const [at, n] of rows) counts[Number(at)] = Number(n);
  return {
    edges: Array.from({ length: HISTOGRAM_BINS + 1 }, (_, i) => (i === HISTOGRAM_BINS ? high : low + width * i)),
    counts,
  };
}
