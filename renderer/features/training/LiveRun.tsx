import { Alert, Button, Group, Paper, Progress, SimpleGrid, Stack, Text, Title, Tooltip } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay, IconPlayerStop, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import type { Job, JobMetricPoint, JobProgress } from '../../../shared/contract/jobs.ts';
import type { Trial } from '../../../shared/contract/search.ts';
import { metricLabel, spelledOut } from '../../components/charts/metric-names.ts';
import { percentDone, progressText } from '../../components/progress-text.ts';
import { formatBytes, formatCount, formatDuration, formatRate } from '../../lib/format.ts';
import { LiveCurves } from './LiveCurves.tsx';
import { trainingMessages } from './messages.ts';
import { Trials } from './Trials.tsx';

interface LiveRunProps {
  readonly job: Job;
  readonly progress: JobProgress | null;
  readonly points: readonly JobMetricPoint[];
  /** Of a search: configurations that have ended. */
  readonly trials: readonly Trial[];
  readonly onStop: (keepBest: boolean) => void;
  readonly onPause: (isPaused: boolean) => void;
}

interface FactProps {
  readonly label: string;
  readonly value: string;
}

function Fact({ label, value }: FactProps) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <Text size="lg" fw={600} className="tabular">
        {value}
      </Text>
    </div>
  );
}

/** What the stages of the engine are called here; others are named by the engine. */
const stageText = (stage: string | undefined): string => {
  if (stage === undefined) return trainingMessages.liveStarting;
  if (stage === 'read') return trainingMessages.stageRead;
  if (stage === 'evaluate') return trainingMessages.stageEvaluate;
  if (stage === 'search') return trainingMessages.stageSearch;
  return spelledOut(stage);
};

/** The text of a figure that may not be known yet. */
const known = (value: number | null | undefined, format: (value: number) => string): string =>
  value === null || value === undefined ? trainingMessages.liveUnknown : format(value);

/** Epochs come with the rows they go through a second, all else with its own unit. */
const rateText = (rate: number, progress: JobProgress | null): string =>
  progress?.unit === 'epochs'
    ? trainingMessages.liveRows(formatCount(Math.round(rate)))
    : formatRate(rate, progress?.unit ?? '');

/** A training while it runs: where it is, how long it takes, what it uses, live curves; pause, and two ways to stop. */
export function LiveRun({ job, progress, points, trials, onStop, onPause }: LiveRunProps) {
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
  const hasMemory = progress?.memoryBytes !== undefined;
  const hasProvider = progress?.provider !== undefined;
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
        <SimpleGrid cols={{ base: 3, md: hasMemory && hasProvider ? 6 : hasMemory || hasProvider ? 5 : 4 }} mt="sm">
          <Fact label={trainingMessages.liveStage} value={stage} />
          <Fact
            label={trainingMessages.liveDone}
            value={counted === null ? trainingMessages.liveUnknown : progressText(counted)}
          />
          <Fact label={trainingMessages.liveRate} value={known(progress?.rate, (rate) => rateText(rate, progress))} />
          <Fact label={trainingMessages.liveLeft} value={known(progress?.etaMs, formatDuration)} />
          {hasMemory && <Fact label={trainingMessages.liveMemory} value={formatBytes(progress?.memoryBytes)} />}
          {hasProvider && <Fact label={trainingMessages.liveProvider} value={progress?.provider ?? ''} />}
        </SimpleGrid>
      </Paper>
      <Trials trials={trials} />
      {points.length > 0 && <LiveCurves points={points} isLive label={metricLabel} />}
      {points.length === 0 && trials.length === 0 && (
        <Alert variant="light" color="gray">
          {trainingMessages.waitingForCurves}
        </Alert>
      )}
    </Stack>
  );
}
