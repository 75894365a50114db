import type { Rule, SchemaDocument } from '../../../shared/contract/validation.ts';
import { messages } from '../../lib/messages/messages.ts';
import { ruleSummary } from './rule-summary.ts';

/** One line of the difference between two schemas. */
export interface SchemaChange {
  readonly kind: 'added' | 'removed' | 'changed';
  /** The rule or column it is about. */
  readonly subject: string;
  readonly before: string;
  readonly after: string;
}

const m = messages.datasets;
const severity = (rule: Rule): string => m.severities[rule.severity].toLowerCase();
const ruleText = (rule: Rule): string =>
  [ruleSummary(rule), severity(rule), rule.environments.join(', ')].filter((part) => part !== '').join('; ');
const columnText = ({ type, isRequired }: SchemaDocument['columns'][number]): string =>
  isRequired ? `${m.types[type]}, ${m.columnRequired.toLowerCase()}` : m.types[type];

function changesOf(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): readonly SchemaChange[] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((subject): SchemaChange[] => {
    const [was, is] = [before.get(subject), after.get(subject)];
    if (was === is) return [];
    return [
      {
        kind: was === undefined ? 'added' : is === undefined ? 'removed' : 'changed',
        subject,
        before: was ?? '',
        after: is ?? '',
      },
    ];
  });
}

const columnsOf = ({ columns }: SchemaDocument) => new Map(columns.map((column) => [column.name, columnText(column)]));
const rulesOf = ({ rules }: SchemaDocument) => new Map(rules.map((rule) => [rule.id, ruleText(rule)]));

/** What one schema says that the other does not: columns first, then rules. */
export const schemaDifference = (before: SchemaDocument, after: SchemaDocument): readonly SchemaChange[] => [
  ...changesOf(columnsOf(before), columnsOf(after)),
  ...changesOf(rulesOf(before), rulesOf(after)),
];
