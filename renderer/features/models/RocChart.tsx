import { useCallback, useMemo } from 'react';
import type { EvaluationReport } from '../../../shared/contract/evaluation.ts';
import { Chart } from '../../components/Chart.tsx';
import { curveOption } from '../../components/charts/curve-option.ts';
import type { ChartPalette } from '../../components/charts/palette.ts';
import { chosenPoint, curveTable } from './chosen-point.ts';
import { rocFinding } from './findings.ts';
import { modelsMessages } from './messages.ts';
import type { ThresholdFigures } from './threshold-figures.ts';

interface RocChartProps {
  readonly report: EvaluationReport;
  readonly figures: ThresholdFigures | undefined;
}

const { falsePositiveRate, truePositiveRate } = modelsMessages.axes;

/** True against false positive rate over all thresholds, the chosen one marked. */
export function RocChart({ report, figures }: RocChartProps) {
  const { roc } = report;
  const table = useMemo(() => curveTable(roc ?? [], falsePositiveRate, truePositiveRate), [roc]);
  const option = useCallback(
    (palette: ChartPalette) =>
      curveOption(
        {
          points: roc ?? [],
          xName: falsePositiveRate,
          yName: truePositiveRate,
          chance: { label: modelsMessages.chance, from: [0, 0], to: [1, 1] },
        },
        palette,
      ),
    [roc],
  );
  return (
    <Chart
      title={rocFinding(report)}
      subtitle={modelsMessages.rocSubtitle}
      height={280}
      table={table}
      option={option}
      marker={chosenPoint(figures?.falsePositiveRate.value, figures?.recall.value)}
    />
  );
}
