import type { ThresholdPoint } from '../../../shared/contract/evaluation.ts';
import { Chart } from '../../components/Chart.tsx';
import { costOption } from '../../components/charts/cost-option.ts';
import { formatNumber } from '../../lib/format.ts';
import { modelsMessages } from './messages.ts';
import { cheapestPoint, costOf, type ErrorCosts } from './threshold-figures.ts';

interface CostChartProps {
  readonly thresholds: readonly ThresholdPoint[];
  readonly chosen: number | undefined;
  readonly costs: ErrorCosts;
}

/** What all errors cost at every threshold; the title names the cheapest. */
export function CostChart({ thresholds, chosen, costs }: CostChartProps) {
  const cheapest = cheapestPoint(thresholds, costs);
  if (cheapest === undefined) return null;
  const points = thresholds.map((one) => ({ threshold: one.threshold, cost: costOf(one, costs) }));
  return (
    <Chart
      title={modelsMessages.costChartTitle(formatNumber(cheapest.threshold))}
      subtitle={modelsMessages.costChartSubtitle}
      height={210}
      table={{
        columns: [modelsMessages.tableThreshold, modelsMessages.costAxis],
        rows: points.map((point) => [point.threshold, point.cost]),
      }}
      option={(palette) =>
        costOption(
          {
            points,
            chosen,
            cheapest: cheapest.threshold,
            xName: modelsMessages.thresholdAxis,
            yName: modelsMessages.costAxis,
          },
          palette,
        )
      }
    />
  );
}
