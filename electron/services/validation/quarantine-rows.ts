import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Column, ColumnProfile } from '../../../shared/contract/datasets.ts';
import { type DuckDb, quoteIdentifier, quoteLiteral } from '../../compute/frame/duckdb.ts';
import { profileColumns } from '../../compute/profile/profile-columns.ts';
import type { TableShape } from '../../compute/rules/rule-kind.ts';
import { hashFile } from '../../store/artifact-store.ts';
import type { PlannedRule } from './run-rules.ts';

/** Rows without those that fail, and the failing ones beside them. */
export interface KeptRows {
  readonly dataPath: string;
  readonly hash: string;
  readonly sizeBytes: number;
  readonly rows: number;
  readonly profile: ColumnProfile[];
  readonly quarantinePath: string;
  readonly quarantined: number;
}

const FAILING = 'failing_rows';

interface Quarantine {
  readonly database: DuckDb;
  readonly plans: readonly PlannedRule[];
  readonly table: TableShape;
  readonly columns: readonly Column[];
  readonly folder: string;
}

/**
 * Parts the rows that fail a rule of severity error from the others. The quarantine has one line a row: its number, the
 * first rule it fails with that rule's column and value, what all failed rules ask for, and the row as JSON. Rules about
 * the whole table and warnings move nothing. Answers null where no row fails.
 */
export async function quarantineRows({
  database,
  plans,
  table,
  columns,
  folder,
}: Quarantine): Promise<KeptRows | null> {
  const rules = plans.flatMap(({ rule, description, compiled }) =>
    compiled === null || compiled.scope === 'table' || rule.severity !== 'error'
      ? []
      : [{ id: rule.id, column: rule.column, shows: compiled.shows, description, failing: compiled.failing }],
  );
  if (rules.length === 0) return null;
  await database.run(
    `CREATE TEMP TABLE ${FAILING} AS SELECT * FROM (SELECT file_row_number AS failing_row, [${rules.map(({ failing }) => `(${failing})`).join(', ')}] AS fails FROM ${table.relation}) WHERE list_contains(fails, true)`,
  );
  const [counted] = await database.rows(`SELECT count(*) FROM ${FAILING}`);
  const quarantined = Number(counted?.[0] ?? 0);
  if (quarantined === 0) return null;

  const first = 'list_position(fails, true)';
  const textOf = (value: string | null): string => (value === null ? 'NULL' : quoteLiteral(value));
  const of = (pick: (rule: (typeof rules)[number]) => string): string =>
    `CASE ${first} ${rules.map((rule, index) => `WHEN ${index + 1} THEN ${pick(rule)}`).join(' ')} END`;
  const reasons = rules.map(
    ({ description }, index) => `CASE WHEN fails[${index + 1}] THEN ${textOf(description)} END`,
  );
  const names = columns.map(({ name }) => quoteIdentifier(name));
  const joined = `FROM ${table.relation} JOIN ${FAILING} ON file_row_number = failing_row`;
  const quarantinePath = join(folder, 'quarantine.parquet');
  await database.writeParquet(
    `SELECT failing_row + 1 AS "row", NULL::BIGINT AS line, ${of(({ id }) => textOf(id))}::VARCHAR AS rule,
       ${of(({ shows, column }) => textOf(shows ?? column))}::VARCHAR AS "column",
       ${of(({ shows }) => (shows === null ? 'NULL' : `${quoteIdentifier(shows)}::VARCHAR`))}::VARCHAR AS value,
       concat_ws('; ', ${reasons.join(', ')}) AS reason,
       to_json(struct_pack(${names.map((name) => `${name} := ${name}`).join(', ')}))::VARCHAR AS text
     ${joined} ORDER BY failing_row`,
    quarantinePath,
  );
  const dataPath = join(folder, 'kept.parquet');
  const rows = await database.writeParquet(
    `SELECT ${names.join(', ')} FROM ${table.relation} ANTI JOIN ${FAILING} ON file_row_number = failing_row`,
    dataPath,
  );
  return {
    dataPath,
    hash: await hashFile(dataPath),
    sizeBytes: (await stat(dataPath)).size,
    rows,
    profile: await profileColumns(database, dataPath, columns, () => undefined),
    quarantinePath,
    quarantined,
  };
}
