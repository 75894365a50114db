import { useCallback, useMemo } from 'react';
import type { EvaluationReport } from '../../../shared/contract/evaluation.ts';
import { Chart } from '../../components/Chart.tsx';
import { curveOption } from '../../components/charts/curve-option.ts';
import type { ChartPalette } from '../../components/charts/palette.ts';
import { chosenPoint, curveTable } from './chosen-point.ts';
import { precisionRecallFinding } from './findings.ts';
import { modelsMessages } from './messages.ts';
import { prevalenceOf, type ThresholdFigures } from './threshold-figures.ts';

interface PrecisionRecallChartProps {
  readonly points: NonNullable<EvaluationReport['precisionRecall']>;
  readonly figures: ThresholdFigures | undefined;
}

const { precision, recall } = modelsMessages.axes;

/** Precision against recall over all thresholds, the chosen one marked; chance is the share of positive rows. */
export function PrecisionRecallChart({ points, figures }: PrecisionRecallChartProps) {
  const prevalence = figures === undefined ? 0 : prevalenceOf(figures.point);
  const table = useMemo(() => curveTable(points, recall, precision), [points]);
  const option = useCallback(
    (palette: ChartPalette) =>
      curveOption(
        {
          points,
          xName: recall,
          yName: precision,
          chance: { label: modelsMessages.chance, from: [0, prevalence], to: [1, prevalence] },
        },
        palette,
      ),
    [points, prevalence],
  );
  return (
    <Chart
      title={precisionRecallFinding(figures)}
      subtitle={modelsMessages.precisionRecallSubtitle}
      height={280}
      table={table}
      option={option}
      marker={chosenPoint(figures?.recall.value, figures?.precision.value)}
    />
  );
}
