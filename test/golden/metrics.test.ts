import { describe, expect, it } from 'vitest';
import { binaryMetrics } from '../../electron/compute/evaluation/binary-metrics.ts';
import { multiclassMetrics } from '../../electron/compute/evaluation/multiclass-metrics.ts';
import { regressionMetrics } from '../../electron/compute/evaluation/regression-metrics.ts';
import { adjustPValues } from '../../electron/compute/stats/adjust-p-values.ts';
import { bootstrapInterval } from '../../electron/compute/stats/bootstrap.ts';
import { calibrationCurve, calibrationError } from '../../electron/compute/stats/calibration.ts';
import { countsAt, fBeta, matthewsOfTable } from '../../electron/compute/stats/confusion.ts';
import { cuped } from '../../electron/compute/stats/cuped.ts';
import { delongInterval, delongTest, delongTestUnpaired } from '../../electron/compute/stats/delong.ts';
import type { Estimate } from '../../electron/compute/stats/interval.ts';
import { mcNemar } from '../../electron/compute/stats/mcnemar.ts';
import {
  classRankings,
  classTable,
  microMetrics,
  pairMetrics,
  perClass,
  tableMetrics,
  tableOfWords,
  topAccuracy,
} from '../../electron/compute/stats/multiclass.ts';
import { normalQuantile } from '../../electron/compute/stats/normal.ts';
import { brierDecomposition } from '../../electron/compute/stats/probability-losses.ts';
import {
  agrestiCoullInterval,
  clopperPearsonInterval,
  jeffreysInterval,
  wilsonInterval,
  wilsonIntervalContinuity,
} from '../../electron/compute/stats/proportion-intervals.ts';
import {
  costThreshold,
  cutsOf,
  liftAt,
  precisionRecallCurve,
  rocAuc,
  rocCurve,
} from '../../electron/compute/stats/ranking.ts';
import { sampleRatioMismatch, sequentialSampleRatio } from '../../electron/compute/stats/sample-ratio.ts';
import {
  powerTwoProportions,
  sampleSizeTwoMeans,
  sampleSizeTwoProportions,
} from '../../electron/compute/stats/sample-size.ts';
import { confidenceSequence, mixtureSprt } from '../../electron/compute/stats/sequential-means.ts';
import { meanOf, quantileSorted, sampleVariance } from '../../electron/compute/stats/sorted-sample.ts';
import { twoProportionTest } from '../../electron/compute/stats/two-proportions.ts';
import { seededRandom } from '../../electron/compute/train/seeded-random.ts';
import {
  type Arguments,
  type Cell,
  expectAgreement,
  flatCases,
  folderCases,
  type GoldenCase,
  matrixOf,
  numberOf,
  vectorOf,
} from './golden-cases.ts';

const FOLDER = new URL('./data/metrics/', import.meta.url);
type Params = GoldenCase['params'];
type Answer = Readonly<Record<string, unknown>>;

const weightsOf = (input: Arguments) => (input['weight'] === undefined ? null : vectorOf(input['weight']));
const labelsOf = (input: Arguments) => vectorOf(input['label']);
const chancesOf = (input: Arguments) => vectorOf(input['probability']);
const at = (input: Arguments, name: string): number => numberOf(input[name]);
const pick = (input: Arguments, name: string): number[] => [...vectorOf(input[name])];
const byName = (metrics: readonly { name: string; value: number | null }[]): Answer =>
  Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
const bounds = ({ lower, upper }: Estimate): Answer => ({ low: lower, high: upper });

function binary(input: Arguments, { threshold }: Params): Answer {
  const [labels, chances, weights] = [labelsOf(input), chancesOf(input), weightsOf(input)];
  const limit = threshold === undefined ? 0.5 : Number(threshold);
  return {
    ...countsAt(labels, chances, limit, weights),
    ...byName(binaryMetrics(labels, chances, { threshold: limit, weights })),
  };
}

function multiclass(input: Arguments): Answer {
  const rows = matrixOf(input['probability']);
  const classes = rows[0]?.length ?? 0;
  const probabilities = Float64Array.from(rows.flatMap((row) => [...row]));
  const scores = { labels: labelsOf(input), probabilities, classes, weights: weightsOf(input) };
  const table = classTable(scores);
  return {
    ...tableMetrics(table),
    ...perClass(table),
    ...microMetrics(scores),
    ...pairMetrics(classRankings(scores)),
    ...byName(multiclassMetrics(scores)),
    top3Accuracy: topAccuracy(scores, 3),
    confusion: table,
  };
}

