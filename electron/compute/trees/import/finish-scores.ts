import type { ForeignClassifier, ForeignEnsemble, PostTransform } from './read-ensemble.ts';

/** Answers of a tree ensemble node: [rows * targets], row after row, and the index of the class for classifiers. */
export interface EnsembleAnswers {
  readonly scores: Float32Array;
  readonly targets: number;
  readonly winners: Int32Array | null;
}

/**
 * From each target's aggregate over the trees, [rows * targets], to what the node answers: average, base values, the two
 * scores of a classifier that has one, post transform, winner. Where the specification is silent it does as ONNX Runtime
 * does: a single target takes no transform but PROBIT, and a classifier of one score whose weights are all positive takes
 * its score as the probability. `sums` is overwritten.
 */
export function finishScores(foreign: ForeignEnsemble, sums: Float32Array): EnsembleAnswers {
  const { ensemble, aggregate, baseValues, roots, postTransform, classifier } = foreign;
  const targets = ensemble.classes;
  if (aggregate === 'AVERAGE') for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] ?? 0) / roots;
  let winners: Int32Array | null = null;
  if (classifier && targets === 2) {
    if (classifier.used === 'first' && baseValues.length < 2) return oneScore(foreign, sums);
    winners = twoScores(classifier, baseValues, sums);
  } else {
    if (foreign.hasSilentLeaves) addBaseToSpoken(sums, baseValues, targets);
    else addBase(sums, baseValues, targets);
    if (classifier) winners = winnersOf(sums, targets);
  }
  if (targets > 1 || postTransform === 'PROBIT') transform(sums, targets, postTransform);
  return { scores: sums, targets, winners };
}

function addBase(sums: Float32Array, base: Float32Array, targets: number): void {
  if (base.length === 0) return;
  for (let at = 0; at < sums.length; at += targets)
    for (let k = 0; k < base.length; k++) sums[at + k] = (sums[at + k] ?? 0) + (base[k] ?? 0);
}

/** A target of which no leaf spoke (NaN) is zero, without its base value. */
function addBaseToSpoken(sums: Float32Array, base: Float32Array, targets: number): void {
  for (let i = 0; i < sums.length; i++) {
    const value = sums[i] ?? 0;
    sums[i] = Number.isNaN(value) ? 0 : value + (base[base.length === 1 ? 0 : i % targets] ?? 0);
  }
}

function winnersOf(sums: Float32Array, targets: number): Int32Array {
  const winners = new Int32Array(sums.length / targets);
  for (let row = 0; row < winners.length; row++) {
    let best = 0;
    for (let k = 1; k < targets; k++) if ((sums[row * targets + k] ?? 0) > (sums[row * targets + best] ?? 0)) best = k;
    winners[row] = best;
  }
  return winners;
}

/** Two classes with a score each: the second wins when its score is above zero; two base values stand for one margin. */
function twoScores(
  { used, areWeightsPositive }: ForeignClassifier,
  base: Float32Array,
  sums: Float32Array,
): Int32Array {
  const winners = new Int32Array(sums.length / 2);
  const bound = used !== 'both' && areWeightsPositive ? 0.5 : 0;
  for (let row = 0; row < winners.length; row++) {
    const at = row * 2;
    if (base.length === 2 && used !== 'first') {
      const margin = (sums[at] ?? 0) + (base[1] ?? 0);
      sums[at] = used === 'both' ? -margin : 0;
      sums[at + 1] = margin;
    } else if (used !== 'second') sums[at] = (sums[at] ?? 0) + (base[0] ?? 0);
    winners[row] = Number((sums[used === 'first' ? at : at + 1] ?? 0) > bound);
  }
  return winners;
}

/** Two classes of which only the first has weights: its score is the margin, or the share, of the second. */
function oneScore({ baseValues, postTransform, classifier }: ForeignEnsemble, sums: Float32Array): EnsembleAnswers {
  const arePositive = classifier?.areWeightsPositive === true;
  const winners = new Int32Array(sums.length / 2);
  for (let row = 0; row < winners.length; row++) {
    const score = Math.fround((sums[row * 2] ?? 0) + (baseValues[0] ?? 0));
    winners[row] = Number(score > (arePositive ? 0.5 : 0));
    const isLogistic = postTransform === 'LOGISTIC';
    sums[row * 2] = isLogistic ? logistic(-score) : arePositive ? 1 - score : -score;
    sums[row * 2 + 1] = isLogistic ? logistic(score) : score;
  }
  return { scores: sums, targets: 2, winners };
}

/** The logistic function without overflow. */
function logistic(value: number): number {
  const share = 1 / (1 + Math.exp(-Math.abs(value)));
  return value < 0 ? 1 - share : share;
}

/** Values nearer to zero than this stay zero under SOFTMAX_ZERO. */
const NEARLY_ZERO = 1e-7;

function transform(scores: Float32Array, targets: number, kind: PostTransform): void {
  if (kind === 'NONE') return;
  if (kind === 'LOGISTIC' || kind === 'PROBIT') {
    const one = kind === 'LOGISTIC' ? logistic : probit;
    for (let i = 0; i < scores.length; i++) scores[i] = one(scores[i] ?? 0);
    return;
  }
  for (let at = 0; at < scores.length; at += targets) {
    const row = scores.subarray(at, at + targets);
    const top = Math.max(...row);
    let sum = 0;
    for (let k = 0; k < targets; k++) {
      const score = row[k] ?? 0;
      const isZero = kind === 'SOFTMAX_ZERO' && Math.abs(score) <= NEARLY_ZERO;
      const share = isZero ? score * Math.exp(-top) : Math.exp(score - top);
      row[k] = share;
      if (!isZero) sum += share;
    }
    for (let k = 0; k < targets; k++) row[k] = (row[k] ?? 0) / sum;
  }
}

/** The normal quantile by Winitzki's inverse of the error function, the approximation that ONNX Runtime takes (2e-3). */
function probit(share: number): number {
  const x = 2 * share - 1;
  const log = Math.log((1 - x) * (1 + x));
  const half = 2 / (3.14159 * 0.147) + 0.5 * log;
  return Math.SQRT2 * (x < 0 ? -1 : 1) * Math.sqrt(-half + Math.sqrt(half * half - log / 0.147));
}
