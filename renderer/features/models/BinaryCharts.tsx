import { SimpleGrid } from '@mantine/core';
import type { EvaluationReport, ThresholdPoint } from '../../../shared/contract/evaluation.ts';
import { Chart } from '../../components/Chart.tsx';
import { calibrationOption } from '../../components/charts/calibration-option.ts';
import { confusionOption } from '../../components/charts/confusion-option.ts';
import { curveOption } from '../../components/charts/curve-option.ts';
import { formatCount, formatShare } from '../../lib/format.ts';
import { calibrationFinding, rocFinding } from './findings.ts';
import { modelsMessages } from './messages.ts';
import { type ErrorCosts, figuresAt } from './threshold-figures.ts';

interface BinaryChartsProps {
  readonly report: EvaluationReport;
  readonly point: ThresholdPoint | undefined;
  readonly costs: ErrorCosts;
  readonly labels: readonly [negative: string, positive: string];
}

const height = 280;
const curveTable = (points: NonNullable<EvaluationReport['roc']>, x: string, y: string) => ({
  columns: [modelsMessages.tableThreshold, x, y],
  rows: points.map((one) => [one.threshold, one.x, one.y]),
});

/** Share of positive rows: what precision is by chance. */
function prevalenceOf(point: ThresholdPoint | undefined): number {
  if (point === undefined) return 0;
  const positives = point.truePositives + point.falseNegatives;
  const rows = positives + point.falsePositives + point.trueNegatives;
  return rows === 0 ? 0 : positives / rows;
}

/** ROC, precision and recall, calibration, and confusion; all but calibration follow the chosen threshold. */
export function BinaryCharts({ report, point, costs, labels }: BinaryChartsProps) {
  const figures = point === undefined ? undefined : figuresAt(point, costs);
  const [negative, positive] = labels;
  const { falsePositiveRate, truePositiveRate, precision, recall, predicted } = modelsMessages.axes;
  const prevalence = prevalenceOf(point);
  const confusion = point && {
    labels: [negative, positive],
    counts: [
      [point.trueNegatives, point.falsePositives],
      [point.falseNegatives, point.truePositives],
    ],
  };
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
      {report.roc && (
        <Chart
          title={rocFinding(report)}
          subtitle={modelsMessages.rocSubtitle}
          height={height}
          table={curveTable(report.roc, falsePositiveRate, truePositiveRate)}
          option={(palette) =>
            curveOption(
              {
                points: report.roc ?? [],
                xName: falsePositiveRate,
                yName: truePositiveRate,
                chance: { label: modelsMessages.chance, from: [0, 0], to: [1, 1] },
                chosen: chosenAt(figures?.falsePositiveRate.value, figures?.recall.value),
              },
              palette,
            )
          }
        />
      )}
      {report.precisionRecall && (
        <Chart
          title={precisionRecallTitle(figures?.precision.value, figures?.recall.value)}
          subtitle={modelsMessages.precisionRecallSubtitle}
          height={height}
          table={curveTable(report.precisionRecall, recall, precision)}
          option={(palette) =>
            curveOption(
              {
                points: report.precisionRecall ?? [],
                xName: recall,
                yName: precision,
                chance: { label: modelsMessages.chance, from: [0, prevalence], to: [1, prevalence] },
                chosen: chosenAt(figures?.recall.value, figures?.precision.value),
              },
              palette,
            )
          }
        />
      )}
      {report.calibration && (
        <Chart
          title={calibrationFinding(report.calibration)}
          subtitle={modelsMessages.calibrationSubtitle}
          height={height}
          table={{
            columns: [
              predicted,
              modelsMessages.tableObserved,
              modelsMessages.tableLower,
              modelsMessages.tableUpper,
              modelsMessages.tableRows,
            ],
            rows: report.calibration.map((bin) => [
              bin.meanPredicted,
              bin.observed,
              bin.observedLower,
              bin.observedUpper,
              bin.rows,
            ]),
          }}
          option={(palette) => calibrationOption(report.calibration ?? [], palette)}
        />
      )}
      {confusion && figures && (
        <Chart
          title={modelsMessages.confusionTitle(
            formatCount(figures.point.trueNegatives + figures.point.truePositives),
            formatCount(figures.rows),
          )}
          subtitle={modelsMessages.confusionSubtitle}
          height={height}
          table={{
            columns: [modelsMessages.tableTrue, modelsMessages.called(negative), modelsMessages.called(positive)],
            rows: confusion.counts.map((row, index) => [
              modelsMessages.actually(confusion.labels[index] ?? ''),
              ...row,
            ]),
          }}
          option={(palette) => confusionOption(confusion, palette)}
        />
      )}
    </SimpleGrid>
  );
}

type Known = number | null | undefined;

const chosenAt = (x: Known, y: Known) =>
  typeof x === 'number' && typeof y === 'number' ? { label: modelsMessages.chosen, x, y } : undefined;

const precisionRecallTitle = (precision: Known, recall: Known): string =>
  typeof precision === 'number' && typeof recall === 'number'
    ? modelsMessages.precisionRecallTitle(formatShare(precision), formatShare(recall))
    : modelsMessages.precisionRecallTitleUnknown;
