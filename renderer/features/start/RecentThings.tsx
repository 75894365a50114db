import { Anchor, Grid, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { ErrorPanel } from '../../components/ErrorPanel.tsx';
import { queries } from '../../lib/api.ts';
import { formatCount, formatDate, formatDateTime } from '../../lib/format.ts';
import { messages } from '../../lib/messages/messages.ts';

const m = messages.start;
const SHOWN = 5;

interface ThingListProps {
  readonly title: string;
  readonly all: string;
  readonly allPath: string;
  readonly things: readonly {
    readonly key: string;
    readonly name: string;
    readonly path: string;
    readonly text: string;
    readonly at: string;
  }[];
}

function ThingList({ title, all, allPath, things }: ThingListProps) {
  return (
    <Paper withBorder p="md" h="100%" component="section" aria-label={title}>
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h5">
          {title}
        </Title>
        <Anchor component={Link} to={allPath} size="xs">
          {all}
        </Anchor>
      </Group>
      <Stack gap={6} component="ul" className="plain-list">
        {things.slice(0, SHOWN).map((thing) => (
          <Group key={thing.key} component="li" justify="space-between" gap="0 md">
            <Anchor component={Link} to={thing.path} size="sm" className="clip" maw="100%" title={thing.name}>
              {thing.name}
            </Anchor>
            <Text size="xs" c="dimmed" className="tabular" title={formatDateTime(thing.at)}>
              {thing.text} · {formatDate(thing.at)}
            </Text>
          </Group>
        ))}
      </Stack>
    </Paper>
  );
}

/** The newest datasets and models, once there are some. */
export function RecentThings() {
  const datasets = useQuery(queries.datasets.list.queryOptions());
  const models = useQuery(queries.models.list.queryOptions());
  if (datasets.error) return <ErrorPanel error={datasets.error} onRetry={() => datasets.refetch()} />;
  const newest = (datasets.data ?? []).toSorted((a, b) => b.createdAt.localeCompare(a.createdAt));
  const trained = (models.data ?? []).toSorted((a, b) => b.createdAt.localeCompare(a.createdAt));
  if (newest.length === 0 && trained.length === 0) return null;
  return (
    <Grid gap="lg">
      {newest.length > 0 && (
        <Grid.Col span={{ base: 12, md: trained.length > 0 ? 6 : 12 }}>
          <ThingList
            title={m.datasetsTitle}
            all={m.datasetsAll}
            allPath="/data"
            things={newest.map((one) => ({
              key: one.id,
              name: `${one.name} v${String(one.version)}`,
              path: `/data/${encodeURIComponent(`${one.name}@${String(one.version)}`)}`,
              text: messages.datasets.sizeOf(formatCount(one.rows), formatCount(one.columns.length)),
              at: one.createdAt,
            }))}
          />
        </Grid.Col>
      )}
      {trained.length > 0 && (
        <Grid.Col span={{ base: 12, md: 6 }}>
          <ThingList
            title={m.modelsTitle}
            all={m.modelsAll}
            allPath="/models"
            things={trained.map((one) => ({
              key: one.id,
              name: `${one.name} v${String(one.version)}`,
              path: `/models/${encodeURIComponent(one.name)}/${String(one.version)}`,
              text: [one.algorithm, ...one.aliases].join(', '),
              at: one.createdAt,
            }))}
          />
        </Grid.Col>
      )}
    </Grid>
  );
}
