import { memo, useCallback } from 'react';
import { Chart } from '../../components/Chart.tsx';
import { confusionOption } from '../../components/charts/confusion-option.ts';
import type { ChartPalette } from '../../components/charts/palette.ts';
import { formatCount } from '../../lib/format.ts';
import { cellClick } from './cell-click.ts';
import { modelsMessages } from './messages.ts';
import type { ThresholdFigures } from './threshold-figures.ts';

interface ThresholdConfusionProps {
  readonly figures: ThresholdFigures;
  readonly negative: string;
  readonly positive: string;
  /** Called with the classes of a cell that is clicked. */
  readonly onCell?: ((truth: string, answer: string) => void) | undefined;
}

/** True against predicted class at the chosen threshold. */
export const ThresholdConfusion = memo(function ThresholdConfusion({
  figures,
  negative,
  positive,
  onCell,
}: ThresholdConfusionProps) {
  const { point, rows } = figures;
  const labels = [negative, positive];
  const { trueNegatives, falsePositives, falseNegatives, truePositives } = point;
  const counts = [
    [trueNegatives, falsePositives],
    [falseNegatives, truePositives],
  ];
  const option = useCallback(
    (palette: ChartPalette) =>
      confusionOption(
        {
          labels: [negative, positive],
          counts: [
            [trueNegatives, falsePositives],
            [falseNegatives, truePositives],
          ],
        },
        palette,
      ),
    [negative, positive, trueNegatives, falsePositives, falseNegatives, truePositives],
  );
  return (
    <Chart
      title={modelsMessages.confusionTitle(formatCount(trueNegatives + truePositives), formatCount(rows))}
      subtitle={
        onCell === undefined
          ? modelsMessages.confusionSubtitle
          : `${modelsMessages.confusionSubtitle}; ${modelsMessages.confusionClickRows}`
      }
      height={280}
      table={{
        columns: [modelsMessages.tableTrue, modelsMessages.called(negative), modelsMessages.called(positive)],
        rows: counts.map((row, index) => [modelsMessages.actually(labels[index] ?? ''), ...row]),
      }}
      option={option}
      {...cellClick(labels, onCell)}
    />
  );
});
