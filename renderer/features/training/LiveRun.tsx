import { Alert, Button, Group, Paper, Progress, Stack, Title, Tooltip } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay, IconPlayerStop, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import type { Job } from '../../../shared/contract/jobs.ts';
import type { ProviderChoice } from '../../../shared/contract/providers.ts';
import { metricLabel } from '../../../shared/metric-names.ts';
import { JobLog } from '../../components/JobLog.tsx';
import { percentDone, progressText } from '../../components/progress-text.ts';
import type { JobView } from '../../lib/job-view.ts';
import { LiveCurves } from './LiveCurves.tsx';
import { LiveFacts } from './LiveFacts.tsx';
import { trainingMessages } from './messages.ts';
import { stageText } from './stage-text.ts';
import { Trials } from './Trials.tsx';

interface LiveRunProps extends Pick<JobView, 'log' | 'progress' | 'points' | 'trials'> {
  readonly job: Job;
  /** Where it was asked to compute. */
  readonly provider: ProviderChoice | undefined;
  readonly onStop: (keepBest: boolean) => void;
  readonly onPause: (isPaused: boolean) => void;
}

/** A training while it runs: where it is, how long it takes, what it uses, live curves; pause, and two ways to stop. */
export function LiveRun({ job, provider, progress, points, trials, log, onStop, onPause }: LiveRunProps) {
  const [isStopping, setStopping] = useState(false);
  const stop = (keepBest: boolean) => {
    setStopping(true);
    onStop(keepBest);
  };
  // A stage of one step tells nothing about how far it is.
  const counted = progress?.unit === 'steps' && progress.total === 1 ? null : progress;
  const percent = percentDone(counted);
  const { isPaused } = job;
  const stage = isStopping
    ? trainingMessages.stopping
    : isPaused
      ? trainingMessages.paused
      : job.state === 'queued'
        ? trainingMessages.queued
        : stageText(progress?.stage);
  const isMoving = percent === undefined && !isPaused;
  return (
    <Stack gap="md">
      <Paper withBorder p="md" component="section" aria-labelledby="live-title">
        <Group justify="space-between" mb="sm">
          <Title order={2} size="h5" id="live-title">
            {job.title}
          </Title>
          <Group gap="xs">
            <Tooltip label={isPaused ? trainingMessages.goOnHint : trainingMessages.pauseHint}>
              <Button
                size="xs"
                variant="default"
                leftSection={
                  isPaused ? <IconPlayerPlay size={14} aria-hidden /> : <IconPlayerPause size={14} aria-hidden />
                }
                disabled={isStopping || job.state !== 'running'}
                onClick={() => onPause(!isPaused)}
              >
                {isPaused ? trainingMessages.goOn : trainingMessages.pause}
              </Button>
            </Tooltip>
            <Tooltip label={trainingMessages.keepBestHint}>
              <Button
                size="xs"
                leftSection={<IconPlayerStop size={14} aria-hidden />}
                disabled={isStopping || (points.length === 0 && (counted?.done ?? 0) === 0)}
                onClick={() => stop(true)}
              >
                {trainingMessages.keepBest}
              </Button>
            </Tooltip>
            <Tooltip label={trainingMessages.cancelHint}>
              <Button
                size="xs"
                variant="default"
                leftSection={<IconX size={14} aria-hidden />}
                disabled={isStopping}
                onClick={() => stop(false)}
              >
                {trainingMessages.cancel}
              </Button>
            </Tooltip>
          </Group>
        </Group>
        <Progress.Root size={8}>
          <Progress.Section
            value={percent ?? (isPaused ? 0 : 100)}
            animated={isMoving}
            striped={isMoving}
            aria-label={job.title}
            aria-valuetext={counted === null ? stage : `${stage}, ${progressText(counted)}`}
          />
        </Progress.Root>
        <LiveFacts stage={stage} progress={counted} surroundings={progress} asked={provider} />
      </Paper>
      <Trials trials={trials} />
      {points.length > 0 && <LiveCurves points={points} isLive label={metricLabel} />}
      {points.length === 0 && trials.length === 0 && (
        <Alert variant="light" color="gray">
          {trainingMessages.waitingForCurves}
        </Alert>
      )}
      {log.length > 0 && (
        <Paper withBorder p="md">
          <JobLog lines={log} isLive />
        </Paper>
      )}
    </Stack>
  );
}
