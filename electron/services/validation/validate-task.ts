import { rm } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { Cell, ColumnType } from '../../../shared/contract/datasets.ts';
import type { RuleOutcome, SchemaDocument } from '../../../shared/contract/validation.ts';
import { literal } from '../../compute/rules/cell-sql.ts';
import type { TaskContext } from '../../jobs/task.ts';
import { planRules, runRules, tableShape } from './run-rules.ts';

export interface ValidateTaskParams {
  /** The dataset's Parquet file. */
  readonly path: string;
  readonly columns: readonly { readonly name: string; readonly type: ColumnType }[];
  readonly document: SchemaDocument;
  readonly environment: string | null;
}

export interface ValidateTaskResult {
  readonly rows: number;
  readonly seconds: number;
  readonly outcomes: RuleOutcome[];
}

const toCell = (value: unknown): Cell => {
  if (value === null || value === undefined) return null;
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : String(value);
};

/** Judges a dataset by a schema: a few scans over its Parquet file, in bounded memory. */
export async function validateTask(params: ValidateTaskParams, context: TaskContext): Promise<ValidateTaskResult> {
  const began = performance.now();
  const spill = join(context.folder, 'spill');
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: '2GB',
    temp_directory: spill,
    threads: String(cpus().length),
  });
  const connection = await instance.connect();
  const stop = () => connection.interrupt();
  context.signal.addEventListener('abort', stop, { once: true });
  try {
    const table = tableShape(`read_parquet(${literal(params.path)}, file_row_number = true)`, params.columns);
    const plans = planRules(params.document, table, params.environment);
    const tell = (done: number) =>
      context.progress({ stage: 'rules', done, total: plans.length, unit: 'steps', rate: null, etaMs: null });
    tell(0);
    const query = async (sql: string) =>
      (await connection.runAndReadAll(sql)).getRowsJS().map((row) => row.map(toCell));
    const { rows, outcomes } = await runRules(plans, table, query, tell);
    return { rows, outcomes, seconds: (performance.now() - began) / 1000 };
  } finally {
    context.signal.removeEventListener('abort', stop);
    connection.closeSync();
    instance.closeSync();
    await rm(spill, { recursive: true, force: true });
  }
}
