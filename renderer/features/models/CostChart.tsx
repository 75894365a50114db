import { useCallback, useMemo } from 'react';
import { Chart } from '../../components/Chart.tsx';
import { costOption } from '../../components/charts/cost-option.ts';
import type { ChartPalette } from '../../components/charts/palette.ts';
import { formatNumber } from '../../lib/format.ts';
import { chosenPoint } from './chosen-point.ts';
import { modelsMessages } from './messages.ts';
import type { ThresholdFigures, ThresholdTable } from './threshold-figures.ts';

interface CostChartProps {
  readonly table: ThresholdTable;
  readonly chosen: ThresholdFigures | undefined;
}

/** What all errors cost at every threshold; the title names the cheapest. */
export function CostChart({ table, chosen }: CostChartProps) {
  const { cheapest } = table;
  const points = useMemo(
    () => table.figures.map((one) => ({ threshold: one.point.threshold, cost: one.cost })),
    [table],
  );
  const rows = useMemo(
    () => ({
      columns: [modelsMessages.tableThreshold, modelsMessages.costAxis],
      rows: points.map((point) => [point.threshold, point.cost]),
    }),
    [points],
  );
  const option = useCallback(
    (palette: ChartPalette) =>
      costOption(
        {
          points,
          cheapest: cheapest?.point.threshold ?? 0,
          xName: modelsMessages.thresholdAxis,
          yName: modelsMessages.costAxis,
        },
        palette,
      ),
    [points, cheapest],
  );
  if (cheapest === undefined) return null;
  return (
    <Chart
      title={modelsMessages.costChartTitle(formatNumber(cheapest.point.threshold))}
      subtitle={modelsMessages.costChartSubtitle}
      height={210}
      table={rows}
      option={option}
      marker={chosenPoint(chosen?.point.threshold, chosen?.cost)}
    />
  );
}
