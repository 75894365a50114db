import { requireMemory } from '../../../shared/memory-need.ts';
import { DuckDb, quoteIdentifier, quoteLiteral } from './duckdb.ts';
import type { Frame, FrameColumn } from './frame.ts';
import { noSuchColumn } from './no-such-column.ts';
import { parquetColumns } from './parquet-columns.ts';
import { COLUMNS_AT_ONCE } from './write-by-columns.ts';

export interface ReadOptions {
  /** Rows [from, to) of the file; all when left out. */
  readonly rows?: { readonly from: number; readonly to: number };
  /** SQL condition on the file's columns, made from trusted parts only. Applied within `rows`. */
  readonly where?: string;
  /** An open database to read with; otherwise one is opened and closed. */
  readonly database?: DuckDb;
  readonly signal?: AbortSignal;
}

/** Integers up to here are exact as doubles; a column that holds a larger one is read as text. */
const LARGEST_SAFE = 2 ** 53;
/** Of a file of more columns some are taken into a table first: each query of the file looks at the names of all. */
const WIDE = 5000;
/** Numbers the types and tables that are made, so that two reads at once have their own. */
let madeThings = 0;

type Reading = 'integer' | 'number' | 'day' | 'instant' | 'time' | 'bytes' | 'text';

/** How a DuckDB type is read into a frame. */
function readingOf(type: string): Reading {
  if (/^(BIGINT|UBIGINT|HUGEINT|UHUGEINT)$/.test(type)) return 'integer';
  if (/^(TINYINT|SMALLINT|INTEGER|UTINYINT|USMALLINT|UINTEGER|FLOAT|DOUBLE|BOOLEAN|DECIMAL\(.*\))$/.test(type)) {
    return 'number';
  }
  if (type === 'DATE') return 'day';
  if (type.startsWith('TIMESTAMP') && !type.endsWith(']')) return 'instant';
  if (type === 'BLOB') return 'bytes';
  return type === 'TIME' ? 'time' : 'text';
}

/** SQL for the cell as a DOUBLE without NULL: NaN is missing, infinite days and times too. */
function numberSql(name: string, reading: Exclude<Reading, 'text'>): string {
  const column = quoteIdentifier(name);
  const nan = "'nan'::DOUBLE";
  switch (reading) {
    case 'integer':
    case 'number':
      return `coalesce(${column}::DOUBLE, ${nan})`;
    case 'day':
    case 'instant':
      return `coalesce(CASE WHEN isfinite(${column}) THEN epoch_us(${column})::DOUBLE / 1000 END, ${nan})`;
    case 'bytes':
      return `coalesce(octet_length(${column})::DOUBLE, ${nan})`;
    case 'time':
      return `coalesce(epoch_us(${column})::DOUBLE / 1000, ${nan})`;
  }
}

/**
 * Reads columns of a Parquet file into typed arrays: numbers, decimals, booleans (0/1), days and times (milliseconds
 * since 1970 UTC), times of day (milliseconds since midnight) and binary cells (their length in bytes) as numbers with NaN
 * for missing; everything else, and integers of 2^53 or more, as text with a dictionary sorted by code point. Throws INVALID_ARGUMENT for an unknown column,
 * OUT_OF_MEMORY, naming rows and columns, for more than memory has room for.
 */
