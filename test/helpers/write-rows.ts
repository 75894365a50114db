import { DuckDBInstance } from '@duckdb/node-api';

/** Writes what a query answers to a file, as CSV with a header or as Parquet by the file's ending: what a person would drop. */
export async function writeRows(query: string, to: string): Promise<void> {
  const database = await DuckDBInstance.create();
  const connection = await database.connect();
  try {
    await connection.run(
      `COPY (${query}) TO '${to}' (${to.endsWith('.csv') ? 'FORMAT csv, HEADER' : 'FORMAT parquet'})`,
    );
  } finally {
    connection.closeSync();
    database.closeSync();
  }
}
