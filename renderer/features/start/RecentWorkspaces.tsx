import { Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { queries } from '../../lib/api.ts';
import { formatDateTime } from '../../lib/format.ts';
import { messages } from '../../lib/messages/messages.ts';

const m = messages.start;
const SHOWN = 6;

/** The workspaces that were open lately, the one in use first. */
export function RecentWorkspaces() {
  const recent = useQuery(queries.system.recentWorkspaces.queryOptions());
  const current = useQuery(queries.system.workspace.queryOptions());
  if (recent.data === undefined || recent.data.length === 0) return null;
  const here = current.data?.path;
  const shown = recent.data.toSorted((a, b) => Number(b.path === here) - Number(a.path === here)).slice(0, SHOWN);
  return (
    <section aria-labelledby="recent-title">
      <Title order={2} size="h5" id="recent-title" mb="xs">
        {m.recentTitle}
      </Title>
      <Stack gap={4} component="ul" className="plain-list">
        {shown.map(({ path, openedAt }) => (
          <Group key={path} component="li" justify="space-between" wrap="nowrap" gap="md">
            <Text size="sm" className="mono clip" title={path}>
              {path}
            </Text>
            <Text size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
              {path === here ? m.recentCurrent : formatDateTime(openedAt)}
            </Text>
          </Group>
        ))}
      </Stack>
      <Text size="xs" c="dimmed" mt="xs">
        {m.recentHint}
      </Text>
    </section>
  );
}
