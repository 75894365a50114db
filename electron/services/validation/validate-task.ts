import { join } from 'node:path';
import type { ColumnType } from '../../../shared/contract/datasets.ts';
import type { RuleOutcome, SchemaDocument } from '../../../shared/contract/validation.ts';
import { toCell } from '../../compute/frame/cell.ts';
import { DuckDb, quoteLiteral } from '../../compute/frame/duckdb.ts';
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

/** Judges a dataset by a schema: a few scans over its Parquet file, in bounded memory. */
export async function validateTask(params: ValidateTaskParams, context: TaskContext): Promise<ValidateTaskResult> {
  const began = performance.now();
  await using database = await DuckDb.open({ spillFolder: join(context.folder, 'spill'), signal: context.signal });
  const table = tableShape(`read_parquet(${quoteLiteral(params.path)}, file_row_number = true)`, params.columns);
  const plans = planRules(params.document, table, params.environment);
  const tell = (done: number) =>
    context.progress({ stage: 'rules', done, total: plans.length, unit: 'steps', rate: null, etaMs: null });
  tell(0);
  const query = async (sql: string) => (await database.rows(sql)).map((row) => row.map(toCell));
  const { rows, outcomes } = await runRules(plans, table, query, tell);
  return { rows, outcomes, seconds: (performance.now() - began) / 1000 };
}
