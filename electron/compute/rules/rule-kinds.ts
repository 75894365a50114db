import type { Rule } from '../../../shared/contract/validation.ts';
import { AppError } from '../../../shared/errors.ts';
import { distinctCountRule, meanRule, quantileRule, rowCountRule, standardDeviationRule } from './aggregate-rules.ts';
import { lengthRule } from './length-rule.ts';
import { presenceRule } from './presence-rule.ts';
import { rangeRule } from './range-rule.ts';
import { regexRule } from './regex-rule.ts';
import { compareRule, dateOrderRule, freshnessRule, sequenceRule } from './relation-rules.ts';
import type { CompiledRule, RuleKind, TableShape } from './rule-kind.ts';
import { setRule } from './set-rule.ts';
import { typeRule } from './type-rule.ts';
import { uniquenessRule } from './uniqueness-rule.ts';

/** A rule kind with its parameter type closed over, so that kinds of every shape can stand in one list. */
export interface ListedRuleKind extends Omit<RuleKind<unknown>, 'describe' | 'columnsOf' | 'compile' | 'params'> {
  /** Checks the parameters and answers what the rule says and how it is judged; throws INVALID_ARGUMENT. */
  read(rule: Pick<Rule, 'id' | 'column' | 'params'>): {
    readonly description: string;
    readonly columns: readonly string[];
    compile(table: TableShape): CompiledRule;
  };
}

function listed<Params>(kind: RuleKind<Params>): ListedRuleKind {
  const { kind: name, label, description, appliesTo, needsColumn, fields } = kind;
  return {
    kind: name,
    label,
    description,
    appliesTo,
    needsColumn,
    fields,
    read(rule) {
      if (needsColumn && rule.column === null) {
        throw new AppError('INVALID_ARGUMENT', { message: `Rule ${rule.id}: a ${name} rule needs a column.` });
      }
      const parsed = kind.params.safeParse(rule.params);
      if (!parsed.success) {
        const problem = parsed.error.issues
          .map((issue) => `${issue.path.join('.') || 'parameters'} ${issue.message}`)
          .join('; ');
        throw new AppError('INVALID_ARGUMENT', {
          message: `Rule ${rule.id}: ${problem}.`,
          remedy: `A ${name} rule takes: ${fields.map((field) => field.name).join(', ')}.`,
          details: { rule: rule.id, params: rule.params },
        });
      }
      const target = { column: rule.column ?? '', params: parsed.data };
      return {
        description: kind.describe(target),
        columns: kind.columnsOf(target),
        compile: (table) => kind.compile(target, table),
      };
    },
  };
}

/** Every kind of rule. A new kind is a file beside this one and a line here. */
export const RULE_KINDS: readonly ListedRuleKind[] = [
  listed(typeRule),
  listed(presenceRule),
  listed(rangeRule),
  listed(setRule),
  listed(regexRule),
  listed(lengthRule),
  listed(uniquenessRule),
  listed(rowCountRule),
  listed(distinctCountRule),
  listed(meanRule),
  listed(standardDeviationRule),
  listed(quantileRule),
  listed(dateOrderRule),
  listed(compareRule),
  listed(sequenceRule),
  listed(freshnessRule),
];

/** The kind of that name; an unknown one is an INVALID_ARGUMENT that lists the kinds there are. */
export function ruleKind(name: string): ListedRuleKind {
  const found = RULE_KINDS.find((kind) => kind.kind === name);
  if (found) return found;
  throw new AppError('INVALID_ARGUMENT', {
    message: `There is no rule of kind "${name}".`,
    remedy: `Kinds: ${RULE_KINDS.map((kind) => kind.kind).join(', ')}.`,
  });
}
