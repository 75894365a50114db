import { Button, Group, Progress, Stack, Text } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import type { JobProgress } from '../../shared/contract/jobs.ts';
import { formatDuration, formatRate } from '../lib/format.ts';
import { messages } from '../lib/messages/messages.ts';
import { percentDone, progressText } from './progress-text.ts';

interface ProgressBarProps {
  readonly progress: JobProgress | null;
  /** What is under way, for a reader of the screen. */
  readonly label: string;
  readonly onCancel?: (() => void) | undefined;
  readonly isCancelling?: boolean;
  readonly isQueued?: boolean;
}

const m = messages.components;

/** A bar with what is done, the rate, the time left and a cancel button. */
export function ProgressBar({ progress, label, onCancel, isCancelling = false, isQueued = false }: ProgressBarProps) {
  const percent = percentDone(progress);
  const stage = progress?.stage ?? (isQueued ? m.queued : m.starting);
  return (
    <Stack gap={6}>
      <Group justify="space-between" wrap="nowrap" gap="sm">
        <Text size="sm" className="clip">
          {stage}
        </Text>
        {onCancel && (
          <Button
            size="compact-xs"
            variant="default"
            leftSection={<IconX size={12} aria-hidden />}
            disabled={isCancelling}
            onClick={onCancel}
          >
            {isCancelling ? m.cancelling : m.cancel}
          </Button>
        )}
      </Group>
      <Progress.Root size={6}>
        <Progress.Section
          value={percent ?? 100}
          animated={percent === undefined}
          striped={percent === undefined}
          aria-label={label}
          aria-valuetext={progress === null ? stage : progressText(progress)}
        />
      </Progress.Root>
      <Group justify="space-between" gap="sm">
        <Text size="xs" c="dimmed" className="tabular">
          {progress !== null && progressText(progress)}
          {progress?.rate !== null &&
            progress?.rate !== undefined &&
            ` · ${formatRate(progress.rate, progress.unit === 'epochs' ? 'rows' : progress.unit)}`}
        </Text>
        <Text size="xs" c="dimmed" className="tabular">
          {progress?.etaMs !== null && progress?.etaMs !== undefined
            ? m.timeLeft(formatDuration(progress.etaMs))
            : progress !== null && percent !== 100 && m.timeUnknown}
        </Text>
      </Group>
    </Stack>
  );
}
