import { Button, Group, Paper, Select, Stack, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ModelVersion } from '../../../shared/contract/models.ts';
import { versionReference } from '../../../shared/ids.ts';
import { JobPanel } from '../../components/JobPanel.tsx';
import { queries } from '../../lib/api.ts';
import { useStartedJob } from '../../lib/use-started-job.ts';
import { modelsMessages as m } from './messages.ts';
import { hasRows, RowsSelect } from './RowsSelect.tsx';

/** Rows that are explained one by one. */
const ROWS = 100;

/** Explains a version on held-out rows or another dataset. */
export function ExplainForm({ model }: { readonly model: ModelVersion }) {
  const datasets = useQuery(queries.datasets.list.queryOptions());
  const [dataset, setDataset] = useState<string | null>(null);
  const [background, setBackground] = useState<string | null>(null);
  const run = useStartedJob(queries.explanation.explain);
  const names = (datasets.data ?? []).map(versionReference);
  const start = () =>
    run.start({
      model: versionReference(model),
      rows: ROWS,
      seed: 0,
      ...(dataset === null ? {} : { dataset }),
      ...(background === null ? {} : { background }),
    });
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="explain-title">
      <Stack gap="sm">
        <Title order={3} size="h5" id="explain-title">
          {m.explainFormTitle}
        </Title>
        <Group align="flex-end" gap="sm">
          <RowsSelect model={model} value={dataset} onChange={setDataset} />
          <Select
            label={m.explainBackground}
            placeholder={m.explainBackgroundNone}
            data={names}
            value={background}
            clearable
            searchable
            onChange={setBackground}
          />
          <Button onClick={start} loading={run.isStarting} disabled={run.isRunning || !hasRows(model, dataset)}>
            {m.explainRun}
          </Button>
        </Group>
        <JobPanel run={run} />
      </Stack>
    </Paper>
  );
}
