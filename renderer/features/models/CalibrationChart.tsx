import { memo } from 'react';
import { Chart } from '../../components/Chart.tsx';
import { type CalibrationBin, calibrationOption } from '../../components/charts/calibration-option.ts';
import { calibrationFinding } from './findings.ts';
import { modelsMessages } from './messages.ts';

interface CalibrationChartProps {
  readonly bins: readonly CalibrationBin[];
}

/** Observed shares against predicted probabilities. It does not follow the threshold, so it is not drawn again with it. */
export const CalibrationChart = memo(function CalibrationChart({ bins }: CalibrationChartProps) {
  return (
    <Chart
      title={calibrationFinding(bins)}
      subtitle={modelsMessages.calibrationSubtitle}
      height={280}
      table={{
        columns: [
          modelsMessages.axes.predicted,
          modelsMessages.tableObserved,
          modelsMessages.tableLower,
          modelsMessages.tableUpper,
          modelsMessages.tableRows,
        ],
        rows: bins.map((bin) => [bin.meanPredicted, bin.observed, bin.observedLower, bin.observedUpper, bin.rows]),
      }}
      option={(palette) => calibrationOption(bins, palette)}
    />
  );
});
