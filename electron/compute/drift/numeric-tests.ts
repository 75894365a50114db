import { z } from 'zod';
import { andersonDarling } from '../stats/anderson-darling.ts';
import { brunnerMunzel } from '../stats/brunner-munzel.ts';
import { cramerVonMises, cramerVonMisesEcdf } from '../stats/cramer-von-mises.ts';
import { energyDistance } from '../stats/energy-distance.ts';
import { eppsSingleton } from '../stats/epps-singleton.ts';
import { kruskalWallis, levene, oneWayAnova } from '../stats/group-tests.ts';
import { kolmogorovSmirnov, unsortedKolmogorovSmirnov } from '../stats/kolmogorov-smirnov.ts';
import { mannWhitneyU } from '../stats/mann-whitney.ts';
import { studentT, welchT } from '../stats/mean-tests.ts';
import { permutationTest } from '../stats/permutation-test.ts';
import { isVaried, populationDeviation } from '../stats/sorted-sample.ts';
import type { TestOutcome } from '../stats/test-outcome.ts';
import { unsortedWasserstein } from '../stats/unsorted-samples.ts';
import { wassersteinDistance, wassersteinNormed } from '../stats/wasserstein.ts';
import { asDistance, type DriftTest, numericTest, type TestAnswer } from './drift-test.ts';

/** Moves everything but statistic and p value into the details. */
function asAnswer(outcome: TestOutcome | null): TestAnswer | null {
  if (outcome === null) return null;
  const { statistic, pValue, ...others } = outcome;
  const details = Object.entries<unknown>(others).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number',
  );
  return { statistic, pValue, details: Object.fromEntries(details) };
}

const confidence = z.number().gt(0).lt(1).default(0.95);
const byPValue = { judgedBy: 'pValue', threshold: 0.05 } as const;

