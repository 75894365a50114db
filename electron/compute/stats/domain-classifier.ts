import { seededRandom } from '../train/seeded-random.ts';
import { delongInterval } from './delong.ts';
import { logisticRegression } from './logistic-regression.ts';
import type { Points } from './point-clouds.ts';

/**
 * How well a classifier tells the current points from the reference: area under the ROC curve of answers given out of fold
 * (stratified folds, logistic regression on standardised coordinates), the mean over several shuffles with a fixed seed. 0.5
 * is no drift that a straight line could see. Null when a cloud has fewer points than there are folds.
 */
export function domainClassifierAuc(
  reference: Points,
  current: Points,
  { folds = 5, shuffles = 5, seed = 1 }: { folds?: number; shuffles?: number; seed?: number } = {},
): number | null {
  if (reference.length < folds || current.length < folds) return null;
  const points = [...reference, ...current];
  const labels = Float64Array.from(points, (_, i) => Number(i >= reference.length));
  const random = seededRandom(seed);
  let sum = 0;
  for (let shuffle = 0; shuffle < shuffles; shuffle++) {
    const fold = [...foldsOf(reference.length, folds, random), ...foldsOf(current.length, folds, random)];
    const scores = new Float64Array(points.length);
    for (let held = 0; held < folds; held++) {
      const kept = [...points.keys()].filter((i) => fold[i] !== held);
      const classify = logisticRegression(
        kept.map((i) => points[i] ?? []),
        Float64Array.from(kept, (i) => labels[i] ?? 0),
      );
      for (const [i, point] of points.entries()) if (fold[i] === held) scores[i] = classify(point);
    }
    sum += delongInterval(labels, scores).value ?? 0.5;
  }
  return sum / shuffles;
}

/** Fold of each of `count` points, all folds within one of the same size, in random order. */
function foldsOf(count: number, folds: number, random: () => number): number[] {
  const fold = Array.from({ length: count }, (_, i) => i % folds);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [fold[i], fold[j]] = [fold[j] ?? 0, fold[i] ?? 0];
  }
  return fold;
}
