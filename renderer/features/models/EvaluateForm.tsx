import { Button, Checkbox, Group, MultiSelect, Paper, Select, SimpleGrid, Stack, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ModelVersion } from '../../../shared/contract/models.ts';
import { versionReference } from '../../../shared/ids.ts';
import { JobPanel } from '../../components/JobPanel.tsx';
import { queries } from '../../lib/api.ts';
import { useStartedJob } from '../../lib/use-started-job.ts';
import { modelsMessages } from './messages.ts';
import { hasRows, RowsSelect } from './RowsSelect.tsx';

interface EvaluateFormProps {
  readonly model: ModelVersion;
  /** Called when a new report is there. */
  readonly onDone: () => void;
}

/** Evaluates a version on held-out rows or another dataset, by groups, with labels that came late. */
export function EvaluateForm({ model, onDone }: EvaluateFormProps) {
  const datasets = useQuery(queries.datasets.list.queryOptions());
  const [dataset, setDataset] = useState<string | null>(null);
  const [labels, setLabels] = useState<string | null>(null);
  const [key, setKey] = useState<string | null>(null);
  const [sensitive, setSensitive] = useState<string[]>([...model.sensitive]);
  const [hasSlices, setHasSlices] = useState(false);
  const run = useStartedJob(queries.evaluation.evaluate, { onSucceeded: onDone });
  const all = datasets.data ?? [];
  const names = all.map(versionReference);
  const at = (name: string | null) => all.find((one) => versionReference(one) === name);
  const trainedOn = `${model.lineage.dataset}@${model.lineage.datasetVersion}`;
  const columns = (at(dataset ?? trainedOn)?.columns ?? []).map((column) => column.name);
  const labelColumns = (at(labels)?.columns ?? []).map((column) => column.name);
  const start = () =>
    run.start({
      model: versionReference(model),
      ...(dataset === null ? {} : { dataset }),
      labels: labels === null || key === null ? null : { dataset: labels, key },
      sensitive,
      findSlices: hasSlices,
    });
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="evaluate-title">
      <Stack gap="sm">
        <Title order={3} size="h5" id="evaluate-title">
          {modelsMessages.evaluateTitle}
        </Title>
        <SimpleGrid cols={{ base: 1, sm: 2, lg: 4 }} spacing="sm">
          <RowsSelect model={model} value={dataset} onChange={setDataset} />
          <MultiSelect
            label={modelsMessages.evaluateSensitive}
            description={modelsMessages.evaluateSensitiveHint}
            inputWrapperOrder={['label', 'input', 'description']}
            data={columns}
            value={sensitive.filter((name) => columns.includes(name))}
            searchable
            onChange={setSensitive}
          />
          <Select
            label={modelsMessages.evaluateLabels}
            description={modelsMessages.evaluateLabelsHint}
            inputWrapperOrder={['label', 'input', 'description']}
            data={names}
            value={labels}
            disabled={dataset === null}
            clearable
            searchable
            onChange={setLabels}
          />
          <Select
            allowDeselect={false}
            label={modelsMessages.evaluateLabelsKey}
            data={labelColumns.filter((name) => columns.includes(name))}
            value={key}
            disabled={labels === null}
            onChange={setKey}
          />
        </SimpleGrid>
        <Group justify="space-between">
          <Checkbox
            label={modelsMessages.evaluateSlices}
            checked={hasSlices}
            onChange={(event) => setHasSlices(event.currentTarget.checked)}
          />
          <Button
            onClick={start}
            loading={run.isStarting}
            disabled={run.isRunning || (labels !== null && key === null) || !hasRows(model, dataset)}
          >
            {modelsMessages.evaluateRun}
          </Button>
        </Group>
        <JobPanel run={run} />
      </Stack>
    </Paper>
  );
}
