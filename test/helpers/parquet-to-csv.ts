import { DuckDBInstance } from '@duckdb/node-api';

/** Writes the rows of a Parquet file as CSV with a header: what a person would drop. */
export async function parquetToCsv(from: string, to: string): Promise<void> {
  const database = await DuckDBInstance.create();
  const connection = await database.connect();
  try {
    await connection.run(`COPY (SELECT * FROM read_parquet('${from}')) TO '${to}' (HEADER)`);
  } finally {
    connection.closeSync();
    database.closeSync();
  }
}
