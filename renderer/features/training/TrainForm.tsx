import { Grid, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { DatasetVersion } from '../../../shared/contract/datasets.ts';
import type { DetectionRequest, TrainingRequest } from '../../../shared/contract/training.ts';
import { versionReference } from '../../../shared/ids.ts';
import { EmptyState } from '../../components/EmptyState.tsx';
import { ErrorPanel } from '../../components/ErrorPanel.tsx';
import { LateSkeleton } from '../../components/LateSkeleton.tsx';
import { queries } from '../../lib/api.ts';
import { questionOf } from '../../lib/compare-models.ts';
import { AlgorithmSection } from './AlgorithmSection.tsx';
import { ColumnsSection } from './ColumnsSection.tsx';
import { Findings } from './Findings.tsx';
import { FormSection } from './FormSection.tsx';
import { faultsOf, gapMessages } from './form-faults.ts';
import { findingAction, formFindings } from './form-findings.ts';
import { formGaps } from './form-gaps.ts';
import { trainingMessages } from './messages.ts';
import { QuestionSection } from './QuestionSection.tsx';
import { SplitSection } from './SplitSection.tsx';
import { StartBar } from './StartBar.tsx';
import { StartColumns } from './StartColumns.tsx';
import { TuningSection } from './TuningSection.tsx';
import { setTrainingDraft } from './training-draft.ts';
import { type TrainingForm, targetOf } from './training-form.ts';
import { detectionRequestOf, offeredParams, type RequestAround, requestOf } from './training-request.ts';
import { useLook } from './use-look.ts';
import { startableModels, useStart } from './use-start.ts';

/** What a complete form asks for. */
export type TrainingAsked =
  | { readonly kind: 'train'; readonly request: TrainingRequest }
  | { readonly kind: 'detect'; readonly request: DetectionRequest };

interface TrainFormProps {
  readonly form: TrainingForm;
  readonly datasets: readonly DatasetVersion[];
  readonly isStarting: boolean;
  readonly onStart: (asked: TrainingAsked) => void;
  readonly onDataset: (dataset: string | null) => void;
}

/** One form: question, columns, split, algorithm. The look at the data before training drives it. */
export function TrainForm({ form, datasets, isStarting, onStart, onDataset }: TrainFormProps) {
  const [hasTried, setTried] = useState(false);
  const top = useRef<HTMLDivElement>(null);
  const dataset = datasets.find((one) => versionReference(one) === form.dataset);
  const imageColumn = dataset?.columns.find(({ type }) => type === 'image')?.name;
  const estimators = useQuery(queries.training.estimators.queryOptions());
  const detectors = useQuery(queries.training.detectors.queryOptions());
  const providers = useQuery(queries.system.providers.queryOptions({ staleTime: Number.POSITIVE_INFINITY }));
  const models = useQuery(queries.models.list.queryOptions());
  const look = useLook(form, dataset);
  const start = useStart(form);
  const isUnusual = form.purpose === 'unusual';
  const fitting = isUnusual
    ? (detectors.data ?? [])
    : (estimators.data ?? []).filter((estimator) => (estimator.takes ?? 'columns') === form.takes);
  const around: RequestAround = {
    look: look.isSettled ? look.shown : undefined,
    estimators: fitting,
    start: start.point,
  };
  const params = offeredParams(form, around);
  const gaps = new Set(formGaps(form, around.look, { params, hasStart: start.point !== undefined }));
  const fault = faultsOf(gaps, hasTried);
  const [gap = null] = gaps;
  const change = (next: TrainingForm) => {
    setTrainingDraft(next);
    if (next.dataset !== form.dataset) onDataset(next.dataset);
  };
  const begin = () => {
    const training = requestOf(form, around);
    const detection = detectionRequestOf(form, around);
    if (training !== undefined) return onStart({ kind: 'train', request: training });
    if (detection !== undefined) return onStart({ kind: 'detect', request: detection });
    setTried(true);
    // After the faults are drawn: the first one gets the focus.
    requestAnimationFrame(() => top.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
  };
  const advice = look.advice;
  const searches = (models.data ?? [])
    .filter(
      (model) =>
        advice !== undefined && questionOf(model) === questionOf({ task: advice.task, target: targetOf(form) }),
    )
    .filter(
      ({ lineage: { manifest } }) =>
        manifest !== null && (manifest.request['search'] !== null || manifest.request['algorithm'] === 'auto'),
    )
    .map(({ name, version }) => `${name}@${version}`);
  return (
    <>
      <Grid gap="md" ref={top}>
        <Grid.Col span={{ base: 12, lg: 7 }}>
          <Stack gap="md">
            <QuestionSection
              form={form}
              datasets={datasets}
              dataset={dataset}
              look={look}
              detector={detectors.data?.[0]?.algorithm}
              fault={fault}
              onChange={change}
            />
            {look.isLooking && look.shown === undefined && (
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
            {!isUnusual && form.targetColumn === null && (
              <FormSection title={trainingMessages.sectionColumns}>
                <EmptyState title={trainingMessages.columnsWaitTitle} text={trainingMessages.columnsWaitText} />
              </FormSection>
            )}
            {look.error && <ErrorPanel error={look.error} onRetry={look.lookAgain} />}
            {advice && (
              <Findings
                findings={formFindings(form, advice)}
                actionFor={(finding) => findingAction(finding, { form, dataset, onChange: change })}
              />
            )}
            {advice && form.takes === 'images' && (
              <FormSection title={trainingMessages.sectionImages}>
                <Text size="sm">{trainingMessages.imagesText(imageColumn ?? '')}</Text>
              </FormSection>
            )}
            {form.from !== null && start.point !== undefined && form.takes === 'columns' && (
              <StartColumns point={start.point} dataset={dataset} />
            )}
            {look.shown && form.takes === 'columns' && form.from === null && (
              <ColumnsSection form={form} advice={look.shown} fault={fault} onChange={change} />
            )}
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 5 }}>
          <Stack gap="md">
            <SplitSection
              split={form.split}
              dataset={dataset}
              datasets={datasets}
              hasTarget={!isUnusual}
              fault={fault}
              onChange={(split) => change({ ...form, split })}
            />
            {estimators.error && <ErrorPanel error={estimators.error} onRetry={() => estimators.refetch()} />}
            <AlgorithmSection
              form={form}
              estimators={fitting}
              providers={providers.data ?? []}
              task={advice?.task}
              startable={isUnusual ? [] : startableModels(models.data ?? [], form.takes)}
              start={start}
              fault={fault}
              onChange={change}
            />
            {!isUnusual && (
              <TuningSection
                form={form}
                dataset={dataset}
                task={advice?.task}
                params={params}
                searches={searches}
                fault={fault}
                onChange={change}
              />
            )}
          </Stack>
        </Grid.Col>
      </Grid>
      <StartBar
        says={
          gap === null
            ? isUnusual
              ? trainingMessages.readyUnusual(form.dataset ?? '')
              : trainingMessages.ready(targetOf(form)?.column ?? '', form.dataset ?? '')
            : gapMessages[gap]
        }
        isWaiting={gap === 'notLooked'}
        isStarting={isStarting}
        onStart={begin}
        onClear={() => {
          setTried(false);
          setTrainingDraft(undefined);
        }}
      />
    </>
  );
}
