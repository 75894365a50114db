import { expect, it } from 'vitest';
import { balancedWeights } from '../../electron/compute/train/balanced-classes.ts';

it('every class weighs the same, and all together what they did', () => {
  // Three rows of class 0 and one of class 1: n / (K n_k) is 4 / (2 * 3) and 4 / (2 * 1).
  const weights = balancedWeights({ targets: Float64Array.of(0, 0, 1, 0), weights: null });
  expect([...weights]).toEqual([2 / 3, 2 / 3, 2, 2 / 3]);
});

it('keeps the proportions of weights within a class', () => {
  const weights = balancedWeights({ targets: Float64Array.of(0, 0, 1), weights: Float64Array.of(1, 3, 4) });
  expect([...weights]).toEqual([1, 3, 4]);
});

it('has no weights for no rows', () => {
  expect(balancedWeights({ targets: new Float64Array(), weights: null })).toHaveLength(0);
});

it('leaves a class without weight without', () => {
  const weights = balancedWeights({ targets: Float64Array.of(0, 0, 1), weights: Float64Array.of(1, 1, 0) });
  expect([...weights]).toEqual([1, 1, 0]);
});
