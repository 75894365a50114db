import { expect, it } from 'vitest';
import { levene, oneWayAnova } from '../../electron/compute/stats/group-tests.ts';

it('answers without any doubt where groups differ and none has a spread of its own', () => {
  expect(
    oneWayAnova([
      [1, 1],
      [2, 2, 2],
    ]),
  ).toEqual({ statistic: Number.POSITIVE_INFINITY, pValue: 0 });
  // Two values lie equally far from their middle, so every group of two is without spread in Levene's test.
  expect(levene([Float64Array.of(0, 2), Float64Array.of(0, 4)])?.pValue).toBe(0);
  const uneven = [
    Float64Array.of(-0.36022303424482943, 0.6820964837740164),
    Float64Array.of(0.06770971705437168, 1.511828137946165),
  ];
  expect(levene(uneven)).toEqual({ statistic: Number.POSITIVE_INFINITY, pValue: 0 });
  expect(oneWayAnova([[1, 1], [1]])).toBeNull();
});
