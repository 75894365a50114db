import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import type { ModelVersion } from '../../../shared/contract/models.ts';
import { StressReport } from '../../../shared/contract/stress.ts';
import { versionReference } from '../../../shared/ids.ts';
import { EmptyState } from '../../components/EmptyState.tsx';
import { ErrorPanel } from '../../components/ErrorPanel.tsx';
import { JobPanel } from '../../components/JobPanel.tsx';
import { LateSkeleton } from '../../components/LateSkeleton.tsx';
import { queries } from '../../lib/api.ts';
import { formatDateTime } from '../../lib/format.ts';
import { useStartedJob } from '../../lib/use-started-job.ts';
import { modelsMessages as m } from './messages.ts';
import { judgedRows } from './model-source.ts';
import { hasRows, RowsSelect } from './RowsSelect.tsx';
import { StressChart } from './StressChart.tsx';
import { useNewestResult } from './use-newest-result.ts';

/** How well a version does when columns go wrong, the worst first. */
export function StressTab({ model }: { readonly model: ModelVersion }) {
  const { result, error, isPending, retry } = useNewestResult('stress', model, StressReport);
  if (error) return <ErrorPanel error={error} onRetry={retry} />;
  if (isPending) return <LateSkeleton lines={8} />;
  return (
    <Stack gap="md">
      {result === null ? (
        <EmptyState title={m.stressEmptyTitle} text={m.stressEmptyText} />
      ) : (
        <>
          <Text size="sm" c="dimmed">
            {m.stressIntro(judgedRows(result), formatDateTime(result.at))} {result.notes.join(' ')}
          </Text>
          <StressChart key={result.at} report={result} />
        </>
      )}
      <StressForm model={model} />
    </Stack>
  );
}

function StressForm({ model }: { readonly model: ModelVersion }) {
  const [dataset, setDataset] = useState<string | null>(null);
  const run = useStartedJob(queries.stress.run);
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="stress-title">
      <Stack gap="sm">
        <Title order={3} size="h5" id="stress-title">
          {m.stressFormTitle}
        </Title>
        <Group align="flex-end" gap="sm">
          <RowsSelect model={model} value={dataset} onChange={setDataset} />
          <Button
            onClick={() =>
              run.start({ model: versionReference(model), seed: 0, ...(dataset === null ? {} : { dataset }) })
            }
            loading={run.isStarting}
            disabled={run.isRunning || !hasRows(model, dataset)}
          >
            {m.stressRun}
          </Button>
        </Group>
        <JobPanel run={run} />
      </Stack>
    </Paper>
  );
}
