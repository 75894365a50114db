import { describe, expect, it } from 'vitest';
import { compileKernel } from '../../electron/compute/build-kernels.ts';
import { DistinctSketch, REGISTERS } from '../../electron/compute/profile/distinct-sketch.ts';
import { KERNEL_BASE64 } from '../../electron/compute/profile/kernel-binary.ts';
import { openScanRoom } from '../../electron/compute/profile/scan-kernel.ts';

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

describe('The kernel of the profile', () => {
  it('is compiled from the source beside it', async () => {
    expect(Buffer.from(await compileKernel('scanning')).toString('base64')).toBe(KERNEL_BASE64);
  });

  it('adds keys as the sketch does: not those of NaN, and negative zero as zero', () => {
    const given = Float64Array.from({ length: 4096 }, (_, index) =>
      index % 11 === 0 ? Number.NaN : index % 7 === 0 ? -0 : index % 5 === 0 ? Number.NEGATIVE_INFINITY : index / 3,
    );
    const { memory, kernel } = openScanRoom();
    const place = memory.allocate(given.byteLength);
    const registers = memory.allocate(REGISTERS);
    memory.float64(place, given.length).set(given);
    kernel.addKeys(place, place, given.length, registers);
    const expected = new Uint8Array(REGISTERS);
    const sketch = new DistinctSketch(expected);
    const keys = halves(given.map((value) => (value === 0 ? 0 : value)));
    for (const [index, value] of given.entries())
      if (!Number.isNaN(value)) sketch.add(keys[2 * index] ?? 0, keys[2 * index + 1] ?? 0);
    expect(memory.bytes(registers, REGISTERS)).toEqual(expected);
  });
});