const proportion =
  (interval: (successes: number, trials: number, confidence: number) => Estimate) =>
  (input: Arguments, { confidence }: Params): Answer =>
    bounds(interval(at(input, 'successes'), at(input, 'trials'), Number(confidence)));

const STATISTICS: Readonly<Record<string, (values: Float64Array) => number>> = {
  mean: meanOf,
  median: (values) => quantileSorted(values.toSorted(), 0.5),
  std: (values) => Math.sqrt(sampleVariance(values)),
};

function bootstrap(input: Arguments, { statistic, method, confidence }: Params): Answer {
  const options = {
    method: method === 'basic' ? 'basic' : method === 'bca' ? 'bca' : 'percentile',
    confidence: Number(confidence),
  } as const;
  if (statistic === 'rocAuc') {
    const [labels, chances] = [labelsOf(input), chancesOf(input)];
    const drawn = (of: Float64Array, rows: Uint32Array) => Float64Array.from(rows, (row) => of[row] ?? 0);
    const area = (rows: Uint32Array) => rocAuc(cutsOf(drawn(labels, rows), drawn(chances, rows)));
    return { ...bootstrapInterval(labels.length, area, options) };
  }
  const values = vectorOf(input['values']);
  const of = STATISTICS[String(statistic)];
  return {
    ...bootstrapInterval(
      values.length,
      (rows) => of?.(Float64Array.from(rows, (row) => values[row] ?? 0)) ?? null,
      options,
    ),
  };
}

function twoProportions(input: Arguments, { confidence }: Params): Answer {
  const [[a = 0, n = 0], [b = 0, m = 0]] = [pick(input, 'a'), pick(input, 'b')];
  const outcome = twoProportionTest([a, n], [b, m], confidence === undefined ? 0.95 : Number(confidence));
  return {
    ...outcome,
    waldLow: outcome?.wald.low,
    waldHigh: outcome?.wald.high,
    newcombeLow: outcome?.newcombe.low,
    newcombeHigh: outcome?.newcombe.high,
    scoreLow: outcome?.score.low,
    scoreHigh: outcome?.score.high,
  };
}

/** What sequences say after the numbers of values that the case names. */
const pickedAt = (expected: GoldenCase['expected'], sequences: Readonly<Record<string, Float64Array>>): Answer => {
  const looks = vectorOf(expected['at']);
  return {
    at: looks,
    ...Object.fromEntries(
      Object.entries(sequences).map(([name, all]) => [name, looks.map((n) => all[n - 1] ?? Number.NaN)]),
    ),
  };
};

function sprt(input: Arguments, { variance, tauSquared, alpha }: Params, expected: GoldenCase['expected']): Answer {
  const { firstRejection, ...sequences } = mixtureSprt(vectorOf(input['a']), vectorOf(input['b']), {
    variance: Number(variance),
    tauSquared: Number(tauSquared),
    alpha: Number(alpha),
  });
  return { ...pickedAt(expected, sequences), lr100: sequences.likelihoodRatio[99], firstRejection };
}

/** Share of experiments without any effect that are ever called. */
function simulatedSprt(input: Arguments, { variance, tauSquared, alpha }: Params): Answer {
  const random = seededRandom(11);
  const draw = () => normalQuantile(random() * (1 - 1e-9) + 5e-10);
  const [runs, n] = [at(input, 'runs'), at(input, 'n')];
  let rejected = 0;
  for (let run = 0; run < runs; run++) {
    const [a, b] = [Float64Array.from({ length: n }, draw), Float64Array.from({ length: n }, draw)];
    const params = { variance: Number(variance), tauSquared: Number(tauSquared), alpha: Number(alpha) };
    if (mixtureSprt(a, b, params).firstRejection !== null) rejected += 1;
  }
  return { rejectionShareAtMost: rejected / runs };
}

const FUNCTIONS: Readonly<
  Record<string, (input: Arguments, params: Params, expected: GoldenCase['expected']) => Answer>
