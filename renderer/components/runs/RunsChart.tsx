import { useCallback, useMemo, useRef } from 'react';
import { metricLabel } from '../../../shared/metric-names.ts';
import { formatNumber } from '../../lib/format.ts';
import { messages } from '../../lib/messages/messages.ts';
import { Chart } from '../Chart.tsx';
import type { ChartPalette } from '../charts/palette.ts';
import { type AxisRanges, parallelOption, passes } from '../charts/parallel-option.ts';
import { bestFirst, figureOf, notToldApart, type Run } from './run.ts';
import { runAxes } from './run-axes.ts';

interface RunsChartProps {
  readonly runs: readonly Run[];
  /** Figures to draw, the one that decides first. */
  readonly figures: readonly string[];
  /** Ids of the runs that pass every chosen stretch; undefined when none is chosen. */
  readonly onChosen: (ids: ReadonlySet<string> | undefined) => void;
  readonly height?: number;
}

const MOST_PARAMS = 7;
const m = messages.components;

/** Parallel coordinates of runs: parameters on the left, figures on the right; nothing for fewer than two runs. */
export function RunsChart({ runs, figures, onChosen, height = 340 }: RunsChartProps) {
  const [leading = ''] = figures;
  const axes = useMemo(() => runAxes(runs, figures.toReversed(), MOST_PARAMS), [runs, figures]);
  const level = useMemo(() => notToldApart(runs, leading), [runs, leading]);
  const [best] = bestFirst(runs, leading);
  const option = useCallback(
    (palette: ChartPalette) =>
      parallelOption(
        {
          axes,
          lines: runs.map((run) => ({
            label: run.label,
            weight: run.id === best?.id ? 'best' : level.has(run.id) ? 'level' : 'other',
          })),
        },
        palette,
      ),
    [axes, runs, best, level],
  );
  const ranges = useRef<AxisRanges>(new Map());
  const onRange = useCallback(
    (axis: string, intervals: readonly (readonly [number, number])[]) => {
      ranges.current = new Map([...ranges.current, [axis, intervals]]);
      const isAny = [...ranges.current.values()].some((chosen) => chosen.length > 0);
      onChosen(
        isAny ? new Set(runs.flatMap((run, line) => (passes(axes, ranges.current, line) ? [run.id] : []))) : undefined,
      );
    },
    [axes, runs, onChosen],
  );
  if (runs.length < 2 || best === undefined) return null;
  const value = figureOf(best, leading)?.value;
  return (
    <Chart
      title={
        level.size > 1
          ? m.runsTitleLevel(best.label, metricLabel(leading), formatNumber(value), level.size - 1)
          : m.runsTitle(best.label, metricLabel(leading), formatNumber(value))
      }
      subtitle={m.runsSubtitle}
      height={height}
      option={option}
      onRange={onRange}
      table={{
        columns: [m.run, ...axes.map((axis) => axis.label)],
        rows: runs.map((run, line) => [run.label, ...axes.map((axis) => axis.values[line] ?? null)]),
      }}
    />
  );
}
