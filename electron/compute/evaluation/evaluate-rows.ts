import type { MetricValue } from '../../../shared/contract/models.ts';
import type { Scores } from '../onnx/scorer.ts';
import { calibrationBins } from '../stats/calibration.ts';
import { countsAt } from '../stats/confusion.ts';
import { classTable } from '../stats/multiclass.ts';
import { type Cuts, cutsOf } from '../stats/ranking.ts';
import { totalWeight, type Weights, weightAt, weightedMean } from '../stats/weights.ts';
import { labelAt } from '../train/label-sets.ts';
import { fairnessOf } from './fairness.ts';
import { gapsOf } from './gaps.ts';
import { ENOUGH_ROWS, groupMetrics, groupsOf, type RowGroup } from './groups.ts';
import { metricsOf } from './metrics.ts';
import { labelTable, missedShare } from './multilabel-metrics.ts';
import {
  classProbability,
  type EvaluationBody,
  type EvaluationInput,
  requireAnswers,
  type ScoredRows,
} from './scored-rows.ts';

const MOST_POINTS = 500;
const RESIDUAL_BINS = 30;
const SCATTER_POINTS = 1000;
const MOST_SLICES = 20;

/** Everything an evaluation says of scored rows. Curves hold at most 500 points; intervals are at 95 %. */
export function evaluateRows(input: EvaluationInput): EvaluationBody {
  requireAnswers(input.scores);
  const { task, targets, scores } = input;
  const threshold = input.threshold ?? 0.5;
  const isBinary = task === 'binary';
  const probabilities = isBinary ? classProbability(scores, 1) : null;
  const weights = input.weights ?? null;
  const cuts = probabilities ? cutsOf(targets, probabilities, weights) : null;
  const members = groupsOf(input.groups);
  const groups = members.map((group) => groupMetrics(group, input, threshold));
  return {
    task,
    rows: targets.length,
    threshold: isBinary || task === 'multilabel' ? threshold : null,
    metrics: metricsOf(input, threshold, { bootstrap: true }),
    baselines: baselines(input, threshold),
    roc: cuts ? rocPoints(cuts) : null,
    precisionRecall: cuts ? precisionRecallPoints(cuts) : null,
    calibration: probabilities ? calibrationBins(targets, probabilities, 10, weights) : null,
    thresholds: probabilities
      ? Array.from({ length: 101 }, (_, i) => ({
          threshold: i / 100,
          ...countsAt(targets, probabilities, i / 100, weights),
        }))
      : null,
    confusion: confusion(input, threshold),
    residuals: residuals(input),
    predictedAgainstActual: scatter(input),
    labels: labelsOf(input, threshold),
    groups,
    gaps: gapsOf(groups, task),
    fairness: fairnessOf(input, members, threshold),
    slices: input.sliceColumns === null ? [] : worstSlices(input, threshold),
    weights: input.weightsColumn ?? null,
    notes: [...(input.notes ?? [])],
  };
}

/** What always the same answer reaches, and what the linear model does where one was fitted. */
function baselines(input: EvaluationInput, threshold: number): { name: string; metrics: MetricValue[] }[] {
  const constant: ScoredRows = { ...input, scores: constantScores(input) };
  return [
    { name: input.task === 'regression' ? 'mean' : 'majority', metrics: metricsOf(constant, threshold) },
    ...(input.linear ? [{ name: 'linear', metrics: metricsOf({ ...input, scores: input.linear }, threshold) }] : []),
  ];
}

function constantScores({ task, classes, trainingTargets, trainingWeights, targets }: EvaluationInput): Scores {
  const weights = trainingWeights ?? null;
  const total = totalWeight(weights, trainingTargets.length);
  if (task === 'regression') {
    const mean = weightedMean(trainingTargets.length, weights, (row) => trainingTargets[row] ?? 0) ?? 0;
    return { kind: 'numbers', predictions: new Float32Array(targets.length).fill(mean) };
  }
  const count = classes?.length ?? 2;
  if (task === 'multilabel') {
    const shares = labelShares(trainingTargets, count, weights);
    const probabilities = Float32Array.from({ length: targets.length * count }, (_, i) => shares[i % count] ?? 0);
    return { kind: 'classes', classes: count, probabilities, labels: [] };
  }
  const shares = new Float32Array(count);
  for (const [row, target] of trainingTargets.entries())
    shares[target] = (shares[target] ?? 0) + weightAt(weights, row) / total;
  const probabilities = new Float32Array(targets.length * count);
  for (let row = 0; row < targets.length; row++) probabilities.set(shares, row * count);
  return { kind: 'classes', classes: count, probabilities, labels: [] };
}

/** The share of each label among the rows that know it. */
const labelShares = (targets: Float64Array, labels: number, weights: Weights): number[] =>
  Array.from({ length: labels }, (_, k) => {
    const truth = targets.map((code) => labelAt(code, k));
    const known = truth.map((label, row) => (Number.isNaN(label) ? 0 : weightAt(weights, row)));
    return weightedMean(truth.length, known, (row) => truth[row] ?? 0) ?? 0;
  });

function labelsOf(input: EvaluationInput, threshold: number): EvaluationBody['labels'] {
  const { task, classes, targets, scores, weights = null } = input;
  if (task !== 'multilabel' || classes === null || scores.kind !== 'classes') return null;
  const { probabilities } = scores;
  return labelTable({ targets, labels: classes.length, probabilities, weights, threshold }, classes);
}

