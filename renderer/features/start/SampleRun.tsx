import { Accordion, Anchor, Button, Group, Progress, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconCircleCheck, IconLoader } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { Link } from 'react-router';
import { ErrorPanel } from '../../components/ErrorPanel.tsx';
import { LateSkeleton } from '../../components/LateSkeleton.tsx';
import { percentDone } from '../../components/progress-text.ts';
import { queries } from '../../lib/api.ts';
import { formatDuration } from '../../lib/format.ts';
import { isOver } from '../../lib/job-view.ts';
import { messages } from '../../lib/messages/messages.ts';
import { useJob } from '../../lib/use-job.ts';
import { sampleLinks } from './sample-links.ts';
import { sampleSteps, stepName } from './sample-steps.ts';
import classes from './start.module.css';

interface SampleRunProps {
  readonly jobId: string;
  readonly onAgain: () => void;
}

const m = messages.start;

/** The sample project as it goes: each step with what came of it, then ways into the result. */
export function SampleRun({ jobId, onAgain }: SampleRunProps) {
  const { job, log, progress, error } = useJob(jobId);
  const cancel = useMutation(queries.jobs.cancel.mutationOptions());
  if (error) return <ErrorPanel error={error} onRetry={onAgain} />;
  if (job === undefined) return <LateSkeleton lines={5} />;
  const links = job.state === 'succeeded' ? sampleLinks(job.result) : undefined;
  const percent = percentDone(progress);
  const steps = (
    <Stack component="ol" className="plain-list" gap={6} aria-label={m.sampleSteps}>
      {sampleSteps(job, log, progress?.stage).map(({ step, summary }) => (
        <li key={step} className={classes.step}>
          {summary === undefined ? (
            <IconLoader size={16} aria-hidden />
          ) : (
            <IconCircleCheck size={16} className={classes.done} aria-hidden />
          )}
          <Text size="sm" className="tabular">
            <b>{stepName(step)}</b>{' '}
            <Text span c="dimmed" inherit>
              {summary ?? m.stepRunning}
            </Text>
          </Text>
        </li>
      ))}
    </Stack>
  );
  return (
    <Stack gap="sm">
      {!isOver(job) && (
        <Group justify="space-between" wrap="nowrap">
          <Text size="sm">{m.sampleRunning}</Text>
          <Button
            size="compact-xs"
            variant="default"
            disabled={cancel.isPending || cancel.isSuccess}
            onClick={() => cancel.mutate({ jobId: job.id, keepBest: false })}
          >
            {m.sampleCancel}
          </Button>
        </Group>
      )}
      {!isOver(job) && (
        <Progress.Root size={6}>
          <Progress.Section value={percent ?? 100} animated={percent === undefined} aria-label={m.sampleRunning} />
        </Progress.Root>
      )}
      {links === undefined && steps}
      {job.error && <ErrorPanel error={job.error} onRetry={onAgain} />}
      {links && (
        <Stack gap="xs">
          <Text size="sm" fw={600}>
            {m.sampleDone(formatDuration(links.seconds * 1000))}
          </Text>
          <SimpleGrid cols={2} spacing="md" verticalSpacing="xs">
            {links.places.map(({ label, path }) => (
              <Anchor key={path} component={Link} to={path} size="sm">
                {label}
              </Anchor>
            ))}
          </SimpleGrid>
        </Stack>
      )}
      {links && (
        <Accordion variant="contained" keepMounted={false}>
          <Accordion.Item value="steps">
            <Accordion.Control fz="sm">{m.sampleSteps}</Accordion.Control>
            <Accordion.Panel>{steps}</Accordion.Panel>
          </Accordion.Item>
        </Accordion>
      )}
      {isOver(job) && job.state !== 'failed' && (
        <Group>
          <Button size="compact-sm" variant="default" onClick={onAgain}>
            {m.sampleAgain}
          </Button>
        </Group>
      )}
    </Stack>
  );
}
