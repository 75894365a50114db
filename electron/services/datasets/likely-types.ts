import type { ColumnType, ImportOptions, ImportWarning } from '../../../shared/contract/datasets.ts';
import type { DuckDb } from '../../compute/frame/duckdb.ts';
import { quoteIdentifier, quoteLiteral } from '../../compute/frame/sql-text.ts';

const SAMPLE_ROWS = 20_000;
/** A column is numbers or days in spite of a few words when this share of at least so many cells reads as such. */
const FEWEST_CELLS = 20;
const LARGEST_BAD_SHARE = 0.05;
const MISSING_WORDS = [
  'NA',
  'N/A',
  'n/a',
  'na',
  'NaN',
  'nan',
  'NULL',
  'null',
  'None',
  'none',
  '-',
  '--',
  '?',
  '.',
  '#N/A',
];

const PATTERNS = {
  integer: '[+-]?(0|[1-9][0-9]{0,17})',
  number: '[+-]?(0|[1-9][0-9]*)?(\\.[0-9]+|[0-9]\\.)?([eE][+-]?[0-9]+)?',
  date: '[0-9]{4}-[0-9]{2}-[0-9]{2}',
} as const;
/** More digits than a double keeps. */
const LONG_INTEGER = '[+-]?[1-9][0-9]{16,}';

export interface LikelyTypes {
  readonly types: NonNullable<ImportOptions['types']>;
  readonly warnings: readonly ImportWarning[];
}

/**
 * Corrects what DuckDB's sniffer gives up on: one word among numbers or days makes it call the column text, and integers
 * past 64 bits become doubles that lose digits. `textRelation` reads every cell as text; `found` are the sniffed types.
 */
export async function likelyTypes(
  database: DuckDb,
  textRelation: string,
  found: readonly { readonly name: string; readonly type: string }[],
): Promise<LikelyTypes> {
  const suspects = found.filter(({ type }) => type === 'VARCHAR' || type === 'DOUBLE');
  const types: Record<string, ColumnType> = {};
  const warnings: ImportWarning[] = [];
  if (suspects.length === 0 || suspects.length > 500) return { types, warnings };
  const counts = suspects.flatMap(({ name }) => {
    const cell = `trim(${quoteIdentifier(name)})`;
    const isWord = `${cell} <> '' AND ${cell} NOT IN (${MISSING_WORDS.map(quoteLiteral).join(', ')})`;
    const matching = (pattern: string) =>
      `count(*) FILTER (WHERE ${isWord} AND regexp_full_match(${cell}, ${quoteLiteral(pattern)}))`;
    return [
      `count(*) FILTER (WHERE ${isWord})`,
      matching(PATTERNS.integer),
      matching(PATTERNS.number),
      matching(PATTERNS.date),
      matching(LONG_INTEGER),
    ];
  });
  const [answer] = await database.rows(
    `SELECT ${counts.join(', ')} FROM (SELECT * FROM ${textRelation} LIMIT ${SAMPLE_ROWS})`,
  );
  for (const [index, { name, type }] of suspects.entries()) {
    const [cells = 0, integers = 0, numbers = 0, dates = 0, long = 0] = (answer ?? [])
      .slice(index * 5, index * 5 + 5)
      .map(Number);
    if (long > 0) {
      if (type === 'DOUBLE') {
        types[name] = 'text';
        warnings.push({
          code: 'longIntegers',
          message: `${name} holds integers of more than 16 digits; it is kept as text so that no digit is lost.`,
          column: name,
        });
      }
      continue;
    }
    if (type === 'DOUBLE' || cells < FEWEST_CELLS) continue;
    const isMost = (good: number) => good < cells && cells - good <= cells * LARGEST_BAD_SHARE;
    const likely =
      isMost(integers) && integers === numbers ? 'integer' : isMost(numbers) ? 'number' : isMost(dates) ? 'date' : null;
    if (likely === null) continue;
    types[name] = likely;
    warnings.push({
      code: 'fewBadValues',
      message: `${name} is read as ${likely}; rows whose value is none are in quarantine. Choose text to keep them.`,
      column: name,
    });
  }
  return { types, warnings };
}
