import { Anchor, Group, Progress, Text } from '@mantine/core';
import { Link } from 'react-router';
import type { Job } from '../../../shared/contract/jobs.ts';
import { type DataColumn, DataTable } from '../../components/DataTable.tsx';
import { JobStateMark } from '../../components/JobStateMark.tsx';
import { percentDone, progressText } from '../../components/progress-text.ts';
import { formatDateTime, formatDuration } from '../../lib/format.ts';
import { isOver } from '../../lib/job-view.ts';
import { messages } from '../../lib/messages/messages.ts';
import { JobActions } from './JobActions.tsx';
import { tookMs } from './job-time.ts';

interface JobTableProps {
  readonly jobs: readonly Job[];
}

const m = messages.jobs;

/** Progress while it runs; afterwards what went wrong, if anything. */
function Outcome({ job }: { readonly job: Job }) {
  if (isOver(job)) {
    return job.error === null ? null : (
      <Text size="xs" lineClamp={2} title={job.error.message}>
        {job.error.message}
      </Text>
    );
  }
  const percent = percentDone(job.progress);
  return (
    <Group gap="xs" wrap="nowrap">
      <Progress
        w={110}
        size={6}
        value={percent ?? 100}
        striped={percent === undefined && !job.isPaused}
        animated={percent === undefined && !job.isPaused}
        aria-label={job.title}
      />
      <Text size="xs" c="dimmed" className="tabular nowrap">
        {job.progress === null ? messages.components.queued : progressText(job.progress)}
      </Text>
    </Group>
  );
}

const columns: readonly DataColumn<Job>[] = [
  {
    id: 'job',
    label: m.columnJob,
    width: '30%',
    sortBy: (job) => job.title,
    cell: (job) => (
      <Anchor component={Link} to={`/jobs/${job.id}`} size="sm" fw={600}>
        {job.title}
      </Anchor>
    ),
  },
  { id: 'kind', label: m.columnKind, sortBy: (job) => m.kinds[job.kind], cell: (job) => m.kinds[job.kind] },
  {
    id: 'state',
    label: m.columnState,
    sortBy: (job) => m.states[job.isPaused ? 'paused' : job.state],
    cell: (job) => <JobStateMark job={job} />,
  },
  {
    id: 'started',
    label: m.columnStarted,
    sortBy: (job) => job.startedAt ?? job.createdAt,
    cell: (job) => <span className="nowrap">{formatDateTime(job.startedAt ?? job.createdAt)}</span>,
  },
  {
    id: 'took',
    label: m.columnTook,
    isNumeric: true,
    sortBy: tookMs,
    cell: (job) => (tookMs(job) === null ? '' : formatDuration(tookMs(job))),
  },
  { id: 'progress', label: m.columnProgress, cell: (job) => <Outcome job={job} /> },
  { id: 'actions', label: m.columnActions, cell: (job) => <JobActions job={job} /> },
];

/** The ledger, newest first; without columns in which nothing would stand. */
export function JobTable({ jobs }: JobTableProps) {
  const hidden = new Set([
    ...(jobs.some((job) => !isOver(job) || job.error !== null) ? [] : ['progress']),
    ...(jobs.some((job) => !isOver(job) || job.isResumable || job.state === 'interrupted') ? [] : ['actions']),
  ]);
  return (
    <DataTable
      label={m.title}
      rows={jobs}
      columns={columns.filter(({ id }) => !hidden.has(id))}
      rowKey={(job) => job.id}
      initialSort={{ id: 'started', isDescending: true }}
    />
  );
}
