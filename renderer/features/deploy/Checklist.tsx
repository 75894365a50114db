import { Group, Table, Text, ThemeIcon } from '@mantine/core';
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import type { VerificationReport } from '../../../shared/contract/bundles.ts';
import { formatCount, formatDateTime, formatDuration } from '../../lib/format.ts';
import { deployMessages } from './messages.ts';

interface ChecklistProps {
  readonly report: VerificationReport;
}

/** Every check of a verification with what was found and how long it took; failed ones first. */
export function Checklist({ report }: ChecklistProps) {
  const failed = report.checks.filter((check) => !check.isOk);
  const seconds = report.checks.reduce((sum, check) => sum + check.seconds, 0);
  const sorted = [...failed, ...report.checks.filter((check) => check.isOk)];
  return (
    <>
      <Group justify="space-between">
        <Text size="sm" fw={600}>
          {failed.length === 0
            ? deployMessages.checksAllOk(formatCount(report.checks.length), formatDuration(seconds * 1000))
            : deployMessages.checksFailed(formatCount(failed.length), formatCount(report.checks.length))}
        </Text>
        <Text size="xs" c="dimmed" className="tabular">
          {formatDateTime(report.at)}
        </Text>
      </Group>
      <Table.ScrollContainer minWidth={520}>
        <Table verticalSpacing={4}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{deployMessages.checkName}</Table.Th>
              <Table.Th>{deployMessages.checkFound}</Table.Th>
              <Table.Th ta="right">{deployMessages.checkTime}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {sorted.map((check) => (
              <Table.Tr key={check.name}>
                <Table.Td>
                  <Group gap="xs" wrap="nowrap">
                    <ThemeIcon
                      size="sm"
                      variant={check.isOk ? 'default' : 'light'}
                      {...(check.isOk ? {} : { color: 'red' })}
                      role="img"
                      aria-label={check.isOk ? deployMessages.passed : deployMessages.failed}
                    >
                      {check.isOk ? <IconCheck size={12} /> : <IconAlertTriangle size={12} />}
                    </ThemeIcon>
                    {check.name}
                  </Group>
                </Table.Td>
                <Table.Td>{check.detail}</Table.Td>
                <Table.Td ta="right" className="tabular" style={{ whiteSpace: 'nowrap' }}>
                  {formatDuration(check.seconds * 1000)}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </>
  );
}
