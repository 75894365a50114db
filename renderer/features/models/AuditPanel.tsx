import { Code, Group, Paper, Skeleton, Table, Text, Title } from '@mantine/core';
import { IconLink, IconUnlink } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { ErrorPanel } from '../../components/ErrorPanel.tsx';
import { queries } from '../../lib/api.ts';
import { formatDateTime } from '../../lib/format.ts';
import { modelsMessages } from './messages.ts';

interface AuditPanelProps {
  /** The model version by reference. */
  readonly subject: string;
}

/** What the audit log says of one version, and whether its chain of hashes holds. */
export function AuditPanel({ subject }: AuditPanelProps) {
  const audit = useQuery(queries.models.audit.queryOptions({ input: { subject } }));
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="audit-title">
      <Title order={3} size="h5" id="audit-title" mb="xs">
        {modelsMessages.auditTitle}
      </Title>
      {audit.isPending && <Skeleton h={80} />}
      {audit.error && <ErrorPanel error={audit.error} onRetry={() => audit.refetch()} />}
      {audit.data && (
        <>
          <Group gap={6} mb="xs">
            {audit.data.isChainIntact ? <IconLink size={14} aria-hidden /> : <IconUnlink size={14} aria-hidden />}
            <Text size="xs" c={audit.data.isChainIntact ? 'dimmed' : 'red'}>
              {audit.data.isChainIntact ? modelsMessages.auditIntact : modelsMessages.auditBroken}
            </Text>
          </Group>
          {audit.data.entries.length === 0 ? (
            <Text size="sm" c="dimmed">
              {modelsMessages.auditEmpty}
            </Text>
          ) : (
            <Table>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{modelsMessages.auditAt}</Table.Th>
                  <Table.Th>{modelsMessages.auditActor}</Table.Th>
                  <Table.Th>{modelsMessages.auditEvent}</Table.Th>
                  <Table.Th>{modelsMessages.auditDetails}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {audit.data.entries.map((entry) => (
                  <Table.Tr key={entry.sequence}>
                    <Table.Td className="tabular">{formatDateTime(entry.at)}</Table.Td>
                    <Table.Td>{entry.actor}</Table.Td>
                    <Table.Td>{entry.event}</Table.Td>
                    <Table.Td>
                      <Code className="breakable">{JSON.stringify(entry.details)}</Code>
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          )}
        </>
      )}
    </Paper>
  );
}
