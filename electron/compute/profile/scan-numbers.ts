import type { Cell, Column } from '../../../shared/contract/datasets.ts';
import { toCell } from '../frame/cell.ts';
import type { DuckDb } from '../frame/duckdb.ts';
import { quoteIdentifier } from '../frame/sql-text.ts';
import { seededRandom } from '../train/seeded-random.ts';
import { isTime, measureOf, measureSql, valueSql } from './column-sql.ts';
import { NumberScan, type ScannedNumbers, SPARE_ROWS } from './number-scan.ts';
import { takeScanRoom } from './scan-kernel.ts';

/** Doubles keep every integer below this apart. */
export const LARGEST_SAFE = 2 ** 53;
const CHUNK_ROWS = 2048;
const BYTES = 8;
const ENDS = 6;
/** Values of a part, of which two are in memory. */
const MOST_HELD = 2_000_000;

/** What a pass over a column on the number line finds. */
export interface ScannedColumn extends ScannedNumbers {
  readonly min: Cell;
  readonly max: Cell;
}

/** The smallest and largest value: as they are shown, and on the number line where finite. */
interface Ends {
  readonly min: Cell;
  readonly max: Cell;
  readonly low: number | null;
  readonly high: number | null;
  /** Neither NaN nor an infinite value lies in the column. */
  readonly isBounded: boolean;
}

export interface ScanOptions {
  /** Rows of the table. */
  readonly rows: number;
  readonly sampleRows: number;
  /** Of the quantiles. */
  readonly probabilities: readonly number[];
  /** The relation in parts of about so many rows, in order, where that is quicker than the whole. */
  readonly partsOf?: (rows: number) => readonly string[];
}

/**
 * Scans columns on the number line once, whatever the number of rows, in bounded memory. Quantiles of columns with many
 * values come from `sampleRows` rows, one of each stretch of the file; the same file has the same sample.
 */
export async function scanNumbers(
  database: DuckDb,
  relation: string,
  columns: readonly Column[],
  { rows, sampleRows, probabilities, partsOf }: ScanOptions,
): Promise<Map<Column, ScannedColumn>> {
  if (columns.length === 0) return new Map();
  const ends = await endsOf(database, relation, columns);
  const select: string[] = [];
  using room = takeScanRoom();
  const scans = columns.map((column) => {
    const end = ends.get(column);
    const isBounded = end?.isBounded ?? false;
    const hasMicroseconds = column.type === 'timestamp';
    const isWide = [end?.low, end?.high].some(
      (value) => Math.abs(value ?? 0) >= LARGEST_SAFE / (isTime(column) ? 1000 : 1),
    );
    const value = select.push(`coalesce(${streamedSql(column, isBounded)}, 'nan'::DOUBLE)`) - 1;
    const key =
      isWide || /^DECIMAL|_NS$/.test(column.storageType)
        ? select.push(`coalesce(hash(${quoteIdentifier(column.name)}), 0::UBIGINT)`) - 1
        : value;
    const range = end && end.low !== null && end.high !== null ? { low: end.low, high: end.high } : null;
    return { column, value, key, scan: new NumberScan(range, sampleRows, hasMicroseconds, room) };
  });
  const stretch = rows / sampleRows;
  const random = seededRandom(1);
  let stretches = 0;
  let next = Math.floor(random() * stretch);
  let seen = 0;
  const held = select.map(() => {
    const rows = CHUNK_ROWS + SPARE_ROWS;
    const place = room.memory.allocate(rows * BYTES);
    return {
      bytes: room.memory.bytes(place, rows * BYTES),
      values: room.memory.float64(place, rows),
      keys: room.memory.int32(place, 2 * rows),
    };
  });
  const take = (chunk: readonly Uint8Array[], count: number): void => {
    const sampled: number[] = [];
    while (next < seen + count && stretches < sampleRows) {
      sampled.push(next - seen);
      stretches++;
      next = Math.floor(stretches * stretch + random() * stretch);
    }
    seen += count;
    for (const [index, { bytes }] of held.entries()) {
      const from = chunk[index];
      if (from) bytes.set(from);
    }
    for (const { scan, value, key } of scans) {
      const values = held[value]?.values;
      const keys = held[key]?.keys;
      if (values && keys) scan.take(values, keys, count, sampled);
    }
  };
  const queryOf = (part: string): string =>
    `SELECT ${select.map((sql, index) => `${sql} AS c${index}`).join(', ')} FROM ${part}`;
  const widths = select.map(() => BYTES);
  if (partsOf) await database.streamParts(partsOf(MOST_HELD / select.length).map(queryOf), take, widths);
  else await database.stream(queryOf(relation), take, widths);
  return new Map(
    scans.map(({ column, scan }): [Column, ScannedColumn] => {
      const end = ends.get(column);
      return [column, { ...scan.figures(probabilities), min: end?.min ?? null, max: end?.max ?? null }];
    }),
  );
}

