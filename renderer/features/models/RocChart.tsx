import type { EvaluationReport } from '../../../shared/contract/evaluation.ts';
import { Chart } from '../../components/Chart.tsx';
import { curveOption } from '../../components/charts/curve-option.ts';
import { chosenPoint, curveTable } from './chosen-point.ts';
import { rocFinding } from './findings.ts';
import { modelsMessages } from './messages.ts';
import type { ThresholdFigures } from './threshold-figures.ts';

interface RocChartProps {
  readonly report: EvaluationReport;
  readonly figures: ThresholdFigures | undefined;
}

/** True against false positive rate over all thresholds, the chosen one marked. */
export function RocChart({ report, figures }: RocChartProps) {
  const { falsePositiveRate, truePositiveRate } = modelsMessages.axes;
  const points = report.roc ?? [];
  return (
    <Chart
      title={rocFinding(report)}
      subtitle={modelsMessages.rocSubtitle}
      height={280}
      table={curveTable(points, falsePositiveRate, truePositiveRate)}
      option={(palette) =>
        curveOption(
          {
            points,
            xName: falsePositiveRate,
            yName: truePositiveRate,
            chance: { label: modelsMessages.chance, from: [0, 0], to: [1, 1] },
            chosen: chosenPoint(figures?.falsePositiveRate.value, figures?.recall.value),
          },
          palette,
        )
      }
    />
  );
}