/** Indices of at most `most` of `count` points, the first and the last among them. */
function thinned(count: number, most: number): number[] {
  if (count <= most) return Array.from({ length: count }, (_, i) => i);
  return Array.from({ length: most }, (_, i) => Math.round((i * (count - 1)) / (most - 1)));
}

function rocPoints(cuts: Cuts): EvaluationBody['roc'] {
  if (cuts.positives === 0 || cuts.negatives === 0) return [];
  const points = thinned(cuts.thresholds.length, MOST_POINTS - 1).map((i) => ({
    x: (cuts.falsePositives[i] ?? 0) / cuts.negatives,
    y: (cuts.truePositives[i] ?? 0) / cuts.positives,
    threshold: cuts.thresholds[i] ?? null,
  }));
  return [{ x: 0, y: 0, threshold: null }, ...points];
}

function precisionRecallPoints(cuts: Cuts): EvaluationBody['precisionRecall'] {
  if (cuts.positives === 0) return [];
  return thinned(cuts.thresholds.length, MOST_POINTS).map((i) => {
    const hits = cuts.truePositives[i] ?? 0;
    return {
      x: hits / cuts.positives,
      y: hits / (hits + (cuts.falsePositives[i] ?? 0)),
      threshold: cuts.thresholds[i] ?? null,
    };
  });
}

function confusion(
  { task, classes, targets, scores, weights = null }: EvaluationInput,
  threshold: number,
): EvaluationBody['confusion'] {
  if (classes === null || scores.kind !== 'classes' || task === 'multilabel') return null;
  const labels = [...classes];
  if (task === 'multiclass') {
    const { probabilities } = scores;
    return { labels, counts: classTable({ labels: targets, probabilities, classes: classes.length, weights }) };
  }
  const c = countsAt(targets, classProbability(scores, 1), threshold, weights);
  return {
    labels,
    counts: [
      [c.trueNegatives, c.falsePositives],
      [c.falseNegatives, c.truePositives],
    ],
  };
}

function residuals({ targets, scores }: EvaluationInput): EvaluationBody['residuals'] {
  if (scores.kind !== 'numbers' || targets.length === 0) return null;
  const errors = targets.map((target, row) => target - (scores.predictions[row] ?? 0));
  const sorted = errors.toSorted();
  // The middle 99 % make the bins; the few beyond fall into the outer ones.
  const low = sorted[Math.floor(sorted.length * 0.005)] ?? 0;
  const high = sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * 0.995))] ?? 0;
  const width = (high - low) / RESIDUAL_BINS || 1;
  const counts = new Array<number>(RESIDUAL_BINS).fill(0);
  for (const error of errors) {
    const bin = Math.min(RESIDUAL_BINS - 1, Math.max(0, Math.floor((error - low) / width)));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return { edges: Array.from({ length: RESIDUAL_BINS + 1 }, (_, i) => low + i * width), counts };
}

function scatter({ targets, scores }: EvaluationInput): EvaluationBody['predictedAgainstActual'] {
  if (scores.kind !== 'numbers') return null;
  return thinned(targets.length, SCATTER_POINTS).map((row) => ({
    actual: targets[row] ?? 0,
    predicted: scores.predictions[row] ?? 0,
  }));
}

/** Slices of one or two columns where the model errs most beyond what chance would do, worst first. */
function worstSlices(input: EvaluationInput, threshold: number): EvaluationBody['slices'] {
  const frame = input.sliceColumns;
  if (frame === null) return [];
  const errors = rowErrors(input, threshold);
  const mean = errors.reduce((sum, error) => sum + error, 0) / Math.max(1, errors.length);
  const variance = errors.reduce((sum, error) => sum + (error - mean) ** 2, 0) / Math.max(1, errors.length - 1);
  const excess = ({ rows }: RowGroup): number => {
    const own = rows.reduce((sum, row) => sum + (errors[row] ?? 0), 0) / rows.length;
    return (own - mean) / Math.sqrt(variance / rows.length);
  };
  return groupsOf(frame)
    .filter(({ rows }) => rows.length >= ENOUGH_ROWS && rows.length < errors.length * 0.9)
    .map((group) => ({ group, excess: excess(group) }))
    .filter(({ excess: z }) => z > 2)
    .sort((a, b) => b.excess - a.excess)
    .slice(0, MOST_SLICES)
    .map(({ group }) => groupMetrics(group, input, threshold));
}

/** How wrong each row is: 0 or 1 for classes, the share of labels that are wrong, squared error for numbers. */
function rowErrors({ task, targets, scores }: EvaluationInput, threshold: number): Float64Array {
  if (scores.kind === 'numbers') return targets.map((target, row) => (target - (scores.predictions[row] ?? 0)) ** 2);
  if (task === 'binary')
    return classProbability(scores, 1).map((p, row) => Number((p >= threshold ? 1 : 0) !== targets[row]));
  const { classes, probabilities } = scores;
  if (task === 'multilabel') {
    const labels = { targets, labels: classes, probabilities, weights: null, threshold };
    return targets.map((_, row) => missedShare(labels, row));
  }
  return targets.map((target, row) => {
    let best = 0;
    for (let k = 1; k < classes; k++)
      if ((probabilities[row * classes + k] ?? 0) > (probabilities[row * classes + best] ?? 0)) best = k;
    return Number(best !== target);
  });
}
