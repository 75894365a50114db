import { describe, expect, it } from 'vitest';
import { calibratorOf, estimatePerformance, likelyArea } from '../../electron/compute/drift/estimate-performance.ts';
import { isotonicRegression } from '../../electron/compute/stats/isotonic.ts';
import { cutsOf, rocAuc } from '../../electron/compute/stats/ranking.ts';
import { expectAgreement, folderCases, vectorOf } from './golden-cases.ts';

const NAMES: Readonly<Record<string, keyof ReturnType<typeof estimatePerformance>>> = {
  roc_auc: 'rocAuc',
  average_precision: 'averagePrecision',
  accuracy: 'accuracy',
  precision: 'precision',
  recall: 'recall',
  specificity: 'specificity',
  f1: 'f1',
};

describe('performance estimated without answers equals NannyML', () => {
  const cases = folderCases(new URL('./data/estimation/', import.meta.url));
  it.each(cases.map((one) => [one.golden.id, one] as const))('%s', (_, { golden, input }) => {
    const columns = input();
    const of = (name: string) => vectorOf(columns[name]);
    const { isCalibrated, calibrate } = calibratorOf(of('reference.repaid'), of('reference.y_pred_proba'));
    expect(isCalibrated).toBe(golden.expected['needsCalibration']);
    const [scores, calls] = [of('analysis.y_pred_proba'), of('analysis.y_pred')];
    const chunks = Array.isArray(golden.expected['chunks']) ? golden.expected['chunks'] : [];
    const estimates = chunks.map(([from, to]: readonly [number, number]) => {
      const estimate = estimatePerformance(scores.slice(from, to + 1).map(calibrate), calls.slice(from, to + 1));
      return estimate[NAMES[String(golden.params['metric'])] ?? 'rocAuc'];
    });
    expect(expectAgreement(estimates, golden.expected['value'], golden.tolerance, 'value')).toBeGreaterThan(5);
  });

  it('says where the area will lie once the answers are known', () => {
    const columns = cases[0]?.input() ?? {};
    const of = (name: string) => vectorOf(columns[name]);
    const { calibrate } = calibratorOf(of('reference.repaid'), of('reference.y_pred_proba'));
    const chances = of('analysis.y_pred_proba').slice(0, 2000).map(calibrate);
    const interval = likelyArea(chances);
    const realised = rocAuc(cutsOf(of('analysis.repaid').slice(0, 2000), chances)) ?? Number.NaN;
    expect(interval?.lower).toBeLessThan(realised);
    expect(interval?.upper).toBeGreaterThan(realised);
  });
});

it('isotonic regression pools what falls, averages equal places and is flat beyond the points', () => {
  const fitted = isotonicRegression([1, 2, 3, 3, 5], [0, 1, 0, 1, 2]);
  const expected = [0, 0, 2 / 3, 2 / 3, 4 / 3, 2, 2];
  for (const [i, at] of [0, 1, 2, 3, 4, 5, 9].entries()) expect(fitted(at)).toBeCloseTo(expected[i] ?? Number.NaN, 12);
});
