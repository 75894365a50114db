import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useSearchParams } from 'react-router';
import { EmptyState } from '../../components/EmptyState.tsx';
import { ErrorPanel } from '../../components/ErrorPanel.tsx';
import { LateSkeleton } from '../../components/LateSkeleton.tsx';
import { api, queries } from '../../lib/api.ts';
import { trainingMessages } from './messages.ts';
import { TrainForm, type TrainingAsked } from './TrainForm.tsx';
import { TrainingRun } from './TrainingRun.tsx';
import { useOpenedForm } from './use-opened-form.ts';

/** One form, then live curves, then the result. The address holds dataset and run, so it can be reopened. */
export function TrainPage() {
  const [search, setSearch] = useSearchParams();
  const jobId = search.get('job');
  const datasets = useQuery(queries.datasets.list.queryOptions());
  const opened = useOpenedForm(datasets.data);
  const follow = ({ jobId: started }: { readonly jobId: string }) =>
    setSearch((old) => new URLSearchParams([...old].filter(([key]) => key !== 'job').concat([['job', started]])));
  const begin = useMutation({
    mutationFn: (asked: TrainingAsked) =>
      asked.kind === 'train' ? api.training.train(asked.request) : api.training.detect(asked.request),
    onSuccess: follow,
  });
  const backToForm = () => setSearch((old) => new URLSearchParams([...old].filter(([key]) => key !== 'job')));
  return (
    <Stack gap="md">
      <Group justify="space-between" align="flex-start">
        <div>
          <Title order={1} size="h3">
            {trainingMessages.title}
          </Title>
          <Text size="sm" c="dimmed">
            {trainingMessages.intro}
          </Text>
        </div>
        {jobId !== null && (
          <Button variant="default" onClick={backToForm}>
            {trainingMessages.newRun}
          </Button>
        )}
      </Group>
      {datasets.isPending && <LateSkeleton lines={10} />}
      {datasets.error && <ErrorPanel error={datasets.error} onRetry={() => datasets.refetch()} />}
      {datasets.data?.length === 0 && (
        <EmptyState
          title={trainingMessages.noDatasetsTitle}
          text={trainingMessages.noDatasetsText}
          action={
            <Button component={Link} to="/data">
              {trainingMessages.goToData}
            </Button>
          }
        />
      )}
      {jobId !== null && <TrainingRun jobId={jobId} datasets={datasets.data ?? []} onBack={backToForm} />}
      {opened.error && jobId === null && <ErrorPanel error={opened.error} />}
      {datasets.data && datasets.data.length > 0 && opened.form !== undefined && (
        <div hidden={jobId !== null}>
          {begin.error && <ErrorPanel error={begin.error} onRetry={begin.reset} />}
          <TrainForm
            form={opened.form}
            datasets={datasets.data}
            isStarting={begin.isPending}
            onStart={begin.mutate}
            onDataset={(dataset) => setSearch(dataset === null ? {} : { dataset }, { replace: true })}
          />
        </div>
      )}
    </Stack>
  );
}
