import { Button, Group, NumberInput, Paper, Select, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import type { DatasetVersion } from '../../../shared/contract/datasets.ts';
import type { ModelVersion } from '../../../shared/contract/models.ts';
import { DriftReport } from '../../../shared/contract/monitoring.ts';
import { versionReference } from '../../../shared/ids.ts';
import { JobPanel } from '../../components/JobPanel.tsx';
import { queries } from '../../lib/api.ts';
import { useStartedJob } from '../../lib/use-started-job.ts';
import { type ComparisonGap, comparisonGap, comparisonRequest, emptyComparison } from './comparison-form.ts';
import { monitoringMessages } from './messages.ts';

interface ComparisonFormPanelProps {
  readonly datasets: readonly DatasetVersion[];
  readonly models: readonly ModelVersion[];
  /** The form opens on these when they exist. */
  readonly initial: {
    readonly reference: string | null;
    readonly current: string | null;
    readonly model: string | null;
  };
  readonly onReport: (report: DriftReport) => void;
}

const chunks = [
  { value: 'none', label: monitoringMessages.chunkNone },
  { value: 'day', label: monitoringMessages.chunkDay },
  { value: 'week', label: monitoringMessages.chunkWeek },
  { value: 'month', label: monitoringMessages.chunkMonth },
  { value: 'rows', label: monitoringMessages.chunkRows },
] as const;

const gaps: Readonly<Record<ComparisonGap, string>> = {
  reference: monitoringMessages.gapReference,
  current: monitoringMessages.gapCurrent,
  time: monitoringMessages.gapTime,
  key: monitoringMessages.gapKey,
};

/** Reference, current, model, periods and late labels; starts the comparison. */
export function ComparisonFormPanel({ datasets, models, initial, onReport }: ComparisonFormPanelProps) {
  const [form, setForm] = useState(() => {
    const model = models.find((one) => versionReference(one) === initial.model);
    const trainedOn = model === undefined ? null : `${model.lineage.dataset}@${model.lineage.datasetVersion}`;
    return {
      ...emptyComparison,
      reference: initial.reference ?? trainedOn,
      current: initial.current,
      model: initial.model,
    };
  });
  const run = useStartedJob(queries.monitoring.drift, {
    onSucceeded: (job) => {
      const report = DriftReport.safeParse(job.result);
      if (report.success) onReport(report.data);
    },
  });
  const names = datasets.map(versionReference);
  const columnsOf = (name: string | null) => datasets.find((one) => versionReference(one) === name)?.columns ?? [];
  const current = columnsOf(form.current);
  const times = current
    .filter((column) => column.type === 'date' || column.type === 'timestamp')
    .map((column) => column.name);
  const keys = columnsOf(form.labels)
    .map((column) => column.name)
    .filter((name) => current.some((column) => column.name === name));
  const gap = comparisonGap(form);
  const request = comparisonRequest(form);
  const chooseCurrent = (name: string | null) => {
    const time = columnsOf(name).find((column) => column.type === 'date' || column.type === 'timestamp')?.name ?? null;
    setForm({ ...form, current: name, time, ...(time === null && form.chunk !== 'rows' ? { chunk: 'none' } : {}) });
  };
  const chooseChunk = (value: string | null) => {
    const chunk = chunks.find((one) => one.value === value)?.value;
    if (chunk !== undefined) setForm({ ...form, chunk });
  };
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="comparison-title">
      <Stack gap="sm">
        <Title order={2} size="h5" id="comparison-title">
          {monitoringMessages.formTitle}
        </Title>
        <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="sm">
          <Select
            allowDeselect={false}
            label={monitoringMessages.reference}
            placeholder={monitoringMessages.referenceHint}
            data={names}
            value={form.reference}
            searchable
            onChange={(reference) => setForm({ ...form, reference })}
          />
          <Select
            allowDeselect={false}
            label={monitoringMessages.current}
            placeholder={monitoringMessages.currentHint}
            data={names}
            value={form.current}
            searchable
            onChange={chooseCurrent}
          />
          <Select
            label={monitoringMessages.model}
            placeholder={monitoringMessages.modelHint}
            data={models.map(versionReference)}
            value={form.model}
            clearable
            searchable
            onChange={(model) => setForm({ ...form, model })}
          />
          <Group grow gap="sm" align="flex-start">
            <Select
              label={monitoringMessages.chunk}
              data={chunks.map(({ value, label }) => ({
                value,
                label,
                disabled: value !== 'none' && value !== 'rows' && times.length === 0,
              }))}
              value={form.chunk}
              allowDeselect={false}
              onChange={chooseChunk}
            />
            {form.chunk === 'rows' && (
              <NumberInput
                label={monitoringMessages.chunkSize}
                min={1}
                allowDecimal={false}
                thousandSeparator=","
                value={form.chunkRows}
                onChange={(value) => typeof value === 'number' && value >= 1 && setForm({ ...form, chunkRows: value })}
              />
            )}
            {form.chunk !== 'rows' && form.chunk !== 'none' && (
              <Select
                label={monitoringMessages.time}
                data={times}
                value={form.time}
                allowDeselect={false}
                onChange={(time) => setForm({ ...form, time })}
              />
            )}
          </Group>
          <Select
            label={monitoringMessages.labels}
            placeholder={monitoringMessages.labelsHint}
            data={names}
            value={form.labels}
            disabled={form.model === null}
            clearable
            searchable
            onChange={(labels) => setForm({ ...form, labels, key: null })}
          />
          {form.labels !== null && (
            <Select
              allowDeselect={false}
              label={monitoringMessages.labelsKey}
              data={keys}
              value={form.key}
              onChange={(key) => setForm({ ...form, key })}
            />
          )}
        </SimpleGrid>
        <Group justify="flex-end">
          <Text size="sm" c="dimmed" aria-live="polite">
            {gap === null ? '' : gaps[gap]}
          </Text>
          <Button
            disabled={request === undefined || run.isRunning}
            loading={run.isStarting}
            onClick={() => request && run.start(request)}
          >
            {monitoringMessages.run}
          </Button>
        </Group>
        <JobPanel run={run} />
      </Stack>
    </Paper>
  );
}
