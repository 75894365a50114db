import { Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ModelVersion } from '../../../shared/contract/models.ts';
import { versionReference } from '../../../shared/ids.ts';
import { EmptyState } from '../../components/EmptyState.tsx';
import { ErrorPanel } from '../../components/ErrorPanel.tsx';
import { LateSkeleton } from '../../components/LateSkeleton.tsx';
import { queries } from '../../lib/api.ts';
import { modelsMessages } from './messages.ts';
import { TreesInside } from './TreesInside.tsx';
import { WeightsInside } from './WeightsInside.tsx';

interface InsideTabProps {
  readonly model: ModelVersion;
}

/** What a model learnt, where its kind can be read: weights with intervals, or trees. */
export function InsideTab({ model }: InsideTabProps) {
  const reference = versionReference(model);
  const inspection = useQuery(queries.models.inspect.queryOptions({ input: { model: reference } }));
  if (inspection.error) return <ErrorPanel error={inspection.error} onRetry={() => inspection.refetch()} />;
  if (inspection.data === undefined) return <LateSkeleton lines={8} />;
  if (inspection.data === null)
    return <EmptyState title={modelsMessages.insideEmptyTitle} text={modelsMessages.insideEmptyText} />;
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed">
        {inspection.data.kind === 'linear' ? modelsMessages.insideLinear : modelsMessages.insideTrees}
      </Text>
      {inspection.data.kind === 'linear' ? (
        <WeightsInside inspection={inspection.data} />
      ) : (
        <TreesInside model={model} inspection={inspection.data} />
      )}
    </Stack>
  );
}
