import type { ImportWarning } from '../../../../../shared/contract/datasets.ts';
import type { DuckDb } from '../../../../compute/frame/duckdb.ts';
import { parquetColumns } from '../../../../compute/frame/parquet-columns.ts';
import { quoteLiteral } from '../../../../compute/frame/sql-text.ts';
import type { Importer } from '../importer.ts';

/** What becomes of types that a table column cannot hold as they are. */
const CONVERSIONS: readonly { readonly of: RegExp; readonly what: string }[] = [
  { of: /\]$/, what: 'holds lists; they are kept as JSON text' },
  { of: /^(STRUCT|UNION)/, what: 'holds records; they are kept as JSON text' },
  { of: /^MAP/, what: 'holds maps; they are kept as JSON text' },
  { of: /^BLOB$/, what: 'holds bytes; they are kept as hexadecimal text' },
  { of: /^TIMESTAMP WITH TIME ZONE$/, what: 'holds times with a zone; they are kept in UTC' },
  { of: /^TIMESTAMP_NS$/, what: 'holds nanoseconds; they are kept, and shown to the nanosecond' },
  { of: /^ENUM/, what: 'is a dictionary; its words are kept' },
  { of: /^(UUID|INTERVAL|BIT)/, what: 'is kept as text' },
];

export const parquetImporter: Importer = {
  format: 'parquet',
  label: 'Parquet',
  endings: /\.(parquet|pq)$/i,
  isBinary: true,
  matches: ({ head }) => head.subarray(0, 4).toString('latin1') === 'PAR1',
  async open(file, _options, { database }) {
    const relation = `read_parquet(${quoteLiteral(file.path)})`;
    const columns = await parquetColumns(database, file.path);
    const converted = columns.flatMap(({ name, type }): ImportWarning[] => {
      const conversion = CONVERSIONS.find(({ of }) => of.test(type));
      return conversion ? [{ code: 'converted', message: `${name} ${conversion.what}.`, column: name }] : [];
    });
    return {
      relation,
      described: columns,
      originalNames: await topLevelNames(database, file.path),
      options: {},
      warnings: [...file.warnings, ...converted],
      rejects: null,
    };
  },
};

/** Names of a file's columns as its schema has them, before DuckDB makes equal ones unique. */
async function topLevelNames(database: DuckDb, path: string): Promise<string[]> {
  const [root, ...rest] = await database.rows(`SELECT name, num_children FROM parquet_schema(${quoteLiteral(path)})`);
  const names: string[] = [];
  let at = 0;
  for (let left = Number(root?.[1] ?? 0); left > 0; left--) {
    names.push(String(rest[at]?.[0] ?? ''));
    for (let open = 1; open > 0 && at < rest.length; at++) open += Number(rest[at]?.[1] ?? 0) - 1;
  }
  return names;
}
