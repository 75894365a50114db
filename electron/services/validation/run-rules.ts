import type { Cell, ColumnType } from '../../../shared/contract/datasets.ts';
import type { Rule, RuleOutcome, SchemaDocument } from '../../../shared/contract/validation.ts';
import { quoteIdentifier } from '../../compute/frame/sql-text.ts';
import type { CompiledRule, TableShape } from '../../compute/rules/rule-kind.ts';
import { ruleKind } from '../../compute/rules/rule-kinds.ts';
import { ruleId } from './infer-schema.ts';

/** Runs SQL and answers rows of JSON-safe cells (64-bit integers as numbers where exact). */
export type Query = (sql: string) => Promise<readonly (readonly Cell[])[]>;

const FIRST_ROWS = 20;
/** Rules judged in one scan; more make the SQL slow to plan without saving reads ... */
const RULES_PER_SCAN = 64;
/** ... but on a wide table, whose list of columns every scan reads anew. */
const MOST_SCANS = 50;

/** A rule in force with what it compiled to; null where the table lacks a column of it. */
export interface PlannedRule {
  readonly rule: Rule;
  readonly description: string;
  readonly missingColumns: readonly string[];
  readonly compiled: CompiledRule | null;
}

/**
 * Rules that hold in the environment. Rules about a column the table lacks are dropped where the schema calls the
 * column optional; a required column without a rule of its own gets one, so that its absence is told.
 */
export function planRules(document: SchemaDocument, table: TableShape, environment: string | null): PlannedRule[] {
  const isAbsentByRight = new Set(
    document.columns
      .filter((column) => !column.isRequired && !table.types.has(column.name))
      .map((column) => column.name),
  );
  const inForce = document.rules.filter(
    (rule) =>
      (rule.environments.length === 0 || (environment !== null && rule.environments.includes(environment))) &&
      !(rule.column !== null && isAbsentByRight.has(rule.column)),
  );
  const ruled = new Set(inForce.map((rule) => rule.column));
  const unruled = document.columns
    .filter((column) => column.isRequired && !table.types.has(column.name) && !ruled.has(column.name))
    .map(
      (column): Rule => ({
        id: ruleId('type', column.name),
        kind: 'type',
        column: column.name,
        params: { type: column.type },
        severity: 'error',
        environments: [],
      }),
    );
  return [...inForce, ...unruled].map((rule) => {
    const read = ruleKind(rule.kind).read(rule);
    const missingColumns = read.columns.filter((column) => !table.types.has(column));
    return {
      rule,
      description: read.description,
      missingColumns,
      compiled: missingColumns.length === 0 ? read.compile(table) : null,
    };
  });
}

/** SQL that is true for rows failing this rule of the document; 'false' for rules about the whole table. */
export function failingPredicate(rule: Rule, table: TableShape): string {
  const compiled = ruleKind(rule.kind).read(rule).compile(table);
  return compiled.scope === 'table' ? 'false' : compiled.failing;
}

const outcome = (plan: PlannedRule, failed: number, rate: number): Omit<RuleOutcome, 'firstRows' | 'observed'> => ({
  rule: plan.rule.id,
  kind: plan.rule.kind,
  column: plan.rule.column,
  severity: plan.rule.severity,
  description: plan.description,
  failed,
  rate,
});

const countSql = (compiled: CompiledRule): string =>
  compiled.scope === 'table' ? compiled.aggregate : `count(*) FILTER (WHERE ${compiled.failing})`;

/**
 * Judges every rule over the relation. Row rules and aggregates share scans; rules that look at other rows run alone.
 * The relation must have a column `file_row_number` from 0.
 */
export async function runRules(
  plans: readonly PlannedRule[],
  table: TableShape,
  query: Query,
  onDone: (done: number) => void,
): Promise<{ rows: number; outcomes: RuleOutcome[] }> {
  const rows = Number((await query(`SELECT count(*) FROM ${table.relation}`))[0]?.[0] ?? 0);
  const counts = new Map<PlannedRule, Cell>();
  const shared = plans.filter((plan) => plan.compiled !== null && plan.compiled.scope !== 'rowset');
  const perScan = Math.max(RULES_PER_SCAN, Math.ceil(table.types.size / MOST_SCANS));
  for (let start = 0; start < shared.length; start += perScan) {
    const batch = shared.slice(start, start + perScan);
    const list = batch.map((plan) => (plan.compiled ? countSql(plan.compiled) : 'NULL')).join(', ');
    const answer = (await query(`SELECT ${list} FROM ${table.relation}`))[0] ?? [];
    for (const [index, plan] of batch.entries()) counts.set(plan, answer[index] ?? null);
    onDone(counts.size);
  }
  for (const plan of plans) {
    if (plan.compiled?.scope !== 'rowset') continue;
    const sql = `SELECT count(*) FROM (SELECT ${plan.compiled.failing} AS is_failing FROM ${table.relation}) WHERE is_failing`;
    counts.set(plan, (await query(sql))[0]?.[0] ?? null);
    onDone(counts.size);
  }
  const outcomes: RuleOutcome[] = [];
  for (const plan of plans) outcomes.push(await judge(plan, counts.get(plan) ?? null, rows, table, query));
  return { rows, outcomes };
}

async function judge(
  plan: PlannedRule,
  count: Cell,
  rows: number,
  table: TableShape,
  query: Query,
): Promise<RuleOutcome> {
  const { compiled } = plan;
  if (compiled === null) {
    const names = plan.missingColumns.join(', ');
    return { ...outcome(plan, rows, 1), firstRows: [], observed: `the table has no column ${names}` };
  }
  if (compiled.scope === 'table') {
    const verdict = compiled.judge(typeof count === 'boolean' ? Number(count) : count);
    return { ...outcome(plan, verdict.isOk ? 0 : 1, verdict.isOk ? 0 : 1), firstRows: [], observed: verdict.observed };
  }
  const failed = Number(count ?? 0);
  return {
    ...outcome(plan, failed, rows === 0 ? 0 : failed / rows),
    firstRows: failed === 0 ? [] : await firstRows(compiled, table, query),
    observed: null,
  };
}

async function firstRows(
  compiled: Exclude<CompiledRule, { scope: 'table' }>,
  table: TableShape,
  query: Query,
): Promise<RuleOutcome['firstRows']> {
  const shown = compiled.shows === null ? 'NULL' : quoteIdentifier(compiled.shows);
  const found = await query(
    `SELECT file_row_number + 1, value FROM (SELECT file_row_number, ${shown} AS value, ${compiled.failing} AS is_failing FROM ${table.relation}) ` +
      `WHERE is_failing ORDER BY file_row_number LIMIT ${FIRST_ROWS}`,
  );
  return found.map(([row, value]) => ({ row: Number(row), value: value ?? null }));
}

/** The shape of a table from its columns. */
export const tableShape = (relation: string, columns: readonly { name: string; type: ColumnType }[]): TableShape => ({
  relation,
  types: new Map(columns.map((column) => [column.name, column.type])),
});
