import { join } from 'node:path';
import type { Column } from '../../../shared/contract/datasets.ts';
import type { RuleOutcome, SchemaDocument } from '../../../shared/contract/validation.ts';
import { toCell } from '../../compute/frame/cell.ts';
import { DuckDb, quoteLiteral } from '../../compute/frame/duckdb.ts';
import type { TaskContext } from '../../jobs/task.ts';
import { type KeptRows, quarantineRows } from './quarantine-rows.ts';
import { planRules, runRules, tableShape } from './run-rules.ts';

export interface ValidateTaskParams {
  /** The dataset's Parquet file. */
  readonly path: string;
  /** Id of the dataset version, handed back with the result. */
  readonly versionId: string;
  readonly columns: readonly Column[];
  readonly document: SchemaDocument;
  readonly environment: string | null;
  /** Whether rows that fail a rule of severity error are parted from the others. */
  readonly quarantine: boolean;
}

export interface ValidateTaskResult {
  readonly rows: number;
  readonly seconds: number;
  readonly outcomes: RuleOutcome[];
  readonly versionId: string;
  /** Null when it was not asked for or no row fails. */
  readonly kept: KeptRows | null;
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
  const kept = params.quarantine
    ? await quarantineRows({ database, plans, table, columns: params.columns, folder: context.folder })
    : null;
  return { rows, outcomes, versionId: params.versionId, kept, seconds: (performance.now() - began) / 1000 };
}