/** Tests and distances of two samples of numbers. */
export const NUMERIC_TESTS: readonly DriftTest[] = [
  numericTest(
    {
      test: 'kolmogorovSmirnov',
      shortNames: ['ks'],
      label: 'Kolmogorov-Smirnov',
      ...byPValue,
      description:
        'Largest distance of the distribution functions, exact; the p value counts all relabellings while that can be done.',
    },
    {
      method: z.enum(['auto', 'exact', 'permutation', 'asymptotic', 'kolmogorov-limit']).default('auto'),
      alternative: z.enum(['two-sided', 'greater', 'less']).default('two-sided'),
    },
    {
      sorted: (x, y, params) => asAnswer(kolmogorovSmirnov(x, y, params)),
      unsorted: (pair, params) => asAnswer(unsortedKolmogorovSmirnov(pair, params)),
    },
  ),
  numericTest(
    {
      test: 'wassersteinDistance',
      shortNames: ['wasserstein', 'emd'],
      label: 'Wasserstein distance',
      judgedBy: 'distance',
      threshold: 0.1,
      thresholdScale: populationDeviation,
      description:
        'Area between the distribution functions, in the unit of the column; its threshold counts standard deviations of the reference.',
    },
    {},
    {
      sorted: (x, y) => asDistance(wassersteinDistance(x, y)),
      unsorted: (pair) => asDistance(unsortedWasserstein(pair)),
    },
  ),
  numericTest(
    {
      test: 'wassersteinNormed',
      shortNames: ['normedWasserstein'],
      label: 'Wasserstein / standard deviation',
      judgedBy: 'distance',
      threshold: 0.1,
      description: "Wasserstein distance over the reference's standard deviation, at least 0.001.",
    },
    {},
    (x, y) => asDistance(wassersteinNormed(x, y)),
  ),
  numericTest(
    {
      test: 'energyDistance',
      shortNames: ['energy'],
      label: 'Energy distance',
      judgedBy: 'distance',
      threshold: 0.1,
      thresholdScale: (reference) => Math.sqrt(populationDeviation(reference)),
      description:
        'Root of 2 E|X-Y| - E|X-X| - E|Y-Y|; its threshold counts roots of standard deviations of the reference.',
    },
    {},
    (x, y) => {
      const outcome = energyDistance(x, y);
      return outcome === null
        ? null
        : { statistic: outcome.distance, pValue: null, details: { squared: outcome.squared } };
    },
  ),
  numericTest(
    {
      test: 'cramerVonMises',
      shortNames: ['cvm'],
      label: 'Cramér-von Mises',
      ...byPValue,
      description: 'Mean squared distance of the distribution functions, ties by midranks.',
    },
    { method: z.enum(['auto', 'exact', 'asymptotic']).default('asymptotic') },
    (x, y, { method }) => asAnswer(cramerVonMises(x, y, method)),
  ),
  numericTest(
    {
      test: 'cramerVonMisesEcdf',
      label: 'Cramér-von Mises, textbook ties',
      judgedBy: 'distance',
      threshold: 0.461,
      description: 'The statistic with the distribution functions as they are under ties; 0.461 is the limit at 5 %.',
    },
    {},
    (x, y) => asDistance(cramerVonMisesEcdf(x, y)),
  ),
  numericTest(
    {
      test: 'andersonDarling',
      shortNames: ['ad', 'andersonDarlingK'],
      label: 'Anderson-Darling',
      ...byPValue,
      description: 'Distance of the distribution functions that looks at the tails; p from a table of 0.001 to 0.25.',
    },
    { ties: z.enum(['midrank', 'right']).default('midrank') },
    (x, y, { ties }) => asAnswer(andersonDarling([x, y], ties)),
  ),
  numericTest(
    {
      test: 'mannWhitneyU',
      shortNames: ['mwu', 'mannWhitney'],
      label: 'Mann-Whitney U',
      ...byPValue,
      description: 'How often a value of the reference is larger than one of the current sample.',
    },
    { method: z.enum(['auto', 'exact', 'asymptotic']).default('asymptotic'), continuity: z.boolean().default(true) },
    (x, y, params) => asAnswer(mannWhitneyU(x, y, params)),
  ),
  numericTest(
    {
      test: 'brunnerMunzel',
      shortNames: ['bm'],
      label: 'Brunner-Munzel',
      ...byPValue,
      description: 'The same question without assuming equal spreads; no answer when the samples do not overlap.',
    },
    {},
    (x, y) => asAnswer(brunnerMunzel(x, y)),
  ),
  numericTest(
    {
      test: 'welchT',
      shortNames: ['welch'],
      label: "Welch's t test",
      ...byPValue,
      description: 'Difference of means, spreads not assumed equal, with its interval.',
    },
    { confidence },
    (x, y, params) => asAnswer(welchT(x, y, params.confidence)),
  ),
  numericTest(
    {
      test: 'studentT',
      shortNames: ['student', 't'],
      label: "Student's t test",
      ...byPValue,
      description: 'Difference of means, spreads assumed equal, with its interval.',
    },
    { confidence },
    (x, y, params) => asAnswer(studentT(x, y, params.confidence)),
  ),
  numericTest(
    {
      test: 'levene',
      shortNames: ['brownForsythe'],
      label: 'Levene',
      ...byPValue,
      description: 'Difference of spreads: distances from the median, or from the mean.',
    },
    { center: z.enum(['median', 'mean']).default('median') },
    (x, y, { center }) => (isVaried(x) || isVaried(y) ? asAnswer(levene([x, y], center)) : null),
  ),
  numericTest(
    {
      test: 'eppsSingleton',
      shortNames: ['es'],
      label: 'Epps-Singleton',
      ...byPValue,
      description: 'Difference of the characteristic functions; also for whole numbers.',
    },
    {},
    (x, y) => asAnswer(eppsSingleton(x, y)),
  ),
  numericTest(
    {
      test: 'kruskalWallis',
      shortNames: ['kruskal'],
      label: 'Kruskal-Wallis',
      ...byPValue,
      description: 'Analysis of variance of ranks, corrected for ties.',
    },
    {},
    (x, y) => asAnswer(kruskalWallis([x, y])),
  ),
  numericTest(
    {
      test: 'oneWayAnova',
      shortNames: ['anova'],
      label: 'Analysis of variance',
      ...byPValue,
      description: 'F test of the means.',
    },
    {},
    (x, y) => asAnswer(oneWayAnova([x, y])),
  ),
  numericTest(
    {
      test: 'permutationTest',
      shortNames: ['permutation'],
      label: 'Permutation test',
      ...byPValue,
      description: 'Share of relabellings with a statistic at least as large; all of them while there are few.',
    },
    {
      statistic: z.enum(['kolmogorovSmirnov', 'absoluteMeanDifference']).default('kolmogorovSmirnov'),
      enumeration: z.enum(['auto', 'exact', 'random']).default('auto'),
      permutations: z.number().int().min(1).max(1_000_000).default(9999),
      seed: z.number().int().nonnegative().default(1),
    },
    (x, y, params) => asAnswer(permutationTest(x, y, params)),
  ),
];
