import { SimpleGrid } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { memo } from 'react';
import type { EvaluationReport } from '../../../shared/contract/evaluation.ts';
import { CalibrationChart } from './CalibrationChart.tsx';
import { PrecisionRecallChart } from './PrecisionRecallChart.tsx';
import { RocChart } from './RocChart.tsx';
import { ThresholdConfusion } from './ThresholdConfusion.tsx';
import type { ThresholdFigures } from './threshold-figures.ts';

interface BinaryChartsProps {
  readonly report: EvaluationReport;
  readonly figures: ThresholdFigures | undefined;
  readonly negative: string;
  readonly positive: string;
  /** Called with the classes of a cell that is clicked, and the threshold it is drawn at. */
  readonly onCell?: ((truth: string, answer: string, threshold: number) => void) | undefined;
}

/** The confusion table has nothing but its counts, so it is drawn anew when the slider rests. */
const REST_MS = 90;

/** ROC, precision and recall, calibration and confusion; all but calibration follow the chosen threshold. */
export const BinaryCharts = memo(function BinaryCharts({
  report,
  figures,
  negative,
  positive,
  onCell,
}: BinaryChartsProps) {
  const [rested] = useDebouncedValue(figures, REST_MS);
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
      {report.roc && <RocChart report={report} figures={figures} />}
      {report.precisionRecall && <PrecisionRecallChart points={report.precisionRecall} figures={figures} />}
      {report.calibration && <CalibrationChart bins={report.calibration} />}
      {rested && (
        <ThresholdConfusion
          figures={rested}
          negative={negative}
          positive={positive}
          onCell={onCell && ((truth, answer) => onCell(truth, answer, rested.point.threshold))}
        />
      )}
    </SimpleGrid>
  );
});
