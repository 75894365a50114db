import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useEffect, useEffectEvent } from 'react';
import { useSearchParams } from 'react-router';
import { ErrorPanel } from '../../components/ErrorPanel.tsx';
import { queries } from '../../lib/api.ts';
import { useJobFeed } from '../../lib/job-feed.ts';
import { isOver } from '../../lib/job-view.ts';
import { messages } from '../../lib/messages/messages.ts';
import { useStartedJob } from '../../lib/use-started-job.ts';
import { SampleRun } from './SampleRun.tsx';

const m = messages.start;

/** One click leads to a trained, drift-checked, exported model with real data. */
export function SamplePanel() {
  const { jobs } = useJobFeed();
  const [search, setSearch] = useSearchParams();
  const demo = useStartedJob(queries.system.demo);
  // A sample project that was started before (in another window, by the command line) is shown as it goes on.
  const earlier = jobs.find((job) => job.kind === 'demo' && (!isOver(job) || job.state === 'succeeded'));
  const jobId = demo.jobId ?? earlier?.id ?? null;
  const asked = search.get('sample');
  const startAsked = useEffectEvent(() => {
    setSearch({}, { replace: true });
    demo.start({ project: asked === 'census' ? 'census' : 'flights' });
  });
  useEffect(() => {
    if (asked !== null) startAsked();
  }, [asked]);
  return (
    <Paper withBorder p="lg" h="100%" component="section" aria-labelledby="sample-title">
      <Stack gap="sm">
        <Title order={2} size="h4" id="sample-title">
          {m.sampleTitle}
        </Title>
        {jobId === null ? (
          <>
            <Text size="sm" c="dimmed">
              {m.sampleText}
            </Text>
            {demo.error && <ErrorPanel error={demo.error} onRetry={demo.reset} />}
            <Group gap="xs">
              <Button
                variant="light"
                leftSection={<IconPlayerPlay size={16} aria-hidden />}
                loading={demo.isStarting}
                onClick={() => demo.start({ project: 'flights' })}
              >
                {m.sampleOpen}
              </Button>
              <Button variant="subtle" disabled={demo.isStarting} onClick={() => demo.start({ project: 'census' })}>
                {m.sampleCensus}
              </Button>
            </Group>
          </>
        ) : (
          <SampleRun key={jobId} jobId={jobId} onAgain={() => demo.start({ project: 'flights' })} />
        )}
      </Stack>
    </Paper>
  );
}
