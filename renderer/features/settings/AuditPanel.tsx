import { Alert, Button, Group, Paper, ScrollArea, Table, Text, Title } from '@mantine/core';
import { IconLink, IconLinkOff, IconShieldCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { ErrorPanel } from '../../components/ErrorPanel.tsx';
import { LateSkeleton } from '../../components/LateSkeleton.tsx';
import { queries } from '../../lib/api.ts';
import { formatCount, formatDateTime } from '../../lib/format.ts';
import { messages } from '../../lib/messages/messages.ts';

const m = messages.settings;
const MOST = 200;

/** The audit log, and whether its chain of hashes is whole. */
export function AuditPanel() {
  const audit = useQuery(queries.models.audit.queryOptions({ input: { limit: MOST } }));
  const { data } = audit;
  return (
    <Paper withBorder p="md" component="section" id="audit" aria-labelledby="audit-title">
      <Group justify="space-between" align="flex-start" mb="xs">
        <div>
          <Title order={2} size="h5" id="audit-title">
            {m.auditTitle}
          </Title>
          <Text size="sm" c="dimmed">
            {m.auditText}
          </Text>
        </div>
        <Button
          size="xs"
          variant="default"
          loading={audit.isFetching}
          leftSection={<IconShieldCheck size={14} aria-hidden />}
          onClick={() => audit.refetch()}
        >
          {m.auditVerify}
        </Button>
      </Group>
      {audit.error && <ErrorPanel error={audit.error} onRetry={() => audit.refetch()} />}
      {audit.isPending && <LateSkeleton lines={6} />}
      {data && (
        <Alert
          mb="xs"
          variant="light"
          color={data.isChainIntact ? 'gray' : 'red'}
          icon={data.isChainIntact ? <IconLink size={18} aria-hidden /> : <IconLinkOff size={18} aria-hidden />}
          title={data.isChainIntact ? m.auditIntact : m.auditBroken}
          p="xs"
        />
      )}
      {data?.entries.length === 0 && (
        <Text size="sm" c="dimmed">
          {m.auditEmpty}
        </Text>
      )}
      {data && data.entries.length > 0 && (
        <ScrollArea.Autosize
          mah={420}
          viewportProps={{ tabIndex: 0, 'aria-label': m.auditShown(formatCount(data.entries.length)) }}
        >
          <Table className="tabular" aria-label={m.auditShown(formatCount(data.entries.length))} stickyHeader>
            <Table.Thead>
              <Table.Tr>
                <Table.Th className="num">{m.auditColumns.sequence}</Table.Th>
                <Table.Th>{m.auditColumns.at}</Table.Th>
                <Table.Th>{m.auditColumns.actor}</Table.Th>
                <Table.Th>{m.auditColumns.event}</Table.Th>
                <Table.Th>{m.auditColumns.subject}</Table.Th>
                <Table.Th>{m.auditColumns.hash}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {data.entries
                .toSorted((a, b) => b.sequence - a.sequence)
                .map((entry) => (
                  <Table.Tr key={entry.sequence}>
                    <Table.Td className="num">{entry.sequence}</Table.Td>
                    <Table.Td className="nowrap">{formatDateTime(entry.at)}</Table.Td>
                    <Table.Td>{entry.actor}</Table.Td>
                    <Table.Td>{entry.event}</Table.Td>
                    <Table.Td style={{ overflowWrap: 'anywhere' }}>{entry.subject}</Table.Td>
                    <Table.Td className="mono" title={entry.hash}>
                      {entry.hash.slice(0, 12)}
                    </Table.Td>
                  </Table.Tr>
                ))}
            </Table.Tbody>
          </Table>
        </ScrollArea.Autosize>
      )}
    </Paper>
  );
}
