import type { DuckDb } from '../../../../compute/frame/duckdb.ts';
import { quoteIdentifier, quoteLiteral } from '../../../../compute/frame/sql-text.ts';
import type { Dialect } from './csv-dialect.ts';

/** Words that people write where a value is missing. Which of them count in a file is said, and can be chosen. */
const MISSING_WORDS: readonly string[] = [
  'na',
  'n/a',
  'nan',
  'null',
  'none',
  'nil',
  'missing',
  '-',
  '--',
  '?',
  '.',
  '#n/a',
  '#na',
  '#null!',
];

/** Marks that no screen shows, by their names. */
const INVISIBLE: readonly (readonly [string, string])[] = [
  ['00A0', 'no-break space'],
  ['200B', 'zero width space'],
  ['200C', 'zero width non-joiner'],
  ['200D', 'zero width joiner'],
  ['202F', 'narrow no-break space'],
  ['2009', 'thin space'],
  ['2060', 'word joiner'],
  ['FEFF', 'byte order mark'],
  ['00AD', 'soft hyphen'],
];

/** What may stand between the characters of a cell without being seen, as part of a pattern. */
const UNSEEN = ` \\t${INVISIBLE.map(([code]) => `\\x{${code}}`).join('')}`;

/** Columns whose cells are counted in one query: the time to plan it grows faster than their number. */
const COLUMNS_AT_ONCE = 8;
/** Cells held for the counting. */
const MOST_CELLS = 8_000_000;

/** What the cells of a column look like in a sample, as counts; `cells` are neither empty nor a word for missing. */
export interface ColumnSample {
  readonly name: string;
  readonly type: string;
  readonly cells: number;
  readonly integers: number;
  readonly numbers: number;
  readonly infinite: number;
  readonly dates: number;
  readonly longIntegers: number;
  readonly tidyNumbers: number;
  readonly zoned: number;
  readonly unzoned: number;
  readonly slashedDays: number;
  readonly firstPast12: number;
  readonly secondPast12: number;
  readonly padded: number;
  /** Cells that are neither "true" nor "false". */
  readonly notTruths: number;
  /** Cells of a day or time that the format of the file's days or times does not read. */
  readonly otherFormats: number;
  /** Words for missing as they stand in the file. */
  readonly words: readonly string[];
  /** Names of the invisible characters. */
  readonly invisible: readonly string[];
}

type Formats = Pick<Dialect, 'decimalMark' | 'dateFormat' | 'timestampFormat'>;

/** The format in which a file writes its days or times. */
export const formatOf = (type: string, { dateFormat, timestampFormat }: Formats): string | undefined =>
  type === 'DATE' ? dateFormat : type === 'TIMESTAMP' ? timestampFormat : undefined;

/** Counts over a sample, `sample` being a query that answers every cell as text. */
export async function sampleColumns(
  database: DuckDb,
  sample: string,
  columns: readonly { readonly name: string; readonly type: string }[],
  formats: Formats,
): Promise<ColumnSample[]> {
  if (columns.length === 0) return [];
  const rows = Math.ceil(MOST_CELLS / columns.length);
  await database.run(
    `CREATE OR REPLACE TEMP TABLE import_sample AS SELECT ${columns.map(({ name }) => quoteIdentifier(name)).join(', ')} FROM (${sample}) LIMIT ${rows}`,
  );
  const digits = await startingWithDigits(
    database,
    columns.filter(({ type }) => type === 'VARCHAR'),
  );
  const found: ColumnSample[] = [];
  for (let from = 0; from < columns.length; from += COLUMNS_AT_ONCE) {
    const some = columns.slice(from, from + COLUMNS_AT_ONCE);
    const [answer = []] = await database.rows(
      `SELECT ${some.flatMap(({ name, type }) => counts(quoteIdentifier(name), type, digits.has(name), formats)).join(', ')} FROM import_sample`,
    );
    const width = answer.length / some.length;
    for (const [index, column] of some.entries())
      found.push(readCounts(column, answer.slice(index * width, (index + 1) * width)));
  }
  await database.run('DROP TABLE import_sample');
  return found;
}

/** Columns whose cells' first characters are looked at in one statement. */
const TESTS_AT_ONCE = 200;

/** Columns in which some cell begins as a number or a day does: only these can be such, and are worth the patterns. */
async function startingWithDigits(
  database: DuckDb,
  columns: readonly { readonly name: string }[],
): Promise<Set<string>> {
  const found = new Set<string>();
  for (let from = 0; from < columns.length; from += TESTS_AT_ONCE) {
    const some = columns.slice(from, from + TESTS_AT_ONCE);
    const tests = some.map(({ name }) => `bool_or(regexp_matches(${quoteIdentifier(name)}, '^[${UNSEEN}+.,-]*[0-9]'))`);
    const [row = []] = await database.rows(`SELECT ${tests.join(', ')} FROM import_sample`);
    for (const [index, { name }] of some.entries()) if (row[index] === true) found.add(name);
  }
  return found;
}

