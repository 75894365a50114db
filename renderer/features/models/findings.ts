import type { EvaluationReport } from '../../../shared/contract/evaluation.ts';
import { formatNumber, formatShare } from '../../lib/format.ts';
import { modelsMessages } from './messages.ts';
import type { ThresholdFigures } from './threshold-figures.ts';

type CalibrationBins = readonly NonNullable<EvaluationReport['calibration']>[number][];
type Confusion = NonNullable<EvaluationReport['confusion']>;

/** Value of a metric in a report; null when it is absent or has no answer. */
export function metricValue(report: EvaluationReport, name: string): number | null {
  return report.metrics.find((metric) => metric.name === name)?.value ?? null;
}

/** What the ROC curve says, in words. */
export function rocFinding(report: EvaluationReport): string {
  const area = metricValue(report, 'rocAuc');
  return area === null ? modelsMessages.rocTitleUnknown : modelsMessages.rocTitle(formatShare(area));
}

/** What the chosen threshold means, in words. */
export function precisionRecallFinding(figures: ThresholdFigures | undefined): string {
  const precision = figures?.precision.value ?? null;
  const recall = figures?.recall.value ?? null;
  return precision === null || recall === null
    ? modelsMessages.precisionRecallTitleUnknown
    : modelsMessages.precisionRecallTitle(formatShare(precision), formatShare(recall));
}

/**
 * What the calibration bins say: the mean distance of observed from predicted, weighted by rows (Naeini et al. 2015), and its
 * direction when most of it goes one way. Bins whose interval holds the prediction count as good; without rows it is good.
 */
export function calibrationFinding(bins: CalibrationBins): string {
  const rows = bins.reduce((sum, bin) => sum + bin.rows, 0);
  const isHeld = bins.every(
    (bin) => bin.rows === 0 || (bin.meanPredicted >= bin.observedLower && bin.meanPredicted <= bin.observedUpper),
  );
  const weigh = (distance: (bin: CalibrationBins[number]) => number): number =>
    rows === 0 ? 0 : bins.reduce((sum, bin) => sum + (bin.rows === 0 ? 0 : bin.rows * distance(bin)), 0) / rows;
  const absolute = weigh((bin) => Math.abs(bin.meanPredicted - bin.observed));
  const signed = weigh((bin) => bin.meanPredicted - bin.observed);
  if (isHeld || absolute < 0.01) return modelsMessages.calibrationGood;
  if (Math.abs(signed) < 0.7 * absolute) return modelsMessages.calibrationMixed(formatShare(absolute));
  return signed > 0
    ? modelsMessages.calibrationHigh(formatShare(absolute))
    : modelsMessages.calibrationLow(formatShare(absolute));
}

/** The pair of classes most often mistaken, as a share of the true class. Classes without rows have no share. */
export function confusionFinding({ labels, counts }: Confusion): string {
  let worst: { truth: string; predicted: string; share: number } | undefined;
  counts.forEach((row, truth) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    row.forEach((count, predicted) => {
      if (truth === predicted || total === 0 || count === 0) return;
      const share = count / total;
      if (worst === undefined || share > worst.share)
        worst = { truth: labels[truth] ?? '', predicted: labels[predicted] ?? '', share };
    });
  });
  return worst === undefined
    ? modelsMessages.confusionPerfect
    : modelsMessages.confusionWorst(worst.truth, worst.predicted, formatShare(worst.share));
}

/** What the residuals say: the median absolute error. */
export function residualFinding(report: EvaluationReport): string {
  const median = metricValue(report, 'medianAbsoluteError');
  return median === null ? modelsMessages.residualsTitleUnknown : modelsMessages.residualsTitle(formatNumber(median));
}

/** What predicted against actual says: the share of the variance explained. */
export function agreementFinding(report: EvaluationReport): string {
  const explained = metricValue(report, 'r2');
  return explained === null
    ? modelsMessages.agreementTitleUnknown
    : modelsMessages.agreementTitle(formatShare(explained));
}
