import { Anchor, Group, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link } from 'react-router';
import type { Job } from '../../shared/contract/jobs.ts';
import { JobStateMark } from '../components/JobStateMark.tsx';
import { ProgressBar } from '../components/ProgressBar.tsx';
import { queries } from '../lib/api.ts';
import { formatDateTime } from '../lib/format.ts';
import { isOver } from '../lib/job-view.ts';

interface TrayJobProps {
  readonly job: Job;
  readonly onLeave: () => void;
}

/** One job in the tray: its state, and its progress with a way to stop it. */
export function TrayJob({ job, onLeave }: TrayJobProps) {
  const cancel = useMutation(queries.jobs.cancel.mutationOptions());
  return (
    <li>
      <Group justify="space-between" wrap="nowrap" gap="sm">
        <Anchor component={Link} to={`/jobs/${job.id}`} size="sm" onClick={onLeave} className="clip" title={job.title}>
          {job.title}
        </Anchor>
        <JobStateMark job={job} />
      </Group>
      {isOver(job) ? (
        <Text size="xs" c="dimmed">
          {job.error?.message ?? formatDateTime(job.endedAt)}
        </Text>
      ) : (
        <ProgressBar
          progress={job.progress}
          label={job.title}
          isQueued={job.state === 'queued'}
          isCancelling={cancel.isPending || cancel.isSuccess}
          onCancel={() => cancel.mutate({ jobId: job.id, keepBest: false })}
        />
      )}
    </li>
  );
}
