import { AppError } from '../../../shared/errors.ts';
import type { NewtonPenalty } from './newton.ts';
import type { WorkingDesign } from './working-design.ts';

export const PENALTIES = ['none', 'l1', 'l2', 'elasticNet'] as const;
export type PenaltyKind = (typeof PENALTIES)[number];

/** A penalty on coefficients, never on the intercept: strength (l1Ratio |b|_1 + (1 - l1Ratio) |b|^2 / 2). */
export interface Penalty {
  readonly kind: PenaltyKind;
  readonly strength: number;
  /** Of an elastic net. */
  readonly l1Ratio?: number | undefined;
}

/** The same for the coefficients of a working design, once for each of `outputs` scores. */
export function workingPenalty(design: WorkingDesign, penalty: Penalty, outputs = 1): NewtonPenalty {
  const { kind, strength, l1Ratio = 0.5 } = penalty;
  if (!(strength >= 0 && l1Ratio >= 0 && l1Ratio <= 1))
    throw new AppError('INVALID_ARGUMENT', {
      message: `A penalty cannot have the strength ${strength} with an l1 ratio of ${l1Ratio}.`,
      remedy: 'Strengths are zero or more, ratios between 0 and 1.',
    });
  const ratio = kind === 'l1' ? 1 : kind === 'l2' ? 0 : l1Ratio;
  const offset = Number(design.hasIntercept);
  const { columns, scales } = design;
  const l2 = new Float64Array(columns * outputs);
  const l1 = new Float64Array(columns * outputs);
  const metric = new Float64Array(columns * outputs);
  for (let output = 0; output < outputs; output++)
    for (const [column, scale] of scales.entries()) metric[output * columns + column + offset] = 1 / scale ** 2;
  if (kind !== 'none')
    for (let output = 0; output < outputs; output++)
      for (const [column, scale] of scales.entries()) {
        const at = output * columns + column + offset;
        l2[at] = (strength * (1 - ratio)) / scale ** 2;
        l1[at] = (strength * ratio) / scale;
      }
  return { l2, l1: l1.some((value) => value > 0) ? l1 : null, metric };
}

/** Its value for coefficients of the original columns. */
export function penaltyValue({ kind, strength, l1Ratio = 0.5 }: Penalty, coefficients: ArrayLike<number>): number {
  if (kind === 'none') return 0;
  const ratio = kind === 'l1' ? 1 : kind === 'l2' ? 0 : l1Ratio;
  let sum = 0;
  for (let j = 0; j < coefficients.length; j++) {
    const value = coefficients[j] ?? 0;
    sum += ratio * Math.abs(value) + ((1 - ratio) * value * value) / 2;
  }
  return strength * sum;
}