> = {
  binaryMetrics: binary,
  binaryMetricsAtThreshold: binary,
  rocCurve: (input) => {
    const curve = rocCurve(cutsOf(labelsOf(input), chancesOf(input)));
    return { falsePositiveRate: curve?.x, truePositiveRate: curve?.y, thresholds: curve?.thresholds };
  },
  precisionRecallCurve: (input) => {
    const curve = precisionRecallCurve(cutsOf(labelsOf(input), chancesOf(input)));
    return { recall: curve?.x, precision: curve?.y, thresholds: curve?.thresholds };
  },
  expectedCalibrationError: (input, { bins, binning }) => {
    const error = calibrationError(labelsOf(input), chancesOf(input), {
      bins: Number(bins),
      binning: binning === 'quantile' ? 'quantile' : 'width',
    });
    return { ...error, value: error?.ece };
  },
  calibrationCurve: (input, { bins, strategy }) =>
    calibrationCurve(labelsOf(input), chancesOf(input), {
      bins: Number(bins),
      strategy: strategy === 'quantile' ? 'quantile' : 'uniform',
    }),
  brierDecomposition: (input) => ({ ...brierDecomposition(labelsOf(input), chancesOf(input)) }),
  costThreshold: (input, { falsePositive, falseNegative }) =>
    costThreshold(cutsOf(labelsOf(input), chancesOf(input)), {
      falsePositive: Number(falsePositive),
      falseNegative: Number(falseNegative),
    }),
  liftAt: (input, { share }) => ({ ...liftAt(labelsOf(input), chancesOf(input), Number(share)) }),
  delongInterval: (input, { confidence }) => {
    const { value, ...others } = delongInterval(labelsOf(input), chancesOf(input), Number(confidence));
    return { ...others, auc: value };
  },
  delongTest: (input) => ({ ...delongTest(labelsOf(input), vectorOf(input['a']), vectorOf(input['b'])) }),
  delongTestUnpaired: (input) => ({
    ...delongTestUnpaired(
      { labels: vectorOf(input['labelA']), scores: vectorOf(input['a']) },
      { labels: vectorOf(input['labelB']), scores: vectorOf(input['b']) },
    ),
  }),
  multiclassMetrics: multiclass,
  multiclassLabels: (input) => {
    const words = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
    const { labels, table } = tableOfWords(words(input['label']), words(input['prediction']));
    const { precisionPerClass, recallPerClass, f1PerClass } = perClass(table);
    const f1 = f1PerClass.reduce<number>((sum, value) => sum + (value ?? Number.NaN), 0) / labels.length;
    return {
      labels,
      confusion: table,
      precisionPerClass,
      recallPerClass,
      f1_macro: f1,
      matthews: matthewsOfTable(table),
    };
  },
  regressionMetrics: (input) => {
    const metrics = byName(
      regressionMetrics(vectorOf(input['label']), vectorOf(input['prediction']), { weights: weightsOf(input) }),
    );
    return { ...metrics, pinball90: metrics['pinball0.9'] };
  },
  wilsonInterval: proportion(wilsonInterval),
  wilsonIntervalContinuity: proportion(wilsonIntervalContinuity),
  clopperPearsonInterval: proportion(clopperPearsonInterval),
  agrestiCoullInterval: proportion(agrestiCoullInterval),
  jeffreysInterval: proportion(jeffreysInterval),
  bootstrapInterval: bootstrap,
  mcNemar: (input) => ({ ...mcNemar(at(input, 'b'), at(input, 'c')) }),
  mcNemarExact: (input) => ({ pValue: mcNemar(at(input, 'b'), at(input, 'c'))?.exactPValue }),
  adjustPValues: (input) =>
    Object.fromEntries(
      (
        ['bonferroni', 'holm', 'hochberg', 'sidak', 'holmSidak', 'benjaminiHochberg', 'benjaminiYekutieli'] as const
      ).map((name) => [name, adjustPValues(pick(input, 'pValues'), name)]),
    ),
  holm: (input) => ({ adjusted: adjustPValues(pick(input, 'pValues'), 'holm') }),
  benjaminiHochberg: (input) => ({ adjusted: adjustPValues(pick(input, 'pValues'), 'benjaminiHochberg') }),
  twoProportionTest: twoProportions,
  twoProportionZ: twoProportions,
  sampleRatioMismatch: (input) => ({ ...sampleRatioMismatch(pick(input, 'observed'), pick(input, 'expectedShares')) }),
  sampleSizeTwoProportions: (input, { alpha = input['alpha'], power = input['power'] }) => ({
    ...sampleSizeTwoProportions(at(input, 'baseline'), at(input, 'effect'), {
      alpha: Number(alpha),
      power: Number(power),
    }),
  }),
  powerTwoProportions: (input, { alpha }) => ({
    power: powerTwoProportions(at(input, 'baseline'), at(input, 'effect'), at(input, 'perGroup'), Number(alpha)),
  }),
  sampleSizeTwoMeans: (input, { alpha, power }) => ({
    ...sampleSizeTwoMeans(at(input, 'effectSize'), { alpha: Number(alpha), power: Number(power) }),
  }),
  mixtureSprt: sprt,
  mixtureSprtSimulation: simulatedSprt,
  confidenceSequence: (input, { sigma, rhoSquared, alpha }, expected) =>
    pickedAt(
      expected,
      confidenceSequence(vectorOf(input['values']), {
        sigma: Number(sigma),
        rhoSquared: Number(rhoSquared),
        alpha: Number(alpha),
      }),
    ),
  sequentialSampleRatio: (input, { alpha, shares }, expected) =>
    // An assignment of 1 is the first group.
    pickedAt(
      expected,
      sequentialSampleRatio(
        vectorOf(input['assignments']).map((one) => 1 - one),
        pick({ shares }, 'shares'),
        pick({ alpha }, 'alpha'),
      ),
    ),
  cuped: (input) => ({ ...cuped(vectorOf(input['pre']), vectorOf(input['post'])) }),
};

