import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImportOptions, ImportWarning } from '../../../../../shared/contract/datasets.ts';
import type { DuckDb } from '../../../../compute/frame/duckdb.ts';
import { quoteIdentifier, quoteLiteral } from '../../../../compute/frame/sql-text.ts';
import type { DetectedFile, Importer, ImportPlace, Source } from '../importer.ts';
import { inUtf8 } from '../in-utf8.ts';
import { readDocument } from './json-document.ts';
import { finiteNumbers } from './json-slices.ts';
import { scanJson } from './scan-json.ts';
import { siftLines } from './sift-json.ts';

const LONGEST_RECORD = 16_000_000;

export const jsonImporter: Importer = {
  format: 'jsonl',
  label: 'JSON',
  endings: /\.(jsonl|ndjson|json)$/i,
  isBinary: false,
  matches: ({ fileName, text }) =>
    /\.(jsonl|ndjson|json)(\.gz|\.zst)?$/i.test(fileName) ||
    (/^\s*[[{]/.test(text) && !/\.(csv|tsv|txt|tab)(\.gz|\.zst)?$/i.test(fileName)),
  async open(file, options, place) {
    // JSON is UTF-8 by its standard: another eight-bit encoding is read only when a person names it.
    const guessed = /^utf-?16/i.test(file.encoding) ? file.encoding : 'utf-8';
    const { path, encoding } = await inUtf8(file, options.encoding ?? guessed, place.folder);
    const shown: ImportOptions = encoding === 'utf-8' ? {} : { encoding };
    const scan = await scanJson(path, file.fileName);
    const isLines = scan.layout === 'lines' || /\.(jsonl|ndjson)(\.gz|\.zst)?$/i.test(file.fileName);
    const whole = { path, file, options: shown, place, hasLongNumbers: scan.hasLongNumbers };
    if (isLines)
      return scan.isSound && !scan.hasHugeNumbers
        ? fromRecords(whole, async () => fromSifted(whole))
        : fromSifted(whole);
    return scan.layout === 'array' && scan.isSound && !scan.hasHugeNumbers
      ? fromRecords(whole, () => fromRecords({ ...whole, isTypedByAll: true }))
      : fromDocument(whole);
  },
};

interface Whole {
  readonly path: string;
  readonly file: DetectedFile;
  readonly options: ImportOptions;
  readonly place: ImportPlace;
  readonly hasLongNumbers: boolean;
  /** Types come from every record: those of a sample had not fitted a later one. */
  readonly isTypedByAll?: boolean;
}

async function fromSifted(whole: Whole): Promise<Source> {
  const { folder } = whole.place;
  const { goodPath, badPath } = await siftLines(whole.path, folder, whole.file.fileName);
  return { ...(await fromRecords({ ...whole, path: goodPath, isTypedByAll: true })), rejects: rejectsOf(badPath) };
}

async function fromDocument(whole: Whole): Promise<Source> {
  const { folder } = whole.place;
  const { rows, found } = await readDocument(whole.path, whole.file.fileName);
  const path = join(folder, 'rows.jsonl');
  const badPath = join(folder, 'bad.jsonl');
  const bad: string[] = [];
  const lines = rows.map((row, index) => {
    const { text, dropped } = finiteNumbers(row);
    for (const cell of dropped)
      bad.push(
        JSON.stringify({
          ...cell,
          line: index + 1,
          text: row,
          reason: 'a number larger than any that is kept; the row came in with this cell missing',
        }),
      );
    return `${text}\n`;
  });
  await writeFile(path, lines.join(''));
  await writeFile(badPath, bad.map((line) => `${line}\n`).join(''));
  const source = await fromRecords({ ...whole, path });
  return {
    ...source,
    warnings: [...(found === null ? [] : [{ code: 'rowsFound', message: found }]), ...source.warnings],
    rejects: bad.length === 0 ? null : rejectsOf(badPath),
  };
}

const rejectsOf = (path: string): string =>
  `SELECT line, "column", value, text, reason FROM read_json(${quoteLiteral(path)}, format = 'newline_delimited', columns = {'line': 'BIGINT', 'column': 'VARCHAR', 'value': 'VARCHAR', 'text': 'VARCHAR', 'reason': 'VARCHAR'})`;

async function fromRecords(whole: Whole, mend?: () => Promise<Source>): Promise<Source> {
  const { path, file, options, place, hasLongNumbers } = whole;
  const read = (more: string) =>
    `read_json(${[quoteLiteral(path), `maximum_object_size = ${LONGEST_RECORD}`, 'union_by_name = true', ...(whole.isTypedByAll ? ['sample_size = -1'] : [])].join(', ')}${more})`;
  const columns = await place.database.describe(`SELECT * FROM ${read('')}`).catch((error: unknown) => {
    if (mend) return [];
    throw error;
  });
  if (columns.length === 0 && mend) return mend();
  const long = hasLongNumbers ? await longNumbers(place.database, columns, read) : new Set<string>();
  const typed = columns.map(
    ({ name, type }) => `${quoteLiteral(name)}: ${quoteLiteral(long.has(name) ? 'VARCHAR' : type)}`,
  );
  const relation = long.size === 0 ? read('') : read(`, columns = {${typed.join(', ')}}`);
  const warnings: ImportWarning[] = [...file.warnings];
  for (const column of long)
    warnings.push({
      code: 'longIntegers',
      message: `${column} holds numbers of more digits than are kept exactly; it is kept as text so that no digit is lost.`,
      column,
    });
  const kinds = columns.filter(({ type }) => type === 'JSON');
  const [filled] =
    kinds.length === 0
      ? []
      : await place.database.rows(
          `SELECT ${kinds.map(({ name }) => `count(${quoteIdentifier(name)})`).join(', ')} FROM (SELECT * FROM ${relation} LIMIT 20480)`,
        );
  for (const [index, { name }] of kinds.entries())
    if (Number(filled?.[index] ?? 0) > 0)
      warnings.push({
        code: 'mixedKinds',
        message: `${name} holds values of more than one kind (numbers, text, lists, ...); it is kept as JSON text.`,
        column: name,
      });
  return {
    relation,
    originalNames: columns.map(({ name }) => name),
    options,
    warnings,
    rejects: null,
    ...(mend ? { mend } : {}),
  };
}

/** Columns of doubles in which some number is written with more digits than a double keeps. */
async function longNumbers(
  database: DuckDb,
  columns: readonly { readonly name: string; readonly type: string }[],
  read: (more: string) => string,
): Promise<Set<string>> {
  const doubles = columns.filter(({ type }) => type === 'DOUBLE');
  if (doubles.length === 0) return new Set();
  const asText = doubles.map(({ name }) => `${quoteLiteral(name)}: 'VARCHAR'`).join(', ');
  const [counts] = await database.rows(
    `SELECT ${doubles.map(({ name }) => `count(*) FILTER (regexp_full_match(${quoteIdentifier(name)}, '-?[0-9]{16,}'))`).join(', ')} FROM ${read(`, columns = {${asText}}`)}`,
  );
  return new Set(doubles.filter((_column, index) => Number(counts?.[index] ?? 0) > 0).map(({ name }) => name));
}
