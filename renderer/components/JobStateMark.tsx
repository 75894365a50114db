import { Group, Text } from '@mantine/core';
import {
  IconCircleCheck,
  IconCircleDashed,
  IconCircleX,
  IconLoader,
  IconPlayerPause,
  IconPlayerStop,
  IconPlugConnectedX,
  type TablerIcon,
} from '@tabler/icons-react';
import type { Job, JobState } from '../../shared/contract/jobs.ts';
import { messages } from '../lib/messages/messages.ts';

interface JobStateMarkProps {
  readonly job: Pick<Job, 'state' | 'isPaused'>;
}

type Mark = JobState | 'paused';

const marks: Readonly<Record<Mark, { readonly icon: TablerIcon; readonly color: string }>> = {
  queued: { icon: IconCircleDashed, color: 'dimmed' },
  paused: { icon: IconPlayerPause, color: 'var(--mantine-color-anchor)' },
  running: { icon: IconLoader, color: 'var(--mantine-color-anchor)' },
  succeeded: { icon: IconCircleCheck, color: 'light-dark(#00694e, #2bc79a)' },
  failed: { icon: IconCircleX, color: 'var(--mantine-color-error)' },
  cancelled: { icon: IconPlayerStop, color: 'dimmed' },
  interrupted: { icon: IconPlugConnectedX, color: 'light-dark(#8a5a00, #e69f00)' },
};

/** The state of a job by sign, word and colour. */
export function JobStateMark({ job }: JobStateMarkProps) {
  const state: Mark = job.isPaused ? 'paused' : job.state;
  const { icon: Icon, color } = marks[state];
  return (
    <Group gap={4} wrap="nowrap" flex="none">
      <Text component="span" c={color} lh={1} display="inline-flex">
        <Icon size={15} aria-hidden />
      </Text>
      <Text component="span" size="xs" c={color}>
        {messages.jobs.states[state]}
      </Text>
    </Group>
  );
}
