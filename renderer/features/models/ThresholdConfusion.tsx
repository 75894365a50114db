import { Chart } from '../../components/Chart.tsx';
import { confusionOption } from '../../components/charts/confusion-option.ts';
import { formatCount } from '../../lib/format.ts';
import { modelsMessages } from './messages.ts';
import type { ThresholdFigures } from './threshold-figures.ts';

interface ThresholdConfusionProps {
  readonly figures: ThresholdFigures;
  readonly labels: readonly [negative: string, positive: string];
}

/** True against predicted class at the chosen threshold. */
export function ThresholdConfusion({ figures, labels }: ThresholdConfusionProps) {
  const { point, rows } = figures;
  const [negative, positive] = labels;
  const counts = [
    [point.trueNegatives, point.falsePositives],
    [point.falseNegatives, point.truePositives],
  ];
  return (
    <Chart
      title={modelsMessages.confusionTitle(formatCount(point.trueNegatives + point.truePositives), formatCount(rows))}
      subtitle={modelsMessages.confusionSubtitle}
      height={280}
      table={{
        columns: [modelsMessages.tableTrue, modelsMessages.called(negative), modelsMessages.called(positive)],
        rows: counts.map((row, index) => [modelsMessages.actually(labels[index] ?? ''), ...row]),
      }}
      option={(palette) => confusionOption({ labels, counts }, palette)}
    />
  );
}