/** SQL of the value as it is streamed: finite and infinite numbers as they are, time stamps as microseconds, days as milliseconds. */
function streamedSql(column: Column, isBounded: boolean): string {
  const name = quoteIdentifier(column.name);
  if (!isTime(column)) return `${name}::DOUBLE`;
  const finite = column.type === 'date' ? measureSql({ ...column, isBounded: true }) : `epoch_us(${name})::DOUBLE`;
  if (isBounded) return finite;
  return `CASE WHEN isfinite(${name}) THEN ${finite} WHEN ${name} > DATE '1970-01-01' THEN 'inf'::DOUBLE WHEN ${name} IS NOT NULL THEN '-inf'::DOUBLE END`;
}

/** Statistics of the file's parts tell the ends of a column; only where these are not finite, it is scanned for them. */
async function endsOf(database: DuckDb, relation: string, columns: readonly Column[]): Promise<Map<Column, Ends>> {
  const quick = await queryEnds(database, relation, columns, (column, end) => {
    const value = `${end}(${quoteIdentifier(column.name)})`;
    const test = column.type === 'integer' ? `${value} IS NOT NULL` : `isfinite(${value})`;
    return [
      `${test} OR ${value} IS NULL`,
      `CASE WHEN ${test} THEN ${value} END`,
      measureOf(column.type, `CASE WHEN ${test} THEN ${value} END`),
    ];
  });
  const unbounded = columns.filter((column) => !quick.get(column)?.isBounded);
  if (unbounded.length === 0) return quick;
  const scanned = await queryEnds(database, relation, unbounded, (column, end) => {
    const shown = isTime(column)
      ? `CASE WHEN isfinite(${quoteIdentifier(column.name)}) THEN ${quoteIdentifier(column.name)} END`
      : valueSql(column);
    return ['false', `${end}(${shown})`, `${end}(${measureSql(column)})`];
  });
  return new Map([...quick, ...scanned]);
}

/** `sqlOf` answers three expressions: whether the end is finite, the end as it is shown, and on the number line. */
async function queryEnds(
  database: DuckDb,
  relation: string,
  columns: readonly Column[],
  sqlOf: (column: Column, end: 'min' | 'max') => readonly [string, string, string],
): Promise<Map<Column, Ends>> {
  const select = columns.flatMap((column) => [...sqlOf(column, 'min'), ...sqlOf(column, 'max')]);
  const [row = []] = await database.rows(`SELECT ${select.join(', ')} FROM ${relation}`);
  return new Map(
    columns.map((column, index): [Column, Ends] => {
      const [isLowFinite, min, low, isHighFinite, max, high] = row.slice(index * ENDS, (index + 1) * ENDS);
      return [
        column,
        {
          min: toCell(min),
          max: toCell(max),
          low: low === null ? null : Number(low),
          high: high === null ? null : Number(high),
          isBounded: isLowFinite === true && isHighFinite === true,
        },
      ];
    }),
  );
}
