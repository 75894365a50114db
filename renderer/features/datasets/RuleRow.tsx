import { ActionIcon, Group, NativeSelect, Table, Text, UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronRight, IconPencil, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import type { DatasetVersion } from '../../../shared/contract/datasets.ts';
import type { Rule, RuleKindInfo, RuleOutcome, Severity } from '../../../shared/contract/validation.ts';
import { messages } from '../../lib/messages/messages.ts';
import { FailingRows } from './FailingRows.tsx';
import { FailureBar } from './FailureBar.tsx';
import { ruleSummary } from './rule-summary.ts';

interface RuleRowProps {
  readonly dataset: DatasetVersion;
  readonly rule: Rule;
  readonly kind: RuleKindInfo | undefined;
  readonly outcome: RuleOutcome | undefined;
  readonly mostFailed: number;
  readonly onEdit: () => void;
  readonly onSeverity: (severity: Severity) => void;
  readonly onRemove: () => void;
}

const m = messages.datasets;
const severities = (['error', 'warning'] as const).map((value) => ({ value, label: m.severities[value] }));

/** One rule; when rows fail it, the first of them open below. */
export function RuleRow({ dataset, rule, kind, outcome, mostFailed, onEdit, onSeverity, onRemove }: RuleRowProps) {
  const [isOpen, setOpen] = useState(false);
  const hasDetails =
    outcome !== undefined && outcome.failed > 0 && (outcome.firstRows.length > 0 || outcome.observed !== null);
  const Chevron = isOpen ? IconChevronDown : IconChevronRight;
  const text = outcome?.description ?? [kind?.label ?? rule.kind, ruleSummary(rule)].filter(Boolean).join(': ');
  return (
    <>
      <Table.Tr>
        <Table.Td>
          {hasDetails ? (
            <UnstyledButton aria-expanded={isOpen} onClick={() => setOpen(!isOpen)} fz="sm">
              <Group gap={4} wrap="nowrap">
                <Chevron size={14} aria-hidden />
                {text}
              </Group>
            </UnstyledButton>
          ) : (
            <Text size="sm" pl={18}>
              {text}
            </Text>
          )}
        </Table.Td>
        <Table.Td className="mono">
          {rule.column ?? (
            <Text size="xs" c="dimmed" className="nowrap">
              {m.ruleWholeTable}
            </Text>
          )}
        </Table.Td>
        <Table.Td className="nowrap">{kind?.label ?? rule.kind}</Table.Td>
        <Table.Td>
          <NativeSelect
            size="xs"
            variant={rule.severity === 'error' ? 'default' : 'unstyled'}
            aria-label={m.severityOf(rule.id)}
            data={severities}
            value={rule.severity}
            onChange={(event) => onSeverity(event.currentTarget.value === 'warning' ? 'warning' : 'error')}
          />
        </Table.Td>
        <Table.Td>
          <FailureBar outcome={outcome} mostFailed={mostFailed} />
        </Table.Td>
        <Table.Td>
          <Group gap={2} wrap="nowrap" justify="flex-end">
            <ActionIcon
              size="sm"
              variant="subtle"
              color="gray"
              aria-label={m.ruleEdit(rule.id)}
              title={m.ruleEdit(rule.id)}
              onClick={onEdit}
            >
              <IconPencil size={15} aria-hidden />
            </ActionIcon>
            <ActionIcon
              size="sm"
              variant="subtle"
              color="gray"
              aria-label={m.ruleRemove(rule.id)}
              title={m.ruleRemove(rule.id)}
              onClick={onRemove}
            >
              <IconTrash size={15} aria-hidden />
            </ActionIcon>
          </Group>
        </Table.Td>
      </Table.Tr>
      {isOpen && outcome && (
        <Table.Tr>
          <Table.Td colSpan={6}>
            <FailingRows dataset={dataset} outcome={outcome} />
          </Table.Td>
        </Table.Tr>
      )}
    </>
  );
}
