import { Button, Group, Select, Table, Text, Title, VisuallyHidden } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import type { DatasetVersion } from '../../../shared/contract/datasets.ts';
import type { Rule, RuleKindInfo, Severity, ValidationReport } from '../../../shared/contract/validation.ts';
import { MoreButton } from '../../components/MoreButton.tsx';
import { useMore } from '../../components/use-more.ts';
import { messages } from '../../lib/messages/messages.ts';
import { RuleRow } from './RuleRow.tsx';

interface RulesTableProps {
  readonly dataset: DatasetVersion;
  readonly rules: readonly Rule[];
  readonly kinds: readonly RuleKindInfo[];
  readonly report: ValidationReport | undefined;
  readonly onEdit: (rule: Rule | 'new') => void;
  readonly onSeverity: (id: string, severity: Severity) => void;
  readonly onRemove: (id: string) => void;
}

const m = messages.datasets;
const STEP = 100;

/** The rules, those that fail first, each with how many rows fail it. */
export function RulesTable({ dataset, rules, kinds, report, onEdit, onSeverity, onRemove }: RulesTableProps) {
  const [column, setColumn] = useState<string | null>(null);
  const outcomes = new Map((report?.rules ?? []).map((outcome) => [outcome.rule, outcome]));
  const failed = (rule: Rule): number => outcomes.get(rule.id)?.failed ?? 0;
  const mostFailed = Math.max(1, ...rules.map(failed));
  const found = rules
    .filter((rule) => column === null || rule.column === column)
    .toSorted((a, b) => failed(b) - failed(a));
  const { shown, rest, showMore } = useMore(found, STEP);
  const columns = [...new Set(rules.flatMap((rule) => (rule.column === null ? [] : [rule.column])))];
  return (
    <section aria-labelledby="rules-title">
      <Group justify="space-between" mb={4}>
        <Group gap="sm" align="baseline">
          <Title order={2} size="h5" id="rules-title">
            {m.rulesTitle}
          </Title>
          <Text size="sm" c="dimmed">
            {m.rulesCount(rules.length)}
          </Text>
        </Group>
        <Group gap="xs">
          {columns.length > 1 && (
            <Select
              size="xs"
              w={200}
              aria-label={m.ruleColumn}
              placeholder={m.everyColumn}
              clearable
              searchable
              limit={100}
              data={columns}
              value={column}
              onChange={setColumn}
            />
          )}
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPlus size={14} aria-hidden />}
            onClick={() => onEdit('new')}
          >
            {m.ruleAdd}
          </Button>
        </Group>
      </Group>
      {rules.length === 0 ? (
        <Text size="sm" c="dimmed">
          {m.rulesNone}
        </Text>
      ) : (
        <Table.ScrollContainer minWidth={720}>
          <Table className="tabular" aria-labelledby="rules-title" highlightOnHover>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{m.ruleDescription}</Table.Th>
                <Table.Th>{m.ruleColumn}</Table.Th>
                <Table.Th>{m.ruleKind}</Table.Th>
                <Table.Th w={120}>{m.ruleSeverity}</Table.Th>
                <Table.Th w={230}>{m.ruleFailures}</Table.Th>
                <Table.Th w={84}>
                  <VisuallyHidden>{m.ruleActions}</VisuallyHidden>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {shown.map((rule) => (
                <RuleRow
                  key={rule.id}
                  dataset={dataset}
                  rule={rule}
                  kind={kinds.find((kind) => kind.kind === rule.kind)}
                  outcome={outcomes.get(rule.id)}
                  mostFailed={mostFailed}
                  onEdit={() => onEdit(rule)}
                  onSeverity={(severity) => onSeverity(rule.id, severity)}
                  onRemove={() => onRemove(rule.id)}
                />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      <MoreButton rest={rest} onMore={showMore} />
    </section>
  );
}
