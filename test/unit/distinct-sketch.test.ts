import { describe, expect, it } from 'vitest';
import { DistinctSketch } from '../../electron/compute/profile/distinct-sketch.ts';

/** The two halves of doubles. */
function halves(values: Float64Array): Int32Array {
  return new Int32Array(values.buffer);
}

/** Values of kinds whose bits follow each other closely or hardly differ. */
const KINDS: readonly (readonly [string, (index: number) => number])[] = [
  ['whole numbers', (index) => index],
  ['hundredths', (index) => index / 100],
  ['seconds as microseconds', (index) => 1.7e15 + index * 1e6],
  ['sines', (index) => Math.sin(index)],
  ['powers', (index) => 2 ** (index / 4096)],
];

describe.each(KINDS)('A sketch of %s', (_name, keyAt) => {
  it.each([0, 1, 100, 3001, 50_000, 1_000_000])('counts %i distinct ones within four standard errors', (distinct) => {
    const sketch = new DistinctSketch();
    const keys = halves(Float64Array.from({ length: distinct }, (_, index) => keyAt(index)));
    for (let again = 0; again < 2; again++)
      for (let index = 0; index < distinct; index++) sketch.add(keys[2 * index] ?? 0, keys[2 * index + 1] ?? 0);
    expect(Math.abs(sketch.estimate - distinct)).toBeLessThanOrEqual(4 * 0.0081 * distinct);
  });
});
