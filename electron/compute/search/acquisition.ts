import { normalCdf } from '../stats/normal.ts';

const density = (z: number): number => Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);

/** E[max(best - Y, 0)] of a normal Y (Mockus 1978): how far below `best` a point may be expected to lie. Zero deviation: the sure gain. */
export function expectedImprovement(mean: number, standardDeviation: number, best: number): number {
  if (!(standardDeviation > 0)) return Math.max(best - mean, 0);
  const z = (best - mean) / standardDeviation;
  return (best - mean) * normalCdf(z) + standardDeviation * density(z);
}

/**
 * The logarithm of the expected improvement, accurate where it is too small for a float (Ament and others 2023): far below
 * the best it goes on to rank points by the tail's expansion.
 */
export function logExpectedImprovement(mean: number, standardDeviation: number, best: number): number {
  if (!(standardDeviation > 0)) return best > mean ? Math.log(best - mean) : Number.NEGATIVE_INFINITY;
  const z = (best - mean) / standardDeviation;
  if (z > -15) return Math.log(standardDeviation) + Math.log(z * normalCdf(z) + density(z));
  // phi(z) (1 - |z| Mills(|z|)), with Mills' ratio by its asymptotic series, good to 1e-8 from here on.
  const w = 1 / (z * z);
  const tail = w * (1 - w * (3 - w * (15 - w * (105 - 945 * w))));
  return Math.log(standardDeviation) - 0.5 * z * z - 0.5 * Math.log(2 * Math.PI) + Math.log(tail);
}

/** P(Y < best) of a normal Y (Kushner 1964). */
export const probabilityOfImprovement = (mean: number, standardDeviation: number, best: number): number =>
  standardDeviation > 0 ? normalCdf((best - mean) / standardDeviation) : Number(mean < best);

/** What the loss may be at its best: mean less `beta` deviations (Cox and John 1992). */
export const lowerConfidenceBound = (mean: number, standardDeviation: number, beta: number): number =>
  mean - beta * standardDeviation;
