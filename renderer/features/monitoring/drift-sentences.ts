import type { DriftReport, DriftTestInfo } from '../../../shared/contract/monitoring.ts';
import { formatCount, formatNumber } from '../../lib/format.ts';
import { type DriftGrid, judgeOf, type Verdict } from './drift-grid.ts';
import { monitoringMessages } from './messages.ts';

/** What a test is called; unknown ones keep their name. */
export const testLabel = (tests: readonly DriftTestInfo[], name: string): string =>
  tests.find((test) => test.test === name)?.label ?? name;

/** What hovering over a verdict says: test, figure, threshold. */
export function verdictText(verdict: Verdict, tests: readonly DriftTestInfo[]): string {
  const label = testLabel(tests, verdict.test);
  const threshold = formatNumber(verdict.threshold);
  return judgeOf(tests)(verdict) === 'pValue'
    ? monitoringMessages.hoverPValue(label, formatNumber(verdict.pValue), threshold)
    : monitoringMessages.hoverDistance(label, formatNumber(verdict.statistic), threshold);
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

/** The headline of a report: how many columns drifted, and which most. */
export function headline(report: DriftReport, worst: string | undefined): string {
  if (report.drifted === 0) return monitoringMessages.headlineSteady;
  const count = monitoringMessages.headlineDrifted(formatCount(report.drifted), formatCount(report.columns.length));
  return worst === undefined ? count : `${count}, ${monitoringMessages.headlineWorst(worst)}`;
}