export async function readColumns(path: string, columns: readonly string[], options: ReadOptions = {}): Promise<Frame> {
  const given = options.database;
  const database = given ?? (await DuckDb.open(options.signal ? { signal: options.signal } : {}));
  const enums: string[] = [];
  try {
    const relation = `read_parquet(${quoteLiteral(path)}, file_row_number = true)`;
    const range = options.rows;
    const conditions = [
      ...(range ? [`file_row_number >= ${range.from} AND file_row_number < ${range.to}`] : []),
      ...(options.where ? [`(${options.where})`] : []),
    ];
    const source = `${relation}${conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : ''}`;
    const types = new Map((await parquetColumns(database, path)).map(({ name, type }) => [name, type]));
    const readings = columns.map((name) => {
      const type = types.get(name);
      if (type === undefined) throw noSuchColumn(name, [...types.keys()], 'The data');
      return { name, reading: readingOf(type) };
    });
    const rows = Number((await database.rows(`SELECT count(*) FROM ${source}`))[0]?.[0] ?? 0);
    requireMemory({ rows, columns: columns.length, bytesEach: 8 }, 'The table', process.availableMemory());
    const read = new Map<string, FrameColumn>();
    for (let from = 0; from < readings.length; from += COLUMNS_AT_ONCE) {
      const some = readings.slice(from, from + COLUMNS_AT_ONCE);
      if (types.size <= WIDE) await readSome(some, { database, source, rows, enums, read });
      else {
        const names = some.map(({ name }) => quoteIdentifier(name)).join(', ');
        const table = `columns_${++madeThings}`;
        await database.run(`CREATE TEMP TABLE ${table} AS SELECT ${names} FROM ${source}`);
        try {
          await readSome(some, { database, source: table, rows, enums, read });
        } finally {
          // The error that led here is the one to be told.
          await database.run(`DROP TABLE ${table}`).catch(() => undefined);
        }
      }
    }
    return { rows, columns: read };
  } finally {
    if (given) for (const type of enums) await given.run(`DROP TYPE IF EXISTS ${type}`);
    else await database.close();
  }
}

/** Reads columns into arrays of their own; what types it makes in the database it names in `enums`. */
async function readSome(
  readings: readonly { readonly name: string; readonly reading: Reading }[],
  of: {
    readonly database: DuckDb;
    /** SQL that can follow FROM. */
    readonly source: string;
    readonly rows: number;
    readonly enums: string[];
    readonly read: Map<string, FrameColumn>;
  },
): Promise<void> {
  const { database, source, rows, enums, read } = of;
  const wide = await wideIntegers(
    database,
    source,
    readings.flatMap(({ name, reading }) => (reading === 'integer' ? [name] : [])),
  );
  const targets: { sql: string; into: Float64Array | Int32Array }[] = [];
  for (const { name, reading } of readings) {
    if (reading !== 'text' && !wide.has(name)) {
      const values = new Float64Array(rows);
      read.set(name, { kind: 'number', values });
      targets.push({ sql: numberSql(name, reading), into: values });
      continue;
    }
    const text = `${quoteIdentifier(name)}::VARCHAR`;
    const type = `dictionary_${++madeThings}`;
    await database.run(
      `CREATE TYPE ${type} AS ENUM (SELECT DISTINCT ${text} AS word FROM (SELECT ${quoteIdentifier(name)} FROM ${source}) WHERE ${quoteIdentifier(name)} IS NOT NULL ORDER BY word)`,
    );
    enums.push(type);
    const words = await database.rows(`SELECT unnest(enum_range(NULL::${type}))::VARCHAR`);
    const codes = new Int32Array(rows);
    read.set(name, { kind: 'text', codes, dictionary: words.map(([word]) => String(word)) });
    targets.push({ sql: `coalesce(enum_code(${text}::${type})::INTEGER, -1)`, into: codes });
  }
  if (targets.length > 0 && rows > 0) await database.fill(targets, source);
}

/** Columns of 64-bit or wider integers that hold one which a double cannot keep. */
async function wideIntegers(database: DuckDb, source: string, names: readonly string[]): Promise<Set<string>> {
  if (names.length === 0) return new Set();
  const parts = names.map((name) => {
    const column = quoteIdentifier(name);
    return `coalesce(max(${column}) >= ${LARGEST_SAFE} OR min(${column}) <= -${LARGEST_SAFE}, false)`;
  });
  const answer = (await database.rows(`SELECT ${parts.join(', ')} FROM ${source}`))[0] ?? [];
  return new Set(names.filter((_, index) => answer[index] === true));
}
