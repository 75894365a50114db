import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { IconChartLine, IconPlayerPlay } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { EmptyState } from '../../components/EmptyState.tsx';
import { ErrorPanel } from '../../components/ErrorPanel.tsx';
import { LateSkeleton } from '../../components/LateSkeleton.tsx';
import { queries } from '../../lib/api.ts';
import { formatCount } from '../../lib/format.ts';
import { ModelsTable } from './ModelsTable.tsx';
import { modelsMessages } from './messages.ts';

/** The registry: every version of every model. */
export function ModelsPage() {
  const models = useQuery(queries.models.list.queryOptions());
  const train = (
    <Button component={Link} to="/train" leftSection={<IconPlayerPlay size={16} aria-hidden />}>
      {modelsMessages.listTrain}
    </Button>
  );
  return (
    <Stack gap="md">
      <Group justify="space-between">
        <Group gap="sm" align="baseline">
          <Title order={1} size="h3">
            {modelsMessages.listTitle}
          </Title>
          {models.data && (
            <Text size="sm" c="dimmed">
              {modelsMessages.listCount(formatCount(models.data.length))}
            </Text>
          )}
        </Group>
        {models.data && models.data.length > 0 && (
          <Group gap="xs">
            {models.data.length > 1 && (
              <Button
                component={Link}
                to="/models/compare"
                variant="default"
                leftSection={<IconChartLine size={16} aria-hidden />}
              >
                {modelsMessages.listCompare}
              </Button>
            )}
            {train}
          </Group>
        )}
      </Group>
      {models.isPending && <LateSkeleton lines={6} />}
      {models.error && <ErrorPanel error={models.error} onRetry={() => models.refetch()} />}
      {models.data?.length === 0 && (
        <EmptyState title={modelsMessages.listEmptyTitle} text={modelsMessages.listEmptyText} action={train} />
      )}
      {models.data && models.data.length > 0 && <ModelsTable models={models.data} />}
    </Stack>
  );
}
