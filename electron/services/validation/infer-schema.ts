import type { ColumnProfile, DatasetProfile } from '../../../shared/contract/datasets.ts';
import type { Rule, SchemaDocument } from '../../../shared/contract/validation.ts';

/** Text with at most this many distinct values, each seen this often on average, is taken for a closed set. */
const LARGEST_SET = 60;
const FEWEST_ROWS_PER_VALUE = 20;
/** Top values kept by a profile may not be all; a set is only inferred when every distinct value is known. */
const isClosedSet = (column: ColumnProfile, filled: number): boolean =>
  column.type === 'text' &&
  column.topValues !== null &&
  column.distinct > 0 &&
  column.topValues.length >= column.distinct &&
  column.distinct <= LARGEST_SET &&
  filled / column.distinct >= FEWEST_ROWS_PER_VALUE;

type NewRule = Omit<Rule, 'id' | 'environments'>;

function rulesOf(column: ColumnProfile): NewRule[] {
  const rules: NewRule[] = [{ kind: 'type', column: column.name, params: { type: column.type }, severity: 'error' }];
  const filled = column.rows - column.missing;
  if (column.rows > 0 && column.missing === 0) {
    rules.push({ kind: 'presence', column: column.name, params: {}, severity: 'error' });
  } else if (filled > 0) {
    // Half the share seen: a delivery that loses many more values than the reference is worth a word, no more.
    const minimumShare = Math.floor((filled / column.rows) * 50) / 100;
    if (minimumShare > 0)
      rules.push({ kind: 'presence', column: column.name, params: { minimumShare }, severity: 'warning' });
  }
  if (isClosedSet(column, filled) && column.topValues) {
    const values = column.topValues.map((top) => String(top.value)).sort();
    rules.push({ kind: 'set', column: column.name, params: { values }, severity: 'warning' });
  }
  if (column.type === 'integer' || column.type === 'number') {
    if (typeof column.min === 'number' && column.min >= 0 && filled > 0) {
      rules.push({ kind: 'range', column: column.name, params: { minimum: 0 }, severity: 'warning' });
    }
  }
  if (column.role === 'id' && column.isDistinctExact && filled > 1 && column.distinct === filled) {
    rules.push({ kind: 'uniqueness', column: column.name, params: {}, severity: 'error' });
  }
  return rules;
}

/**
 * The schema that the data seem to follow: a type for each column, presence where nothing is missing, closed sets of
 * words, no negative numbers where there were none, unique ids, at least one row. Guesses that fresh data may break
 * for good reasons are warnings.
 */
export function inferSchema(profile: DatasetProfile): SchemaDocument {
  const rules: NewRule[] = [
    { kind: 'rowCount', column: null, params: { minimum: 1 }, severity: 'error' },
    ...profile.columns.flatMap(rulesOf),
  ];
  return {
    formatVersion: 1,
    columns: profile.columns.map((column) => ({
      name: column.name,
      type: column.type,
      isRequired: column.role !== 'ignored',
    })),
    rules: rules.map((rule) => ({ ...rule, id: ruleId(rule.kind, rule.column), environments: [] })),
  };
}

/** The id a rule gets when nobody names it: "range(age)", "rowCount". */
export const ruleId = (kind: string, column: string | null): string => (column === null ? kind : `${kind}(${column})`);
