import { describe, expect, it } from 'vitest';
import type { Samples } from '../../electron/compute/drift/drift-test.ts';
import { DRIFT_TESTS, resolveDriftTest } from '../../electron/compute/drift/drift-tests.ts';
import { NumericSamples } from '../../electron/compute/drift/numeric-samples.ts';
import { andersonDarling } from '../../electron/compute/stats/anderson-darling.ts';
import { binCounts } from '../../electron/compute/stats/binning.ts';
import { domainClassifierAuc } from '../../electron/compute/stats/domain-classifier.ts';
import { kruskalWallis, oneWayAnova } from '../../electron/compute/stats/group-tests.ts';
import {
  maximumMeanDiscrepancy,
  maximumMeanDiscrepancyTest,
} from '../../electron/compute/stats/maximum-mean-discrepancy.ts';
import { pcaReconstructionError } from '../../electron/compute/stats/pca-reconstruction.ts';
import { embeddingMeanDistance, energyDistanceMultivariate } from '../../electron/compute/stats/point-clouds.ts';
import { sortedWithoutMissing } from '../../electron/compute/stats/sorted-sample.ts';
import { weightedWasserstein } from '../../electron/compute/stats/wasserstein.ts';
import {
  type Arguments,
  expectCase,
  flatCases,
  folderCases,
  type GoldenCase,
  matrixOf,
  vectorOf,
} from './golden-cases.ts';

const FOLDER = new URL('./data/drift/', import.meta.url);
type Params = GoldenCase['params'];
type Answer = Readonly<Record<string, unknown>> | null;

/** Both samples as the program prepares them: numbers, or counts of words in their order. */
function samplesOf(input: Arguments): Samples {
  if (input['x'] !== undefined)
    return NumericSamples.of(Float64Array.from(vectorOf(input['x'])), Float64Array.from(vectorOf(input['y'])));
  if (input['referenceCounts'] !== undefined)
    return {
      kind: 'categorical',
      reference: vectorOf(input['referenceCounts']),
      current: vectorOf(input['currentCounts']),
    };
  const words = [input['reference'], input['current']].map((column) =>
    Array.isArray(column) ? column.map(String) : [],
  );
  const names = [...new Set(words.flat())].sort();
  const [reference = [], current = []] = words.map((column) => {
    const counts = new Map<string, number>();
    for (const word of column) counts.set(word, (counts.get(word) ?? 0) + 1);
    return names.map((name) => counts.get(name) ?? 0);
  });
  return { kind: 'categorical', reference, current };
}

/** A test of the list by its name, as drift reports run it. */
function byRecord(name: string, input: Arguments, params: Params): Answer {
  const answer = resolveDriftTest(name).run(samplesOf(input), params);
  const more: Record<string, unknown> = name === 'fisherExact' ? { oddsRatio: answer?.statistic ?? null } : {};
  return answer === null ? null : { ...answer.details, ...more, statistic: answer.statistic, pValue: answer.pValue };
}

/** Every distance of shares at once. */
function allShares(input: Arguments, params: Params): Answer {
  const samples = samplesOf(input);
  const counts = samples.kind === 'numeric' ? binCounts(samples.reference, samples.current, params) : null;
  return {
    edges: counts?.edges,
    referenceCounts: counts?.reference,
    currentCounts: counts?.current,
    ...Object.fromEntries(
      DRIFT_TESTS.filter(({ appliesTo }) => appliesTo === 'both').map(({ test }) => [
        test,
        resolveDriftTest(test).run(samples, params)?.statistic,
      ]),
    ),
  };
}

const clouds = (input: Arguments) => [matrixOf(input['x']), matrixOf(input['y'])] as const;
const groupsOf = (input: Arguments) =>
  Array.isArray(input['groups']) ? input['groups'].map((group) => sortedWithoutMissing(vectorOf(group))) : [];

/** What is more than one column against another. */
const FUNCTIONS: Readonly<Record<string, (input: Arguments, params: Params) => Answer>> = {
  binnedDistances: allShares,
  categoricalDistances: allShares,
  wassersteinDistance: (input, params) =>
    input['xWeights'] === undefined
      ? byRecord('wassersteinDistance', input, params)
      : {
          statistic: weightedWasserstein(
            { values: vectorOf(input['x']), weights: vectorOf(input['xWeights']) },
            { values: vectorOf(input['y']), weights: vectorOf(input['yWeights']) },
          ),
        },
  andersonDarlingK: (input, { ties }) => {
    const answer = andersonDarling(groupsOf(input), ties === 'right' ? 'right' : 'midrank');
    return answer === null ? null : { ...answer };
  },
  kruskalWallis: (input) => ({ ...kruskalWallis(groupsOf(input)) }),
  oneWayAnova: (input) => ({ ...oneWayAnova(groupsOf(input)) }),
  maximumMeanDiscrepancy: (input, { unbiased, squaredBandwidth }) => ({
    ...maximumMeanDiscrepancy(...clouds(input), {
      unbiased: unbiased === true,
      squaredBandwidth: typeof squaredBandwidth === 'number' ? squaredBandwidth : undefined,
    }),
  }),
  maximumMeanDiscrepancyTest: (input, { unbiased, enumeration, permutations }) => ({
    ...maximumMeanDiscrepancyTest(...clouds(input), {
      unbiased: unbiased === true,
      enumeration: enumeration === 'exact' ? 'exact' : 'random',
      permutations: typeof permutations === 'number' ? permutations : 999,
    }),
  }),
  energyDistanceMultivariate: (input) => ({ ...energyDistanceMultivariate(...clouds(input)) }),
  embeddingMeanDistance: (input) => ({ ...embeddingMeanDistance(...clouds(input)) }),
  pcaReconstructionError: (input, { components }) => ({
    ...pcaReconstructionError(...clouds(input), Number(components)),
  }),
  domainClassifierAuc: (input, { folds }) => ({ auc: domainClassifierAuc(...clouds(input), { folds: Number(folds) }) }),
};

const answerOf = (golden: GoldenCase, input: Arguments): Answer =>
  FUNCTIONS[golden.function]?.(input, golden.params) ?? byRecord(golden.function, input, golden.params);

describe('tests and distances equal scipy on the first set', () => {
  const cases = flatCases(FOLDER, 'flat.json');
  it.each(cases.map((one) => [one.golden.id, one] as const))('%s', (_, { golden, input }) => {
    expectCase(golden, answerOf(golden, input));
  });
});

describe('tests and distances equal scipy, scikit-learn and dcor on the second set', () => {
  const cases = folderCases(FOLDER);
  it.each(cases.map((one) => [one.golden.id, one] as const))('%s', (_, { golden, input }) => {
    expectCase(golden, answerOf(golden, input()));
  });
  it('compares every test of the list', () => {
    const compared = new Set(cases.flatMap(({ golden }) => [golden.function, ...Object.keys(golden.expected)]));
    expect(DRIFT_TESTS.filter(({ test }) => !compared.has(test)).map(({ test }) => test)).toEqual([]);
  });
});
