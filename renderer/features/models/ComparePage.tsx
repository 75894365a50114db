import { Button, Group, Select, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { BackLink } from '../../components/BackLink.tsx';
import { ChartSource } from '../../components/chart-source.ts';
import { EmptyState } from '../../components/EmptyState.tsx';
import { ErrorPanel } from '../../components/ErrorPanel.tsx';
import { LateSkeleton } from '../../components/LateSkeleton.tsx';
import { PageHead } from '../../components/PageHead.tsx';
import { modelRuns } from '../../components/runs/model-runs.ts';
import { RunsChart } from '../../components/runs/RunsChart.tsx';
import { RunsTable } from '../../components/runs/RunsTable.tsx';
import { queries } from '../../lib/api.ts';
import { comparable, questionOf } from '../../lib/compare-models.ts';
import { formatCount } from '../../lib/format.ts';
import { headlineFirst } from './baseline-distance.ts';
import { modelsMessages } from './messages.ts';
import { shareHeldOutRows } from './same-rows.ts';

const MOST_RUNS = 500;
const MOST_FIGURES = 4;

/** Models that answer the same question, side by side: parallel coordinates of parameters against figures, and a table. */
export function ComparePage() {
  const [search, setSearch] = useSearchParams();
  const models = useQuery(queries.models.list.queryOptions());
  const [chosen, setChosen] = useState<ReadonlySet<string> | undefined>();
  // What was never judged has no figure to compare.
  const judged = useMemo(() => (models.data ?? []).filter(({ metrics }) => metrics.length > 0), [models.data]);
  const questions = useMemo(() => {
    const counts = new Map<string, number>();
    for (const model of judged) counts.set(questionOf(model), (counts.get(questionOf(model)) ?? 0) + 1);
    return [...counts].toSorted((a, b) => b[1] - a[1]);
  }, [judged]);
  const question = search.get('question') ?? questions[0]?.[0] ?? null;
  const compared = useMemo(() => {
    const first = judged.find((model) => questionOf(model) === question);
    return first === undefined ? [] : comparable(judged, first, MOST_RUNS);
  }, [judged, question]);
  const runs = useMemo(() => modelRuns(compared), [compared]);
  const figures = useMemo(() => {
    const common = headlineFirst(compared[0]?.metrics ?? []).filter(({ name }) =>
      compared.every((model) => model.metrics.some((metric) => metric.name === name && metric.value !== null)),
    );
    return common.slice(0, MOST_FIGURES).map((metric) => metric.name);
  }, [compared]);
  const shown = useMemo(() => (chosen === undefined ? runs : runs.filter((run) => chosen.has(run.id))), [runs, chosen]);
  return (
    <Stack gap="md">
      <div>
        <BackLink to="/models" label={modelsMessages.back} />
        <PageHead
          title={modelsMessages.compareTitle}
          actions={
            questions.length > 0 && (
              <Select
                size="xs"
                w={320}
                aria-label={modelsMessages.compareQuestion}
                allowDeselect={false}
                data={questions.map(([key, count]) => ({
                  value: key,
                  label: modelsMessages.compareOption(key, formatCount(count)),
                }))}
                value={question}
                onChange={(next) => {
                  setChosen(undefined);
                  if (next !== null) setSearch({ question: next });
                }}
              />
            )
          }
        />
      </div>
      {models.isPending && <LateSkeleton lines={8} />}
      {models.error && <ErrorPanel error={models.error} onRetry={() => models.refetch()} />}
      {models.data && compared.length < 2 && (
        <EmptyState
          title={modelsMessages.compareEmptyTitle}
          text={modelsMessages.compareEmptyText}
          action={
            <Button component={Link} to="/train">
              {modelsMessages.listTrain}
            </Button>
          }
        />
      )}
      {compared.length > 1 && (
        <>
          <Text size="sm" c="dimmed">
            {shareHeldOutRows(compared) ? modelsMessages.compareSameRows : modelsMessages.compareOtherRows}
          </Text>
          <ChartSource value={modelsMessages.sourceRuns}>
            <RunsChart runs={runs} figures={figures} onChosen={setChosen} height={380} />
          </ChartSource>
          <Group justify="space-between" align="baseline">
            <Text size="sm" c="dimmed" aria-live="polite" className="tabular">
              {modelsMessages.compareShown(formatCount(shown.length), formatCount(runs.length))}
            </Text>
          </Group>
          <RunsTable label={modelsMessages.compareTitle} runs={shown} figures={figures} />
        </>
      )}
    </Stack>
  );
}