/** Where scikit-learn forces 0 or 1 on what the textbook leaves undefined: nothing called, nothing to explain. */
const FORCED =
  /^(precision|recall|f1|f2|fHalf|jaccard|matthews|cohenKappa|r2|explainedVariance|d2\w*|negativePredictiveValue)/;
const isForced = (key: string, got: unknown, expected: unknown): boolean =>
  got === null && (expected === 0 || expected === 1) && FORCED.test(key);

/** A deviance of numbers near 1e8 with a spread of 2 is the rounding of its terms; its ratio says nothing. */
const isNoise = (golden: GoldenCase, key: string): boolean =>
  key === 'd2Tweedie1' && golden.id.startsWith('regression-large-offset');

function check(golden: GoldenCase, input: Arguments): void {
  const answer = FUNCTIONS[golden.function]?.(input, golden.params, golden.expected);
  expect(answer, `a function for ${golden.function}`).toBeDefined();
  let compared = 0;
  for (const [key, expected] of Object.entries(golden.expected)) {
    const got = answer?.[key];
    const tolerance = golden.tolerance.keys?.[key] ?? golden.tolerance;
    if (isNoise(golden, key)) continue;
    if (isForced(key, got, expected)) compared += 1;
    else if (Array.isArray(expected) && Array.isArray(got) && got.some((one, i) => isForced(key, one, expected[i]))) {
      for (const [i, one] of got.entries())
        compared += isForced(key, one, expected[i]) ? 1 : expectAgreement(one, expected[i], tolerance, `${key}[${i}]`);
    } else if (expected === null) expect(got, key).toBeNull();
    else compared += expectAgreement(got, expected, tolerance, key);
  }
  expect(compared).toBeGreaterThan(0);
}

describe('metrics, intervals and tests of experiments equal scikit-learn and scipy on the first set', () => {
  const cases = flatCases(FOLDER, 'flat.json');
  // Its log losses were taken of probabilities cut at 1e-15; elsewhere they are cut where doubles end.
  const cut = (value: unknown): Cell => Math.min(1 - 1e-15, Math.max(1e-15, numberOf(value)));
  it.each(cases.map((one) => [one.golden.id, one] as const))('%s', (_, { golden, input }) => {
    const { probability } = input;
    const isBinary = golden.function === 'binaryMetrics' && Array.isArray(probability);
    check(golden, isBinary ? { ...input, probability: probability.map(cut) } : input);
  });
});

describe('metrics, intervals and tests of experiments equal scikit-learn, scipy and statsmodels on the second set', () => {
  const cases = folderCases(FOLDER);
  it.each(cases.map((one) => [one.golden.id, one] as const))('%s', (_, { golden, input }) => check(golden, input()));
});

it('proportions, F scores and Matthews correlation have no answer without the rows they speak of', () => {
  const none = { truePositives: 0, falsePositives: 0, trueNegatives: 5, falseNegatives: 0 };
  expect(fBeta(none)).toBeNull();
  expect(wilsonInterval(0, 0).value).toBeNull();
  expect(byName(binaryMetrics(Float64Array.of(0, 0, 0), Float64Array.of(0.1, 0.2, 0.3)))).toMatchObject({
    precision: null,
    recall: null,
    rocAuc: null,
    matthews: null,
    accuracy: 1,
  });
});
