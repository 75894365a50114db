import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { Link } from 'react-router';
import { DatasetVersion } from '../../../shared/contract/datasets.ts';
import { ModelVersion } from '../../../shared/contract/models.ts';
import { versionReference } from '../../../shared/ids.ts';
import { ErrorPanel } from '../../components/ErrorPanel.tsx';
import { ProgressBar } from '../../components/ProgressBar.tsx';
import { queries } from '../../lib/api.ts';
import { formatCount } from '../../lib/format.ts';
import { isOver } from '../../lib/job-view.ts';
import { messages } from '../../lib/messages/messages.ts';
import { useJob } from '../../lib/use-job.ts';
import { datasetPath } from './dataset-path.ts';
import { ImportedModel } from './ImportedModel.tsx';
import { importQueue } from './import-queue.ts';

interface ImportRunProps {
  readonly itemKey: string;
  readonly jobId: string;
}

const m = messages.datasets;

/** An import that runs or has ended: bytes, rate, time left; then the dataset, or why there is none. */
export function ImportRun({ itemKey, jobId }: ImportRunProps) {
  const { job, progress, error } = useJob(jobId);
  const cancel = useMutation(queries.jobs.cancel.mutationOptions());
  const again = (
    <Button size="xs" variant="default" onClick={() => importQueue.reopen(itemKey)}>
      {m.importAgain}
    </Button>
  );
  if (error) return <ErrorPanel error={error} onRetry={() => importQueue.reopen(itemKey)} />;
  if (job === undefined || !isOver(job)) {
    return (
      <ProgressBar
        progress={progress}
        label={job?.title ?? m.importTitle}
        isQueued={job?.state === 'queued'}
        isCancelling={cancel.isPending || cancel.isSuccess}
        onCancel={job === undefined ? undefined : () => cancel.mutate({ jobId: job.id, keepBest: false })}
      />
    );
  }
  if (job.error) return <ErrorPanel error={job.error} onRetry={() => importQueue.reopen(itemKey)} />;
  const model = job.kind === 'importModel' ? ModelVersion.safeParse(job.result) : undefined;
  if (model?.success) return <ImportedModel model={model.data} onLeave={() => importQueue.remove(itemKey)} />;
  const parsed = DatasetVersion.safeParse(job.result);
  if (!parsed.success) {
    return (
      <Group>
        <Text size="sm">{m.importCancelled}</Text>
        {again}
      </Group>
    );
  }
  const dataset = parsed.data;
  return (
    <Alert
      variant="default"
      icon={<IconCircleCheck size={20} aria-hidden />}
      title={m.importDone(dataset.name, dataset.version)}
    >
      <Stack gap="xs">
        <Text size="sm">
          {m.importDoneText(formatCount(dataset.rows), formatCount(dataset.columns.length))}{' '}
          {dataset.quarantined > 0 && m.importQuarantined(formatCount(dataset.quarantined))}
        </Text>
        <Group gap="xs">
          <Button size="xs" component={Link} to={datasetPath(dataset.name)} onClick={() => importQueue.remove(itemKey)}>
            {m.importOpen}
          </Button>
          <Button
            size="xs"
            variant="default"
            component={Link}
            to={`/train?dataset=${encodeURIComponent(versionReference(dataset))}`}
          >
            {m.importTrain}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
