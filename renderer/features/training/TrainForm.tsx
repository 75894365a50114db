import { Button, Grid, Group, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconPlayerPlay } from '@tabler/icons-react';
import { keepPreviousData, skipToken, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { DatasetVersion } from '../../../shared/contract/datasets.ts';
import type { TrainingRequest } from '../../../shared/contract/training.ts';
import { EmptyState } from '../../components/EmptyState.tsx';
import { ErrorPanel } from '../../components/ErrorPanel.tsx';
import { LateSkeleton } from '../../components/LateSkeleton.tsx';
import { queries } from '../../lib/api.ts';
import { AlgorithmSection } from './AlgorithmSection.tsx';
import { ColumnsSection } from './ColumnsSection.tsx';
import { Findings } from './Findings.tsx';
import { FormSection } from './FormSection.tsx';
import { trainingMessages } from './messages.ts';
import { QuestionSection } from './QuestionSection.tsx';
import { SplitSection } from './SplitSection.tsx';
import { TuningSection } from './TuningSection.tsx';
import classes from './training.module.css';
import { emptyForm, type FormGap, formFor, formGap, requestOf } from './training-form.ts';

interface TrainFormProps {
  readonly datasets: readonly DatasetVersion[];
  /** The dataset the form opens on, by name or name@version. */
  readonly initial: string | null;
  readonly isStarting: boolean;
  readonly onStart: (request: TrainingRequest) => void;
  readonly onDataset: (dataset: string | null) => void;
}

const gapMessages: Readonly<Record<FormGap, string>> = {
  noDataset: trainingMessages.gapNoDataset,
  noTarget: trainingMessages.gapNoTarget,
  noTimeColumn: trainingMessages.gapNoTimeColumn,
  noPartColumn: trainingMessages.gapNoPartColumn,
  noTestDataset: trainingMessages.gapNoTestDataset,
  noColumns: trainingMessages.gapNoColumns,
  noSearchEnd: trainingMessages.gapNoSearchEnd,
  noFoldColumn: trainingMessages.gapNoFoldColumn,
  blocked: trainingMessages.gapBlocked,
  notLooked: trainingMessages.gapNotLooked,
};

/** One form: question, columns, split, algorithm. The look at the data before training drives it. */
export function TrainForm({ datasets, initial, isStarting, onStart, onDataset }: TrainFormProps) {
  const [form, setForm] = useState(() => {
    const found =
      datasets.find((one) => `${one.name}@${one.version}` === initial) ?? datasets.find((one) => one.name === initial);
    // A single dataset needs no choosing.
    const only = datasets.length === 1 ? datasets[0] : undefined;
    const opened = found ?? only;
    return opened === undefined ? emptyForm : formFor(opened);
  });
  const dataset = datasets.find((one) => `${one.name}@${one.version}` === form.dataset);
  const imageColumn = dataset?.columns.find(({ type }) => type === 'image')?.name;
  const { targetColumn } = form;
  const [over] = useDebouncedValue(form.over, 400);
  const estimators = useQuery(queries.training.estimators.queryOptions());
  const providers = useQuery(queries.system.providers.queryOptions({ staleTime: Number.POSITIVE_INFINITY }));
  const fitting = (estimators.data ?? []).filter((estimator) => (estimator.takes ?? 'columns') === form.takes);
  const advise = useQuery(
    queries.training.advise.queryOptions({
      input:
        form.dataset === null || targetColumn === null
          ? skipToken
          : { dataset: form.dataset, target: { column: targetColumn, over } },
      placeholderData: keepPreviousData,
      staleTime: Number.POSITIVE_INFINITY,
    }),
  );
  // While another question is looked at, the columns stay as they were; training waits for the new answer.
  const isOfDataset = advise.data?.columns.every((one) => dataset?.columns.some(({ name }) => name === one.column));
  const advice = isOfDataset ? advise.data : undefined;
  const isSettled = over === form.over && !advise.isPlaceholderData;
  const gap = formGap(form, isSettled ? advice : undefined);
  const start = () => {
    const request = requestOf(form, advice, fitting);
    if (request !== undefined) onStart(request);
  };
  return (
    <>
      <Grid gap="md">
        <Grid.Col span={{ base: 12, lg: 7 }}>
          <Stack gap="md">
            <QuestionSection
              form={form}
              datasets={datasets}
              dataset={dataset}
              advice={isSettled ? advice : undefined}
              isLooking={targetColumn !== null && (!isSettled || advise.isFetching)}
              onChange={(next) => {
                setForm(next);
                if (next.dataset !== form.dataset) onDataset(next.dataset);
              }}
            />
            {advise.isFetching && advice === undefined && (
              <FormSection
                title={trainingMessages.sectionColumns}
                aside={
                  <Text size="xs" c="dimmed">
                    {trainingMessages.looking}
                  </Text>
                }
              >
                <LateSkeleton lines={6} />
              </FormSection>
            )}
            {targetColumn === null && (
              <FormSection title={trainingMessages.sectionColumns}>
                <EmptyState title={trainingMessages.columnsWaitTitle} text={trainingMessages.columnsWaitText} />
              </FormSection>
            )}
            {advise.error && <ErrorPanel error={advise.error} onRetry={() => advise.refetch()} />}
            {advice && <Findings findings={advice.findings} />}
            {advice && form.takes === 'images' && (
              <FormSection title={trainingMessages.sectionImages}>
                <Text size="sm">{trainingMessages.imagesText(imageColumn ?? '')}</Text>
              </FormSection>
            )}
            {advice && form.takes === 'columns' && <ColumnsSection form={form} advice={advice} onChange={setForm} />}
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 5 }}>
          <Stack gap="md">
            <SplitSection
              split={form.split}
              dataset={dataset}
              datasets={datasets}
              onChange={(split) => setForm({ ...form, split })}
            />
            {estimators.error && <ErrorPanel error={estimators.error} onRetry={() => estimators.refetch()} />}
            <AlgorithmSection
              form={form}
              estimators={fitting}
              providers={providers.data ?? []}
              task={advice?.task}
              onChange={setForm}
            />
            {form.takes === 'columns' && (
              <TuningSection form={form} dataset={dataset} task={advice?.task} onChange={setForm} />
            )}
          </Stack>
        </Grid.Col>
      </Grid>
      <Group justify="flex-end" className={classes.start}>
        <Text size="sm" c="dimmed" aria-live="polite">
          {gap === null ? trainingMessages.ready(form.targetColumn ?? '', form.dataset ?? '') : gapMessages[gap]}
        </Text>
        <Button
          size="md"
          leftSection={<IconPlayerPlay size={18} aria-hidden />}
          disabled={gap !== null}
          loading={isStarting}
          onClick={start}
        >
          {trainingMessages.start}
        </Button>
      </Group>
    </>
  );
}
