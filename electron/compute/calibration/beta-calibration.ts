import { logistic } from '../linear/logistic.ts';
import { sigmoid } from '../linear/smooth-model.ts';
import type { CalibrationRows } from './calibration-rows.ts';

/** The logit is a ln p - b ln(1 - p) + c. */
export interface BetaCalibration {
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

/** Probabilities are kept this far from 0 and 1. */
export const MARGIN = 1e-6;
const bounded = (p: number): number => Math.min(Math.max(p, MARGIN), 1 - MARGIN);

/**
 * Beta calibration of probabilities (Kull, Silva Filho and Flach 2017): logistic regression on ln p and -ln(1 - p), without
 * a penalty. A part that would turn the order of scores around is left out, and the others fitted again.
 */
export function betaCalibration({ score, label, weight = null }: CalibrationRows): BetaCalibration {
  const columns = [
    Array.from(score, (p) => Math.log(bounded(p))),
    Array.from(score, (p) => -Math.log1p(-bounded(p))),
  ] as const;
  let kept = [0, 1];
  for (;;) {
    const x = Array.from(score, (_, row) => kept.map((k) => columns[k]?.[row] ?? 0));
    const { coefficients, intercept } = logistic({ x, y: label, weight }, { penalty: 'none' });
    const wrong = kept.filter((_, place) => (coefficients[place] ?? 0) < 0);
    if (wrong.length === 0) {
      const of = (k: number): number => (kept.includes(k) ? (coefficients[kept.indexOf(k)] ?? 0) : 0);
      return { a: of(0), b: of(1), c: intercept };
    }
    // One at a time: without the worse one the other may well rise.
    const worst = wrong.reduce((most, k) =>
      (coefficients[kept.indexOf(k)] ?? 0) < (coefficients[kept.indexOf(most)] ?? 0) ? k : most,
    );
    kept = kept.filter((k) => k !== worst);
  }
}

export const betaAt = ({ a, b, c }: BetaCalibration, p: number): number =>
  sigmoid(a * Math.log(bounded(p)) - b * Math.log1p(-bounded(p)) + c);
