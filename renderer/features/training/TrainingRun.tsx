import { Alert, Button, Group, Stack } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useMemo } from 'react';
import { useNavigate } from 'react-router';
import type { DatasetVersion } from '../../../shared/contract/datasets.ts';
import type { Job } from '../../../shared/contract/jobs.ts';
import { DetectionResult, TrainingResult } from '../../../shared/contract/training.ts';
import { metricLabel } from '../../../shared/metric-names.ts';
import { ChartSource } from '../../components/chart-source.ts';
import { latestCandidate } from '../../components/charts/run-curves.ts';
import { ErrorPanel } from '../../components/ErrorPanel.tsx';
import { LateSkeleton } from '../../components/LateSkeleton.tsx';
import { queries } from '../../lib/api.ts';
import { formatDateTime } from '../../lib/format.ts';
import { useJob } from '../../lib/use-job.ts';
import { ComparedRuns } from './ComparedRuns.tsx';
import { DetectionOutcome } from './DetectionOutcome.tsx';
import { formOfJob } from './form-of-request.ts';
import { LiveCurves } from './LiveCurves.tsx';
import { LiveRun } from './LiveRun.tsx';
import { trainingMessages } from './messages.ts';
import { TrainingOutcome } from './TrainingOutcome.tsx';
import { setTrainingDraft } from './training-draft.ts';
import type { TrainingForm } from './training-form.ts';

interface TrainingRunProps {
  readonly jobId: string;
  readonly datasets: readonly DatasetVersion[];
  readonly onBack: () => void;
}

interface EndedProps {
  readonly job: Job;
  /** Goes on where it stopped; false where it cannot. */
  readonly resume: ReactNode;
  readonly onBack: () => void;
}

/** A run that ended without a model though nothing was wrong with it. */
function Ended({ job, resume, onBack }: EndedProps) {
  const isCancelled = job.state === 'cancelled';
  return (
    <Alert variant="light" color="gray" title={isCancelled ? trainingMessages.cancelled : trainingMessages.interrupted}>
      <Group justify="space-between">
        {isCancelled ? trainingMessages.cancelledText : trainingMessages.interruptedText}
        <Group gap="xs">
          {resume}
          <Button size="xs" variant="default" onClick={onBack}>
            {trainingMessages.retry}
          </Button>
        </Group>
      </Group>
    </Alert>
  );
}

/** One training by its job: live while it runs, then its result, or why it ended without one. */
export function TrainingRun({ jobId, datasets, onBack }: TrainingRunProps) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const view = useJob(jobId);
  const { job, points, error } = view;
  const models = useQuery(queries.models.list.queryOptions());
  const cancel = useMutation(queries.jobs.cancel.mutationOptions());
  const pause = useMutation(queries.jobs.pause.mutationOptions());
  const resume = useMutation(queries.jobs.resume.mutationOptions());
  const state = job?.state;
  useEffect(() => {
    if (state === 'succeeded') void client.invalidateQueries({ queryKey: queries.models.key() });
  }, [state, client]);
  const isRunning = state === 'queued' || state === 'running';
  const latest = useMemo(() => (isRunning ? [] : latestCandidate(points)), [isRunning, points]);
  // A live view is drawn five times a second: what the run was asked is read once.
  const asked = useMemo(() => (job === undefined ? undefined : formOfJob(job, datasets)), [job, datasets]);
  if (error) return <ErrorPanel error={error} onRetry={onBack} />;
  if (job === undefined) return <LateSkeleton lines={8} />;
  const openForm = (form: TrainingForm) => {
    setTrainingDraft(form);
    void navigate(`/train?${new URLSearchParams({ dataset: form.dataset ?? '' })}`);
  };
  // The form as this run was asked, whatever was changed in it since.
  const change = () => (asked === undefined ? onBack() : openForm(asked));
  const resumeButton = job.isResumable && (
    <Button size="xs" loading={resume.isPending} onClick={() => resume.mutate({ jobId: job.id })}>
      {trainingMessages.resume}
    </Button>
  );
  const isOver = job.state === 'succeeded';
  const result = isOver && job.kind === 'train' ? TrainingResult.safeParse(job.result) : undefined;
  const detected = isOver && job.kind === 'detect' ? DetectionResult.safeParse(job.result) : undefined;
  const unread = result?.error ?? detected?.error;
  // The curves of the candidate that was chosen, not of the last one.
  const kept = result?.success ? result.data.model.curves : latest;
  return (
    <ChartSource value={trainingMessages.chartSource(job.title, formatDateTime(job.startedAt ?? job.createdAt))}>
      <Stack gap="md">
        {isRunning && (
          <LiveRun
            {...view}
            job={job}
            provider={asked?.provider}
            onStop={(keepBest) => cancel.mutate({ jobId: job.id, keepBest })}
            onPause={(isPaused) => (isPaused ? pause : resume).mutate({ jobId: job.id })}
          />
        )}
        {job.state === 'failed' && <ErrorPanel error={job.error ?? undefined} onRetry={change} action={resumeButton} />}
        {(job.state === 'cancelled' || job.state === 'interrupted') && (
          <Ended job={job} resume={resumeButton} onBack={change} />
        )}
        {result?.success && <TrainingOutcome result={result.data} asked={asked} onForm={openForm} />}
        {detected?.success && <DetectionOutcome result={detected.data} asked={asked} onForm={openForm} />}
        {unread && <ErrorPanel error={unread} onRetry={onBack} />}
        {!isRunning && kept.length > 0 && <LiveCurves points={kept} isLive={false} label={metricLabel} />}
        {result?.success && models.data && <ComparedRuns models={models.data} question={result.data.model} />}
      </Stack>
    </ChartSource>
  );
}
