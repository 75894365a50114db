import { Button, Group, Stack, Table, Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { DatasetVersion } from '../../../shared/contract/datasets.ts';
import { versionReference } from '../../../shared/ids.ts';
import { EmptyState } from '../../components/EmptyState.tsx';
import { ErrorPanel } from '../../components/ErrorPanel.tsx';
import { LateSkeleton } from '../../components/LateSkeleton.tsx';
import { queries } from '../../lib/api.ts';
import { formatCount, NOT_AVAILABLE } from '../../lib/format.ts';
import { messages } from '../../lib/messages/messages.ts';

interface QuarantineTableProps {
  readonly dataset: DatasetVersion;
}

const m = messages.datasets;
const PAGE = 100;

/** The rows the import could not read, each with its place, its value and the reason. */
export function QuarantineTable({ dataset }: QuarantineTableProps) {
  const [offset, setOffset] = useState(0);
  const quarantine = useQuery(
    queries.datasets.quarantine.queryOptions({
      input: { dataset: versionReference(dataset), offset, limit: PAGE },
      placeholderData: keepPreviousData,
    }),
  );
  if (quarantine.error) return <ErrorPanel error={quarantine.error} onRetry={() => quarantine.refetch()} />;
  if (quarantine.data === undefined) return <LateSkeleton lines={12} />;
  const { total, rows } = quarantine.data;
  if (total === 0) return <EmptyState title={m.quarantineEmptyTitle} text={m.quarantineEmptyText} />;
  return (
    <Stack gap="xs">
      <Table.ScrollContainer minWidth={720}>
        <Table className="tabular" aria-label={m.rowsQuarantine(formatCount(total))} highlightOnHover>
          <Table.Thead>
            <Table.Tr>
              <Table.Th className="num">{m.quarantineLine}</Table.Th>
              <Table.Th className="num">{m.quarantineRow}</Table.Th>
              <Table.Th>{m.quarantineColumn}</Table.Th>
              <Table.Th>{m.quarantineValue}</Table.Th>
              <Table.Th>{m.quarantineReason}</Table.Th>
              <Table.Th>{m.quarantineText}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row, index) => (
              <Table.Tr key={`${String(offset + index)}`}>
                <Table.Td className="num">{formatCount(row.line)}</Table.Td>
                <Table.Td className="num">{row.row === 0 ? NOT_AVAILABLE : formatCount(row.row)}</Table.Td>
                <Table.Td>{row.column ?? ''}</Table.Td>
                <Table.Td className="mono" maw={200}>
                  <div className="clip" title={row.value ?? ''}>
                    {row.value ?? ''}
                  </div>
                </Table.Td>
                <Table.Td>{row.reason}</Table.Td>
                <Table.Td className="mono" maw={420}>
                  <div className="clip" title={row.text ?? ''}>
                    {row.text ?? ''}
                  </div>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {total > PAGE && (
        <Group gap="sm">
          <Button
            size="xs"
            variant="default"
            disabled={offset === 0}
            onClick={() => setOffset(Math.max(0, offset - PAGE))}
          >
            {m.quarantinePrevious}
          </Button>
          <Button
            size="xs"
            variant="default"
            disabled={offset + PAGE >= total}
            onClick={() => setOffset(offset + PAGE)}
          >
            {m.quarantineNext}
          </Button>
          <Text size="sm" c="dimmed" className="tabular">
            {m.quarantineShown(
              formatCount(offset + 1),
              formatCount(Math.min(total, offset + PAGE)),
              formatCount(total),
            )}
          </Text>
        </Group>
      )}
    </Stack>
  );
}
