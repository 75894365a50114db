import { SimpleGrid } from '@mantine/core';
import type { EvaluationReport, ThresholdPoint } from '../../../shared/contract/evaluation.ts';
import { CalibrationChart } from './CalibrationChart.tsx';
import { PrecisionRecallChart } from './PrecisionRecallChart.tsx';
import { RocChart } from './RocChart.tsx';
import { ThresholdConfusion } from './ThresholdConfusion.tsx';
import { type ErrorCosts, figuresAt } from './threshold-figures.ts';

interface BinaryChartsProps {
  readonly report: EvaluationReport;
  readonly point: ThresholdPoint | undefined;
  readonly costs: ErrorCosts;
  readonly labels: readonly [negative: string, positive: string];
}

/** ROC, precision and recall, calibration and confusion; all but calibration follow the chosen threshold. */
export function BinaryCharts({ report, point, costs, labels }: BinaryChartsProps) {
  const figures = point === undefined ? undefined : figuresAt(point, costs);
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
      {report.roc && <RocChart report={report} figures={figures} />}
      {report.precisionRecall && <PrecisionRecallChart points={report.precisionRecall} figures={figures} />}
      {report.calibration && <CalibrationChart bins={report.calibration} />}
      {figures && <ThresholdConfusion figures={figures} labels={labels} />}
    </SimpleGrid>
  );
}
