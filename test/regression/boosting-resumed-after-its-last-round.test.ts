import { expect, it } from 'vitest';
import { BOOSTING_DEFAULTS, type BoostingState, fitBoosting } from '../../electron/compute/trees/boosting.ts';

it('a boosting that found no split any more ends with as many trees when it is resumed after that round', async () => {
  const rows = 200;
  const values = Float32Array.from({ length: rows }, (_, row) => row % 2);
  const data = { features: [{ values, isCategorical: false }], targets: values, weights: null, classes: 1 };
  // One split tells all there is to tell: the second round finds none.
  const params = { ...BOOSTING_DEFAULTS, loss: 'squared' as const, rounds: 50, learningRate: 1, minGain: 1e-3 };
  let last: BoostingState | null = null;
  const whole = await fitBoosting(data, params, (progress) => {
    last = progress.state();
    return true;
  });
  expect(whole.trees.length).toBeLessThan(50);
  const resumed = await fitBoosting(data, params, () => true, last);
  expect(resumed).toEqual(whole);
});
