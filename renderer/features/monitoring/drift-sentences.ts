import type { MetricValue } from '../../../shared/contract/models.ts';
import type { DriftReport, DriftTestInfo } from '../../../shared/contract/monitoring.ts';
import { metricLabel } from '../../../shared/metric-names.ts';
import { thinPeriods } from '../../../shared/thin-periods.ts';
import { formatCount, formatFull, formatNumber } from '../../lib/format.ts';
import { type DriftGrid, judgeOf, type Verdict } from './drift-grid.ts';
import { monitoringMessages } from './messages.ts';

/** What a test is called; unknown ones keep their name. */
export const testLabel = (tests: readonly DriftTestInfo[], name: string): string =>
  tests.find((test) => test.test === name)?.label ?? name;

/** What hovering over a verdict says: test, figure, threshold. */
export function verdictText(verdict: Verdict, tests: readonly DriftTestInfo[]): string {
  const label = testLabel(tests, verdict.test);
  const threshold = formatFull(verdict.threshold);
  return judgeOf(tests)(verdict) === 'pValue'
    ? monitoringMessages.hoverPValue(label, formatFull(verdict.pValue), threshold)
    : monitoringMessages.hoverDistance(label, formatFull(verdict.statistic), threshold);
}

/** One sentence on a verdict of one period. */
export function verdictSentence(verdict: Verdict, tests: readonly DriftTestInfo[], period: string): string {
  const label = testLabel(tests, verdict.test);
  const threshold = formatNumber(verdict.threshold);
  if (judgeOf(tests)(verdict) === 'pValue') {
    const say = verdict.isDrifted ? monitoringMessages.beyondPValue : monitoringMessages.withinPValue;
    return say(label, formatNumber(verdict.pValue), threshold, period);
  }
  const say = verdict.isDrifted ? monitoringMessages.beyondDistance : monitoringMessages.withinDistance;
  return say(label, formatNumber(verdict.statistic), threshold, period);
}

/** The finding of the heat map: the worst column and in how many periods it drifted. */
export function mapFinding(grid: DriftGrid): string {
  const [worst] = grid.rows;
  if (worst === undefined || worst.drifted === 0) return monitoringMessages.mapTitleSteady;
  const periods =
    grid.periods.length === 1
      ? monitoringMessages.whole
      : monitoringMessages.periodsOf(
          formatCount(worst.drifted),
          formatCount(grid.thin.filter((isThin) => !isThin).length),
        );
  return monitoringMessages.mapTitle(worst.column, periods);
}

/** What the periods with too few rows are, in one sentence; undefined when every period has enough. */
export function thinSentence(report: DriftReport, grid: DriftGrid): string | undefined {
  const names = report.chunks
    .filter((_, period) => grid.thin[period] === true)
    .map((chunk) => monitoringMessages.thinPeriod(chunk.label, formatCount(chunk.rows)));
  return names.length === 0 ? undefined : monitoringMessages.thinPeriods(names.join(', '), names.length);
}

/** Why a comparison counts as drifted as a whole, in a few words. */
export function wholeVerdict({ isDrifted, prediction, share }: DriftReport): string {
  if (!isDrifted) return monitoringMessages.wholeSteady;
  // The predictions alone are enough; most reports say so while few columns moved.
  return prediction?.isDrifted === true && share < 0.5
    ? monitoringMessages.wholePredictions
    : monitoringMessages.wholeDrifted;
}

/** Says that the last period with answers is worse than the held-out rows by more than chance; undefined when it is not. */
export function performanceFallen(report: DriftReport, heldOut: MetricValue): string | undefined {
  const thin = thinPeriods(report.chunks);
  const last = report.chunks.filter((chunk, period) => chunk.performance !== null && !thin[period]).at(-1);
  const { lower, upper } = last?.performance ?? { lower: null, upper: null };
  const { value, isHigherBetter } = heldOut;
  const best = isHigherBetter ? upper : lower;
  if (value === null || best === null || (isHigherBetter ? best >= value : best <= value)) return undefined;
  return monitoringMessages.performanceWorse(metricLabel(heldOut.name));
}

/** The headline of a report: how many columns drifted, and which most. */
export function headline(report: DriftReport, worst: string | undefined): string {
  if (report.drifted === 0) return monitoringMessages.headlineSteady;
  const count = monitoringMessages.headlineDrifted(formatCount(report.drifted), formatCount(report.columns.length));
  return worst === undefined ? count : `${count}, ${monitoringMessages.headlineWorst(worst)}`;
}
