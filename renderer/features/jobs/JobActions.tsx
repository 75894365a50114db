import { Button, Group } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconPlayerPause, IconPlayerPlay, IconPlayerStop, IconTrash } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import type { Job } from '../../../shared/contract/jobs.ts';
import { queries } from '../../lib/api.ts';
import { isOver } from '../../lib/job-view.ts';
import { messages } from '../../lib/messages/messages.ts';

interface JobActionsProps {
  readonly job: Job;
}

const m = messages.jobs;
const onError = (error: Error) => notifications.show({ color: 'red', message: error.message });

/** What can be done with a job in its state: cancel, keep the best so far, resume, drop. */
export function JobActions({ job }: JobActionsProps) {
  const cancel = useMutation(queries.jobs.cancel.mutationOptions({ onError }));
  const pause = useMutation(queries.jobs.pause.mutationOptions({ onError }));
  const resume = useMutation(queries.jobs.resume.mutationOptions({ onError }));
  const drop = useMutation(queries.jobs.drop.mutationOptions({ onError }));
  const jobId = job.id;
  if (!isOver(job)) {
    const isEnding = cancel.isPending || cancel.isSuccess;
    return (
      <Group gap={6} wrap="nowrap">
        {job.kind === 'train' && job.state === 'running' && (
          <Button
            size="compact-xs"
            variant="default"
            disabled={isEnding}
            leftSection={
              job.isPaused ? <IconPlayerPlay size={13} aria-hidden /> : <IconPlayerPause size={13} aria-hidden />
            }
            onClick={() => (job.isPaused ? resume : pause).mutate({ jobId })}
          >
            {job.isPaused ? m.goOn : m.pause}
          </Button>
        )}
        {job.kind === 'train' && job.state === 'running' && (
          <Button
            size="compact-xs"
            variant="default"
            disabled={isEnding}
            onClick={() => cancel.mutate({ jobId, keepBest: true })}
          >
            {m.keepBest}
          </Button>
        )}
        <Button
          size="compact-xs"
          variant="default"
          disabled={isEnding}
          leftSection={<IconPlayerStop size={13} aria-hidden />}
          onClick={() => cancel.mutate({ jobId, keepBest: false })}
        >
          {isEnding ? messages.components.cancelling : m.cancel}
        </Button>
      </Group>
    );
  }
  if (job.state === 'succeeded' || (!job.isResumable && job.state !== 'interrupted')) return null;
  return (
    <Group gap={6} wrap="nowrap">
      {job.isResumable && (
        <Button
          size="compact-xs"
          loading={resume.isPending}
          leftSection={<IconPlayerPlay size={13} aria-hidden />}
          onClick={() => resume.mutate({ jobId })}
        >
          {/* A training keeps a checkpoint; all else begins again. */}
          {job.state === 'failed' && job.kind !== 'train' ? messages.components.retry : m.resume}
        </Button>
      )}
      {job.state === 'interrupted' && (
        <Button
          size="compact-xs"
          variant="default"
          loading={drop.isPending}
          title={m.dropHint}
          leftSection={<IconTrash size={13} aria-hidden />}
          onClick={() => drop.mutate({ jobId })}
        >
          {m.drop}
        </Button>
      )}
    </Group>
  );
}
