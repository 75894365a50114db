import { Paper, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { ProgressBar } from '../../components/ProgressBar.tsx';
import { queries } from '../../lib/api.ts';
import { useJobFeed } from '../../lib/job-feed.ts';
import { isOver } from '../../lib/job-view.ts';

/** Imports that are under way, above the list they will join. */
export function RunningImports() {
  const { jobs } = useJobFeed();
  const cancel = useMutation(queries.jobs.cancel.mutationOptions());
  const running = jobs.filter((job) => job.kind === 'import' && !isOver(job));
  if (running.length === 0) return null;
  return (
    <Stack gap="xs">
      {running.map((job) => (
        <Paper key={job.id} withBorder p="sm">
          <Text size="sm" fw={600} mb={4}>
            {job.title}
          </Text>
          <ProgressBar
            progress={job.progress}
            label={job.title}
            isQueued={job.state === 'queued'}
            isCancelling={cancel.variables?.jobId === job.id}
            onCancel={() => cancel.mutate({ jobId: job.id, keepBest: false })}
          />
        </Paper>
      ))}
    </Stack>
  );
}
