import type { Task } from '../../../shared/contract/models.ts';
import { delongTest } from '../stats/delong.ts';
import { seededRandom } from '../train/seeded-random.ts';
import { binaryMetrics } from './binary-metrics.ts';
import { rowLogLoss } from './multilabel-metrics.ts';

/** Answers of two models on the same rows: the probability of the second class, of every class, or the number. */
export interface PairedAnswers {
  readonly task: Task;
  /** Class index, or the value. */
  readonly targets: Float64Array;
  readonly weights: Float64Array | null;
  readonly first: Float64Array;
  readonly second: Float64Array;
}

export interface Difference {
  /** The first model's metric less the second's. */
  readonly value: number;
  /** 95 % interval. */
  readonly lower: number;
  readonly upper: number;
}

const Z95 = 1.959963984540054;
/** Probabilities are kept this far from zero in a log loss. */
const LEAST_PROBABILITY = 1e-15;
const RESAMPLES = 200;

/**
 * How much one model's leading metric differs from another's on the same rows: AUC by DeLong's test (1988), by the bootstrap
 * over rows where they have weights; log loss by the normal interval of the mean of each row's difference; RMSE by the same of its
 * linearisation (delta method). Equal answers give zero with an interval of nothing; a class missing, too.
 */
export function pairedDifference(pair: PairedAnswers): Difference {
  if (pair.task === 'binary') return pair.weights === null ? ofAreas(pair) : ofWeightedAreas(pair);
  return pair.task === 'regression' ? ofErrors(pair) : ofLogLosses(pair);
}

const around = (value: number, deviation: number): Difference => ({
  value,
  lower: value - Z95 * deviation,
  upper: value + Z95 * deviation,
});

function ofAreas({ targets, first, second }: PairedAnswers): Difference {
  const test = delongTest(targets, first, second);
  if (test === null || test.z === 0) {
    const [a, b] = [first, second].map(
      (answers) =>
        delongTest(
          targets,
          answers,
          answers.map(() => 0),
        )?.difference ?? 0,
    );
    return around((a ?? 0) - (b ?? 0), 0);
  }
  return around(test.difference, Math.abs(test.difference / test.z));
}

function ofWeightedAreas({ targets, first, second, weights }: PairedAnswers): Difference {
  const area = (answers: Float64Array, counted: Float64Array): number =>
    binaryMetrics(targets, answers, {
      threshold: 0.5,
      weights: counted,
      only: ({ name }) => name === 'rocAuc',
    })[0]?.value ?? Number.NaN;
  const own = weights ?? new Float64Array(targets.length).fill(1);
  const value = area(first, own) - area(second, own);
  const random = seededRandom(1);
  const differences: number[] = [];
  for (let k = 0; k < RESAMPLES; k++) {
    const drawn = new Float64Array(targets.length);
    for (let i = 0; i < drawn.length; i++) {
      const row = Math.floor(random() * drawn.length);
      drawn[row] = (drawn[row] ?? 0) + (own[row] ?? 0);
    }
    const difference = area(first, drawn) - area(second, drawn);
    if (Number.isFinite(difference)) differences.push(difference);
  }
  const mean = differences.reduce((sum, one) => sum + one, 0) / differences.length;
  const variance = differences.reduce((sum, one) => sum + (one - mean) ** 2, 0) / Math.max(1, differences.length - 1);
  return around(Number.isFinite(value) ? value : 0, Math.sqrt(variance));
}

/** Mean of a row's figure with the deviation of that mean, rows weighted. */
function meanOf(
  rows: number,
  weights: Float64Array | null,
  of: (row: number) => number,
): { mean: number; deviation: number } {
  let [sum, total] = [0, 0];
  for (let row = 0; row < rows; row++) {
    const weight = weights?.[row] ?? 1;
    sum += weight * of(row);
    total += weight;
  }
  const mean = sum / total;
  let squares = 0;
  for (let row = 0; row < rows; row++) squares += ((weights?.[row] ?? 1) * (of(row) - mean)) ** 2;
  return { mean, deviation: Math.sqrt(squares) / total };
}

function ofLogLosses({ task, targets, weights, first, second }: PairedAnswers): Difference {
  const width = first.length / Math.max(1, targets.length);
  const loss = (answers: Float64Array, row: number): number =>
    task === 'multilabel'
      ? rowLogLoss({ targets, labels: width, probabilities: answers }, row)
      : -Math.log(Math.max(LEAST_PROBABILITY, answers[row * width + (targets[row] ?? 0)] ?? 0));
  const { mean, deviation } = meanOf(targets.length, weights, (row) => loss(first, row) - loss(second, row));
  return around(mean, deviation);
}

function ofErrors({ targets, weights, first, second }: PairedAnswers): Difference {
  const square = (answers: Float64Array, row: number): number => ((answers[row] ?? 0) - (targets[row] ?? 0)) ** 2;
  const [a, b] = [first, second].map((answers) =>
    Math.sqrt(meanOf(targets.length, weights, (row) => square(answers, row)).mean),
  );
  const [rmseA = 0, rmseB = 0] = [a, b];
  const { deviation } = meanOf(
    targets.length,
    weights,
    (row) => (rmseA > 0 ? square(first, row) / (2 * rmseA) : 0) - (rmseB > 0 ? square(second, row) / (2 * rmseB) : 0),
  );
  return around(rmseA - rmseB, deviation);
}
