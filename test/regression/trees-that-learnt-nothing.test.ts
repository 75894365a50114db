import { expect, it } from 'vitest';
import { ensembleToOnnx } from '../../electron/compute/trees/to-onnx.ts';
import { scoresOf } from '../helpers/example-fits.ts';

it('an ensemble whose best number of trees is none leaves as a graph that answers its base', async () => {
  const ensemble = { features: 1, classes: 1, base: Float64Array.of(3.5), trees: [] };
  const onnx = ensembleToOnnx(ensemble, [{ column: 'x', kind: 'number' }], null);
  const scores = await scoresOf(onnx, {
    rows: 2,
    columns: new Map([['x', { kind: 'number', values: Float64Array.of(1, Number.NaN) }]]),
  });
  expect(scores).toMatchObject({ kind: 'numbers', predictions: Float32Array.of(3.5, 3.5) });
});
