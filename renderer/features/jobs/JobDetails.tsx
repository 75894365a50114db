import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import { Link } from 'react-router';
import { BackLink } from '../../components/BackLink.tsx';
import { ErrorPanel } from '../../components/ErrorPanel.tsx';
import { JobLog } from '../../components/JobLog.tsx';
import { JobStateMark } from '../../components/JobStateMark.tsx';
import { LateSkeleton } from '../../components/LateSkeleton.tsx';
import { PageHead } from '../../components/PageHead.tsx';
import { ProgressBar } from '../../components/ProgressBar.tsx';
import { formatDateTime, formatDuration } from '../../lib/format.ts';
import { isOver } from '../../lib/job-view.ts';
import { messages } from '../../lib/messages/messages.ts';
import { useJob } from '../../lib/use-job.ts';
import { JobActions } from './JobActions.tsx';
import { JobDocument } from './JobDocument.tsx';
import { tookMs } from './job-time.ts';
import { resultLink } from './result-link.ts';

interface JobDetailsProps {
  readonly id: string;
}

const m = messages.jobs;

/** One job: its progress, why it failed, its log, what it was asked and what it answered. */
export function JobDetails({ id }: JobDetailsProps) {
  const { job, progress, log, error } = useJob(id);
  const back = <BackLink to="/jobs" label={m.back} />;
  if (error) {
    return (
      <Stack gap="md">
        <div>
          {back}
          <PageHead title={m.unknownTitle} />
        </div>
        <ErrorPanel error={error} />
      </Stack>
    );
  }
  if (job === undefined) return <LateSkeleton lines={10} />;
  const link = resultLink(job);
  const took = tookMs(job);
  return (
    <Stack gap="md">
      <div>
        {back}
        <PageHead
          title={job.title}
          actions={
            <>
              <JobActions job={job} />
              {link !== undefined && (
                <Button size="xs" component={Link} to={link} rightSection={<IconArrowRight size={14} aria-hidden />}>
                  {m.openResult}
                </Button>
              )}
            </>
          }
        />
        <Group gap="md">
          <JobStateMark job={job} />
          <Text size="sm" c="dimmed" className="tabular">
            {[
              m.kinds[job.kind],
              `${m.created} ${formatDateTime(job.createdAt)}`,
              job.endedAt !== null && `${m.ended} ${formatDateTime(job.endedAt)}`,
              took !== null && `${m.columnTook} ${formatDuration(took)}`,
            ]
              .filter(Boolean)
              .join(' · ')}
          </Text>
        </Group>
      </div>
      {!isOver(job) && <ProgressBar progress={progress} label={job.title} isQueued={job.state === 'queued'} />}
      {job.error && <ErrorPanel error={job.error} />}
      {job.state === 'interrupted' && (
        <Alert color="gray" variant="light" title={m.interruptedTitle}>
          {m.interruptedText}
        </Alert>
      )}
      <JobLog lines={log} isLive={!isOver(job)} />
      <JobDocument title={m.paramsTitle} document={job.params} />
      {job.result !== null && <JobDocument title={m.resultTitle} document={job.result} />}
    </Stack>
  );
}
