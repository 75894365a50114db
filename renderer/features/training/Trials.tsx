import { Paper, Text, Title } from '@mantine/core';
import { useCallback, useMemo, useState } from 'react';
import type { Trial } from '../../../shared/contract/search.ts';
import { metricLabel } from '../../../shared/metric-names.ts';
import { Chart } from '../../components/Chart.tsx';
import type { ChartPalette } from '../../components/charts/palette.ts';
import { progressCurvesOption } from '../../components/charts/progress-curves-option.ts';
import { RunsChart } from '../../components/runs/RunsChart.tsx';
import { RunsTable } from '../../components/runs/RunsTable.tsx';
import { bestSoFar, trialRuns } from '../../components/runs/trial-runs.ts';
import { formatCount, formatNumber } from '../../lib/format.ts';
import { trainingMessages as m } from './messages.ts';

interface TrialsProps {
  readonly trials: readonly Trial[];
}

/** The configurations of a search: the best so far, parameters against the figure, and every one as a row. */
export function Trials({ trials }: TrialsProps) {
  const [chosen, setChosen] = useState<ReadonlySet<string> | undefined>();
  const runs = useMemo(() => trialRuns(trials), [trials]);
  const metric = trials[0]?.metric ?? '';
  const figures = useMemo(() => [metric], [metric]);
  const best = useMemo(() => bestSoFar(trials), [trials]);
  const own = useMemo(() => trials.filter(({ isEarlier }) => !isEarlier), [trials]);
  const label = metricLabel(metric);
  const option = useCallback(
    (palette: ChartPalette) =>
      progressCurvesOption(
        [
          { name: m.trialValue, points: trials.flatMap(pointOf), isReference: true },
          { name: m.trialBest, points: best, isReference: false },
        ],
        label,
        palette,
        m.trialAxis,
      ),
    [trials, best, label],
  );
  if (trials.length === 0) return null;
  const shown = chosen === undefined ? runs : runs.filter((run) => chosen.has(run.id));
  const last = best.at(-1);
  return (
    <>
      {best.length > 1 && last !== undefined && (
        <Chart
          title={m.trialsTitle(label, formatNumber(last[1]), formatCount(own.length))}
          subtitle={m.trialsSubtitle(label)}
          height={220}
          option={option}
          table={{
            columns: [m.trialAxis, label, m.trialBest],
            rows: own.map((trial) => [
              trial.trial,
              trial.value,
              best.findLast(([number]) => number <= trial.trial)?.[1] ?? null,
            ]),
          }}
        />
      )}
      <RunsChart runs={runs} figures={figures} onChosen={setChosen} />
      <Paper withBorder p="md" component="section" aria-labelledby="trials-title">
        <Title order={2} size="h5" id="trials-title">
          {m.trialsHeading}
        </Title>
        <Text size="xs" c="dimmed" mb="xs" className="tabular">
          {m.trialsShown(formatCount(shown.length), formatCount(runs.length))}
        </Text>
        <RunsTable label={m.trialsHeading} runs={shown} figures={figures} />
      </Paper>
    </>
  );
}

const pointOf = (trial: Trial): (readonly [number, number])[] =>
  trial.state === 'finished' && trial.value !== null && !trial.isEarlier ? [[trial.trial, trial.value]] : [];
