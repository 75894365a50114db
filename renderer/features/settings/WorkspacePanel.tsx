import { Anchor, Button, CopyButton, Group, Paper, Table, Text, Title } from '@mantine/core';
import { IconCopy, IconFolderOpen } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { ErrorPanel } from '../../components/ErrorPanel.tsx';
import { LateSkeleton } from '../../components/LateSkeleton.tsx';
import { queries } from '../../lib/api.ts';
import { formatBytes, formatCount, formatDateTime } from '../../lib/format.ts';
import { host } from '../../lib/host.ts';
import { messages } from '../../lib/messages/messages.ts';

const m = messages.settings;

interface FactProps {
  readonly label: string;
  readonly children: ReactNode;
}

function Fact({ label, children }: FactProps) {
  return (
    <Table.Tr>
      <Table.Th scope="row" w={170} fw={500} c="dimmed">
        {label}
      </Table.Th>
      <Table.Td>{children}</Table.Td>
    </Table.Tr>
  );
}

/** Where everything is kept, and how much of it there is. */
export function WorkspacePanel() {
  const workspace = useQuery(queries.system.workspace.queryOptions());
  const { reveal } = host();
  const { data } = workspace;
  return (
    <Paper withBorder p="md" h="100%" component="section" aria-labelledby="workspace-title">
      <Title order={2} size="h5" id="workspace-title" mb="xs">
        {m.workspaceTitle}
      </Title>
      {workspace.error && <ErrorPanel error={workspace.error} onRetry={() => workspace.refetch()} />}
      {workspace.isPending && <LateSkeleton lines={6} />}
      {data && (
        <Table className="tabular">
          <Table.Tbody>
            <Fact label={m.path}>
              <Group gap="xs">
                <Text size="sm" className="mono" style={{ overflowWrap: 'anywhere' }}>
                  {data.path}
                </Text>
                <CopyButton value={data.path}>
                  {({ copied, copy }) => (
                    <Button
                      size="compact-xs"
                      variant="default"
                      leftSection={<IconCopy size={12} aria-hidden />}
                      onClick={copy}
                    >
                      {copied ? m.copied : m.copyPath}
                    </Button>
                  )}
                </CopyButton>
                {reveal !== undefined && (
                  <Button
                    size="compact-xs"
                    variant="default"
                    leftSection={<IconFolderOpen size={12} aria-hidden />}
                    onClick={() => void reveal(data.path)}
                  >
                    {m.reveal}
                  </Button>
                )}
              </Group>
            </Fact>
            <Fact label={m.holds}>
              {[
                m.holdsDatasets(formatCount(data.datasets)),
                m.holdsModels(formatCount(data.models)),
                m.holdsBundles(formatCount(data.bundles)),
              ].join(', ')}
            </Fact>
            <Fact label={m.size}>{formatBytes(data.sizeBytes)}</Fact>
            <Fact label={m.provider}>{data.provider.toUpperCase()}</Fact>
            <Fact label={m.interrupted}>
              {data.interrupted === 0 ? (
                '0'
              ) : (
                <Anchor component={Link} to="/jobs" size="sm">
                  {formatCount(data.interrupted)}
                </Anchor>
              )}
            </Fact>
            <Fact label={m.version}>{data.version}</Fact>
            <Fact label={m.since}>{formatDateTime(data.startedAt)}</Fact>
          </Table.Tbody>
        </Table>
      )}
    </Paper>
  );
}
