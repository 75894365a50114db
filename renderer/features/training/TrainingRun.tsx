import { Alert, Button, Group, Stack } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { TrainingResult } from '../../../shared/contract/training.ts';
import { metricLabel } from '../../components/charts/metric-names.ts';
import { latestCandidate } from '../../components/charts/run-curves.ts';
import { ErrorPanel } from '../../components/ErrorPanel.tsx';
import { LateSkeleton } from '../../components/LateSkeleton.tsx';
import { queries } from '../../lib/api.ts';
import { useJob } from '../../lib/use-job.ts';
import { ComparedRuns } from './ComparedRuns.tsx';
import { LiveCurves } from './LiveCurves.tsx';
import { LiveRun } from './LiveRun.tsx';
import { trainingMessages } from './messages.ts';
import { TrainingOutcome } from './TrainingOutcome.tsx';

interface TrainingRunProps {
  readonly jobId: string;
  readonly onBack: () => void;
}

/** One training by its job: live while it runs, then its result, or why it ended without one. */
export function TrainingRun({ jobId, onBack }: TrainingRunProps) {
  const client = useQueryClient();
  const { job, progress, points, trials, error } = useJob(jobId);
  const models = useQuery(queries.models.list.queryOptions());
  const cancel = useMutation(queries.jobs.cancel.mutationOptions());
  const pause = useMutation(queries.jobs.pause.mutationOptions());
  const resume = useMutation(queries.jobs.resume.mutationOptions());
  const state = job?.state;
  useEffect(() => {
    if (state === 'succeeded') void client.invalidateQueries({ queryKey: queries.models.key() });
  }, [state, client]);
  const latest = useMemo(() => latestCandidate(points), [points]);
  if (error) return <ErrorPanel error={error} onRetry={onBack} />;
  if (job === undefined) return <LateSkeleton lines={8} />;
  const result = job.state === 'succeeded' ? TrainingResult.safeParse(job.result) : undefined;
  // The curves of the candidate that was chosen, not of the last one.
  const kept = result?.success ? result.data.model.curves : latest;
  return (
    <Stack gap="md">
      {(job.state === 'queued' || job.state === 'running') && (
        <LiveRun
          job={job}
          progress={progress}
          points={points}
          trials={trials}
          onStop={(keepBest) => cancel.mutate({ jobId: job.id, keepBest })}
          onPause={(isPaused) => (isPaused ? pause : resume).mutate({ jobId: job.id })}
        />
      )}
      {job.state === 'failed' && <ErrorPanel error={job.error ?? undefined} onRetry={onBack} />}
      {(job.state === 'cancelled' || job.state === 'interrupted') && (
        <Alert
          variant="light"
          color="gray"
          title={job.state === 'cancelled' ? trainingMessages.cancelled : trainingMessages.interrupted}
        >
          <Group justify="space-between">
            {job.state === 'cancelled' ? trainingMessages.cancelledText : trainingMessages.interruptedText}
            <Group gap="xs">
              {job.isResumable && (
                <Button size="xs" loading={resume.isPending} onClick={() => resume.mutate({ jobId: job.id })}>
                  {trainingMessages.resume}
                </Button>
              )}
              <Button size="xs" variant="default" onClick={onBack}>
                {trainingMessages.retry}
              </Button>
            </Group>
          </Group>
        </Alert>
      )}
      {result?.success && <TrainingOutcome result={result.data} />}
      {result && !result.success && <ErrorPanel error={result.error} onRetry={onBack} />}
      {job.state !== 'running' && job.state !== 'queued' && kept.length > 0 && (
        <LiveCurves points={kept} isLive={false} label={metricLabel} />
      )}
      {result?.success && models.data && <ComparedRuns models={models.data} question={result.data.model} />}
    </Stack>
  );
}
