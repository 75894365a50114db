import type { DriftTestInfo } from '../../../shared/contract/monitoring.ts';
import { AppError } from '../../../shared/errors.ts';
import {
  chiSquare,
  jensenShannonDistance,
  lInfinity,
  populationStabilityIndex,
  totalVariation,
} from '../stats/shares.ts';
import { kolmogorovSmirnov, populationDeviation, quantileBinCounts, wassersteinDistance } from '../stats/two-sample.ts';

/** Both samples of a column, prepared once for every test: sorted numbers, or counts over shared words. */
export type Samples =
  | { readonly kind: 'numeric'; readonly reference: Float64Array; readonly current: Float64Array }
  | { readonly kind: 'categorical'; readonly reference: ArrayLike<number>; readonly current: ArrayLike<number> };

export interface TestAnswer {
  readonly statistic: number;
  readonly pValue: number | null;
}

/** A statistical test or distance: a record in the list below. `run` answers null where there is no answer. */
export interface DriftTest extends DriftTestInfo {
  /** The default threshold is in standard deviations of the reference, since the statistic has the column's unit. */
  readonly isThresholdInDeviations?: boolean;
  run(samples: Samples, params: Readonly<Record<string, unknown>>): TestAnswer | null;
}

const BINS = 10;
const bins = (params: Readonly<Record<string, unknown>>): number =>
  typeof params['bins'] === 'number' && params['bins'] >= 2 ? Math.floor(params['bins']) : BINS;
const distance = (statistic: number | null): TestAnswer | null =>
  statistic === null ? null : { statistic, pValue: null };

/** Counts over cells: words as they are, numbers in bins of equal frequency of the reference. */
function cells(
  samples: Samples,
  params: Readonly<Record<string, unknown>>,
): readonly [ArrayLike<number>, ArrayLike<number>] | null {
  if (samples.kind === 'categorical') return [samples.reference, samples.current];
  if (samples.reference.length === 0 || samples.current.length === 0) return null;
  return quantileBinCounts(samples.reference, samples.current, bins(params));
}

const overCells =
  (f: (p: ArrayLike<number>, q: ArrayLike<number>) => number | null): DriftTest['run'] =>
  (samples, params) => {
    const both = cells(samples, params);
    return both === null ? null : distance(f(both[0], both[1]));
  };

/** Every test. A new one is a record here; the form, the command line and the reports know it then. */
export const DRIFT_TESTS: readonly DriftTest[] = [
  {
    test: 'populationStabilityIndex',
    shortNames: ['psi'],
    label: 'Population stability index',
    appliesTo: 'both',
    judgedBy: 'distance',
    threshold: 0.2,
    description:
      'Sum of (current - reference) ln(current / reference) over ten bins of equal frequency, or over words.',
    run: overCells(populationStabilityIndex),
  },
  {
    test: 'jensenShannonDistance',
    shortNames: ['js', 'jensenShannon'],
    label: 'Jensen-Shannon distance',
    appliesTo: 'both',
    judgedBy: 'distance',
    threshold: 0.1,
    description:
      'Root of the Jensen-Shannon divergence in base 2, over the same bins or words; 0 is equal, 1 disjoint.',
    run: overCells(jensenShannonDistance),
  },
  {
    test: 'kolmogorovSmirnov',
    shortNames: ['ks'],
    label: 'Kolmogorov-Smirnov',
    appliesTo: 'numeric',
    judgedBy: 'pValue',
    threshold: 0.05,
    description:
      'Largest distance of the distribution functions, exact; the p value counts all relabellings while that can be done.',
    run: (samples) => (samples.kind === 'numeric' ? kolmogorovSmirnov(samples.reference, samples.current) : null),
  },
  {
    test: 'wassersteinDistance',
    shortNames: ['wasserstein', 'emd'],
    label: 'Wasserstein distance',
    appliesTo: 'numeric',
    judgedBy: 'distance',
    threshold: 0.1,
    isThresholdInDeviations: true,
    description:
      'Area between the distribution functions, in the unit of the column; its threshold counts standard deviations of the reference.',
    run: (samples) =>
      samples.kind === 'numeric' ? distance(wassersteinDistance(samples.reference, samples.current)) : null,
  },
  {
    test: 'wassersteinNormed',
    shortNames: ['normedWasserstein'],
    label: 'Wasserstein / standard deviation',
    appliesTo: 'numeric',
    judgedBy: 'distance',
    threshold: 0.1,
    description: "Wasserstein distance over the reference's standard deviation.",
    run: (samples) => {
      if (samples.kind !== 'numeric') return null;
      const area = wassersteinDistance(samples.reference, samples.current);
      return area === null ? null : distance(area / Math.max(populationDeviation(samples.reference), 1e-3));
    },
  },
  {
    test: 'chiSquare',
    shortNames: ['chi2', 'chisquare'],
    label: 'Chi-square',
    appliesTo: 'categorical',
    judgedBy: 'pValue',
    threshold: 0.05,
    description: 'Pearson chi-square of the table of both samples; both are taken as random.',
    run: (samples) => (samples.kind === 'categorical' ? chiSquare(samples.reference, samples.current) : null),
  },
  {
    test: 'lInfinity',
    shortNames: ['linf', 'linfinity'],
    label: 'L-infinity',
    appliesTo: 'categorical',
    judgedBy: 'distance',
    threshold: 0.1,
    description: 'Largest difference of the share of a single word.',
    run: overCells(lInfinity),
  },
  {
    test: 'totalVariation',
    shortNames: ['tv'],
    label: 'Total variation',
    appliesTo: 'both',
    judgedBy: 'distance',
    threshold: 0.1,
    description: 'Half the sum of the differences of shares.',
    run: overCells(totalVariation),
  },
];

/** The test of that name or short name. Throws INVALID_ARGUMENT that lists the names. */
export function resolveDriftTest(name: string): DriftTest {
  const wanted = name.toLowerCase();
  const found = DRIFT_TESTS.find(
    (test) => test.test.toLowerCase() === wanted || test.shortNames.some((short) => short.toLowerCase() === wanted),
  );
  if (found) return found;
  throw new AppError('INVALID_ARGUMENT', {
    message: `There is no test "${name}".`,
    remedy: `Tests: ${DRIFT_TESTS.map((test) => `${test.test} (${test.shortNames[0]})`).join(', ')}.`,
  });
}

/** Tests of a column when nobody names any; the first decides. Why these: docs/decisions/0004. */
export const DEFAULT_TESTS = {
  numeric: ['populationStabilityIndex', 'kolmogorovSmirnov', 'wassersteinDistance', 'jensenShannonDistance'],
  categorical: ['jensenShannonDistance', 'chiSquare', 'populationStabilityIndex', 'lInfinity'],
  /** Distances over thousands of rare words measure sampling noise: the largest single change decides instead. */
  manyWords: ['lInfinity', 'jensenShannonDistance', 'populationStabilityIndex', 'chiSquare'],
} as const;

/** More words than this are many. */
export const MANY_WORDS = 100;
