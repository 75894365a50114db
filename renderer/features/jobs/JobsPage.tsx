import { Button, SegmentedControl, Stack, Text } from '@mantine/core';
import { IconListCheck } from '@tabler/icons-react';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import type { Job } from '../../../shared/contract/jobs.ts';
import { EmptyState } from '../../components/EmptyState.tsx';
import { LateSkeleton } from '../../components/LateSkeleton.tsx';
import { PageHead } from '../../components/PageHead.tsx';
import { formatCount } from '../../lib/format.ts';
import { useJobFeed } from '../../lib/job-feed.ts';
import { isOver } from '../../lib/job-view.ts';
import { messages } from '../../lib/messages/messages.ts';
import { JobDetails } from './JobDetails.tsx';
import { JobTable } from './JobTable.tsx';

const m = messages.jobs;

type Kind = 'all' | 'active' | 'failed' | 'interrupted';
const kinds: readonly { readonly value: Kind; readonly label: string; readonly holds: (job: Job) => boolean }[] = [
  { value: 'all', label: m.filterAll, holds: () => true },
  { value: 'active', label: m.filterActive, holds: (job) => !isOver(job) },
  { value: 'failed', label: m.filterFailed, holds: (job) => job.state === 'failed' },
  { value: 'interrupted', label: m.filterInterrupted, holds: (job) => job.state === 'interrupted' },
];

function JobList() {
  const { jobs, isLoaded } = useJobFeed();
  const [chosen, setChosen] = useState<Kind>('all');
  const kind = kinds.find(({ value }) => value === chosen);
  const shown = jobs.filter((job) => kind?.holds(job) ?? true);
  return (
    <Stack gap="md">
      <PageHead
        title={m.title}
        aside={isLoaded ? m.count(formatCount(jobs.length)) : undefined}
        actions={
          jobs.length > 0 && (
            <SegmentedControl
              size="xs"
              aria-label={m.filter}
              value={chosen}
              data={kinds.map(({ value, label, holds }) => ({
                value,
                label: value === 'all' ? label : `${label} ${String(jobs.filter(holds).length)}`,
              }))}
              onChange={(next) => setChosen(kinds.find(({ value }) => value === next)?.value ?? 'all')}
            />
          )
        }
      />
      {!isLoaded && <LateSkeleton lines={10} />}
      {isLoaded && jobs.length === 0 && (
        <EmptyState
          title={m.emptyTitle}
          text={m.emptyText}
          icon={<IconListCheck size={44} stroke={1.2} aria-hidden />}
          action={
            <Button component={Link} to="/">
              {m.emptyAction}
            </Button>
          }
        />
      )}
      {shown.length > 0 && <JobTable jobs={shown} />}
      {jobs.length > 0 && shown.length === 0 && (
        <Text size="sm" c="dimmed">
          {m.noneOfKind}
        </Text>
      )}
    </Stack>
  );
}

/** What runs, ran and failed; one of them in full when the address names it. */
export function JobsPage() {
  const { id } = useParams();
  return id === undefined ? <JobList /> : <JobDetails key={id} id={id} />;
}
