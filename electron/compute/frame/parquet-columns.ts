import { type DuckDb, quoteLiteral } from './duckdb.ts';

/** Of a file of more columns the footer is asked first: a DESCRIBE takes a time that grows with the square of their number. */
const WIDE = 2000;

/** Names, made unique, and DuckDB types of the columns of a Parquet file, in their order. */
export async function parquetColumns(database: DuckDb, path: string): Promise<{ name: string; type: string }[]> {
  const file = quoteLiteral(path);
  const [root, ...fields] = (
    await database.rows(`SELECT name, duckdb_type, num_children FROM parquet_schema(${file})`)
  ).map(([name, type, children]) => ({ name: String(name), type, children: Number(children ?? 0) }));
  // A nested column has rows of its own for what it holds.
  const isFlat = fields.length === root?.children;
  const isUnique = new Set(fields.map(({ name }) => name.toLowerCase())).size === fields.length;
  if (fields.length <= WIDE || !isFlat || !isUnique) return database.describe(`SELECT * FROM read_parquet(${file})`);
  // A long footer would be read again by every query.
  await database.run('SET parquet_metadata_cache = true');
  return fields.map(({ name, type }) => ({ name, type: String(type) }));
}
