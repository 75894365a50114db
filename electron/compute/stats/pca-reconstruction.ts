import { centerOf, type Points } from './point-clouds.ts';
import { symmetricEigen } from './symmetric-eigen.ts';

export interface ReconstructionError {
  readonly components: number;
  /** Mean length of what the components leave over, in standard deviations of the reference. */
  readonly reference: number;
  readonly current: number;
}

/**
 * Reconstruction error of principal components fitted on the reference: coordinates are standardised (n in the denominator, a
 * constant one kept as it is), the smallest number of components is taken whose share of the variance is above `share`. Null
 * below two reference points, for an empty current cloud, and when nothing varies.
 */
export function pcaReconstructionError(reference: Points, current: Points, share = 0.65): ReconstructionError | null {
  if (reference.length < 2 || current.length === 0) return null;
  const center = centerOf(reference);
  const scale = center.map((mean, i) => {
    const squares = reference.reduce((sum, point) => sum + ((point[i] ?? 0) - mean) ** 2, 0);
    return Math.sqrt(squares / reference.length) || 1;
  });
  const scaled = (points: Points): Float64Array[] =>
    points.map((point) => center.map((mean, i) => ((point[i] ?? 0) - mean) / (scale[i] ?? 1)));
  const fitted = scaled(reference);
  const covariance = Array.from(center, (_, i) =>
    center.map((__, j) => fitted.reduce((sum, point) => sum + (point[i] ?? 0) * (point[j] ?? 0), 0)),
  );
  const { values, vectors } = symmetricEigen(covariance);
  const whole = values.reduce((sum, value) => sum + value, 0);
  if (!(whole > 0)) return null;
  let [components, taken] = [0, 0];
  while (components < values.length && taken / whole <= share) taken += values[components++] ?? 0;
  const basis = vectors.slice(0, components);
  const left = (points: readonly Float64Array[]): number =>
    points.reduce((sum, point) => {
      const rest = Float64Array.from(point);
      for (const vector of basis) {
        const along = point.reduce((dot, value, i) => dot + value * (vector[i] ?? 0), 0);
        for (let i = 0; i < rest.length; i++) rest[i] = (rest[i] ?? 0) - along * (vector[i] ?? 0);
      }
      return sum + Math.sqrt(rest.reduce((squares, value) => squares + value * value, 0));
    }, 0) / points.length;
  return { components, reference: left(fitted), current: left(scaled(current)) };
}