/** Places in the list of aggregates. */
const LONG_INTEGERS = 5;
const NOT_TRUTHS = 15;
const OTHER_FORMATS = 16;
const PARTS: readonly number[] = [10, 11, OTHER_FORMATS];
/** What there is to know of a column of words alone. */
const OF_WORDS: readonly number[] = [0, 12, 13];

/** Seventeen aggregates of a column; those that its type makes idle are constants. */
function counts(column: string, type: string, hasDigits: boolean, formats: Formats): string[] {
  const { decimalMark } = formats;
  const format = formatOf(type, formats);
  const cell = `trim(${column}, ' ' || chr(9))`;
  const isWord = `lower(${cell}) IN (${MISSING_WORDS.map(quoteLiteral).join(', ')})`;
  const isCell = `${cell} <> '' AND NOT ${isWord}`;
  const mark = decimalMark === ',' ? ',' : '[.]';
  const number = `[+-]?((0|[1-9][0-9]*)(${mark}[0-9]*)?|${mark}[0-9]+)([eE][+-]?[0-9]+)?`;
  const tidy = `regexp_replace(${column}, '[${UNSEEN}]', '', 'g')`;
  // What matches is a cell: no pattern below fits an empty one or a word for missing.
  const matching = (pattern: string, text = cell) =>
    `count(*) FILTER (WHERE regexp_full_match(${text}, ${quoteLiteral(pattern)}))`;
  const time = '[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]+)?)?';
  const part = (group: number) =>
    `count(*) FILTER (WHERE TRY_CAST(regexp_extract(${cell}, '^([0-9]{1,2})[^0-9]([0-9]{1,2})[^0-9]', ${group}) AS INTEGER) > 12)`;
  const all = [
    `count(*) FILTER (WHERE ${isCell})`,
    matching('[+-]?(0|[1-9][0-9]{0,17})'),
    matching(number),
    matching('(?i)[+-]?inf(inity)?'),
    matching('[0-9]{4}-[0-9]{2}-[0-9]{2}'),
    matching('[+-]?[1-9][0-9]{16,}'),
    matching(number, tidy),
    matching(`${time}(Z|[+-][0-9]{2}(:?[0-9]{2})?)`),
    matching(time),
    matching('[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{4}'),
    part(1),
    part(2),
    `count(*) FILTER (WHERE ${isCell} AND ${cell} <> ${column})`,
    `string_agg(DISTINCT CASE WHEN ${isWord} THEN ${cell} END, chr(31))`,
    `concat_ws(', ', ${INVISIBLE.map(([code, name]) => `CASE WHEN bool_or(contains(${column}, chr(${Number.parseInt(code, 16)}))) THEN ${quoteLiteral(name)} END`).join(', ')})`,
    `count(*) FILTER (WHERE ${isCell} AND lower(${cell}) NOT IN ('true', 'false'))`,
    format === undefined
      ? '0'
      : `count(*) FILTER (WHERE ${isCell} AND try_strptime(${cell}, ${quoteLiteral(format)}) IS NULL)`,
  ];
  const isUsed = (place: number): boolean => {
    if (type === 'BOOLEAN' || place === NOT_TRUTHS) return type === 'BOOLEAN' && place === NOT_TRUTHS;
    if (type === 'VARCHAR') return hasDigits || OF_WORDS.includes(place);
    return type === 'DOUBLE' ? place === LONG_INTEGERS : place === 0 || PARTS.includes(place);
  };
  return all.map((sql, place) => (isUsed(place) ? sql : 'NULL'));
}

function readCounts(
  column: { readonly name: string; readonly type: string },
  values: readonly unknown[],
): ColumnSample {
  const [
    cells,
    integers,
    numbers,
    infinite,
    dates,
    longIntegers,
    tidyNumbers,
    zoned,
    unzoned,
    slashedDays,
    firstPast12,
    secondPast12,
    padded,
  ] = values.map(Number);
  return {
    name: column.name,
    type: column.type,
    cells: cells ?? 0,
    integers: integers ?? 0,
    numbers: numbers ?? 0,
    infinite: infinite ?? 0,
    dates: dates ?? 0,
    longIntegers: longIntegers ?? 0,
    tidyNumbers: tidyNumbers ?? 0,
    zoned: zoned ?? 0,
    unzoned: unzoned ?? 0,
    slashedDays: slashedDays ?? 0,
    firstPast12: firstPast12 ?? 0,
    secondPast12: secondPast12 ?? 0,
    padded: padded ?? 0,
    notTruths: Number(values[NOT_TRUTHS] ?? 0),
    otherFormats: Number(values[OTHER_FORMATS] ?? 0),
    words: values[13] ? String(values[13]).split('\x1f').sort() : [],
    invisible: values[14] ? String(values[14]).split(', ') : [],
  };
}
