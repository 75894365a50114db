import { SimpleGrid } from '@mantine/core';
import type { EvaluationReport } from '../../../shared/contract/evaluation.ts';
import { Chart } from '../../components/Chart.tsx';
import { agreementOption } from '../../components/charts/agreement-option.ts';
import { histogramOption } from '../../components/charts/histogram-option.ts';
import { agreementFinding, residualFinding } from './findings.ts';
import { modelsMessages } from './messages.ts';

interface RegressionChartsProps {
  readonly report: EvaluationReport;
  /** Name of the target: its unit is the unit of both charts. */
  readonly target: string;
}

/** Predicted against actual, and how residuals are distributed. */
export function RegressionCharts({ report, target }: RegressionChartsProps) {
  const { residuals, predictedAgainstActual } = report;
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
      {predictedAgainstActual && (
        <Chart
          title={agreementFinding(report)}
          subtitle={modelsMessages.agreementSubtitle}
          height={320}
          table={{
            columns: [modelsMessages.tableActual, modelsMessages.tablePredictedValue],
            rows: predictedAgainstActual.map((point) => [point.actual, point.predicted]),
          }}
          option={(palette) => agreementOption(predictedAgainstActual, target, palette)}
        />
      )}
      {residuals && (
        <Chart
          title={residualFinding(report)}
          subtitle={modelsMessages.residualsSubtitle}
          height={320}
          table={{
            columns: [modelsMessages.tableFrom, modelsMessages.tableTo, modelsMessages.tableRows],
            rows: residuals.counts.map((count, index) => [
              residuals.edges[index] ?? null,
              residuals.edges[index + 1] ?? null,
              count,
            ]),
          }}
          option={(palette) => histogramOption(residuals, modelsMessages.residualAxis(target), palette)}
        />
      )}
    </SimpleGrid>
  );
}
