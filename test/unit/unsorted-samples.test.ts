import { describe, expect, it } from 'vitest';
import { binCounts } from '../../electron/compute/stats/binning.ts';
import { kolmogorovSmirnov } from '../../electron/compute/stats/kolmogorov-smirnov.ts';
import { sortNumbers } from '../../electron/compute/stats/sort-numbers.ts';
import {
  kolmogorovSmirnovDistance,
  unsortedQuantileBins,
  unsortedWasserstein,
} from '../../electron/compute/stats/unsorted-samples.ts';
import { wassersteinDistance } from '../../electron/compute/stats/wasserstein.ts';
import { seededRandom } from '../../electron/compute/train/seeded-random.ts';

const random = seededRandom(5);
const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const draw = (rows: number, of: (row: number) => number): Float64Array =>
  Float64Array.from({ length: rows }, (_, row) => of(row));
const plain = (values: Float64Array): Float64Array =>
  values
    .filter((value) => !Number.isNaN(value))
    .map((value) => value + 0)
    .sort();

/** Above the size from which slots are used, each of another shape. */
const PAIRS: Readonly<Record<string, readonly [Float64Array, Float64Array]>> = {
  'the same law': [draw(90_000, normal), draw(70_000, normal)],
  'a shift': [draw(90_000, normal), draw(70_000, () => normal() + 0.3)],
  'wide tails': [draw(80_000, () => normal() / normal()), draw(60_000, () => (1.2 * normal()) / normal())],
  'few whole numbers': [draw(80_000, () => Math.floor(7 * random())), draw(60_000, () => Math.floor(8 * random()))],
  'mostly zeros of both signs': [
    draw(80_000, () => (random() < 0.8 ? -0 : random())),
    draw(60_000, () => (random() < 0.7 ? 0 : random())),
  ],
  'missing values': [
    draw(80_000, () => (random() < 0.1 ? Number.NaN : normal())),
    draw(60_000, () => (random() < 0.4 ? Number.NaN : normal() * 1.1)),
  ],
  'apart from each other': [draw(60_000, random), draw(50_000, () => 5 + random())],
  'one constant': [draw(60_000, () => 3), draw(50_000, () => 3)],
  'a far offset': [draw(60_000, () => 1e9 + normal()), draw(60_000, () => 1e9 + 0.1 + normal())],
  'values beyond double range apart': [
    draw(60_000, () => 1e308 * (2 * random() - 1)),
    draw(60_000, () => 1e308 * random()),
  ],
  'numbers that rise': [draw(70_000, (row) => row), draw(60_000, (row) => row + 0.5)],
  'small samples': [draw(40, normal), draw(30, normal)],
  'an empty sample': [draw(0, normal), draw(120_000, normal)],
  'nothing but missing values': [draw(60_000, () => Number.NaN), draw(60_000, normal)],
};

describe.each(Object.entries(PAIRS))('of %s', (_, [x, y]) => {
  const [sortedX, sortedY] = [plain(x), plain(y)];

  it('the Kolmogorov-Smirnov distance is the one of sorted samples to the last digit', () => {
    const expected = kolmogorovSmirnov(sortedX, sortedY, { method: 'kolmogorov-limit' })?.statistic ?? null;
    expect(kolmogorovSmirnovDistance(x, y)).toBe(expected);
  });

  it('the Wasserstein distance is the one of sorted samples but for rounding', () => {
    const expected = wassersteinDistance(sortedX, sortedY);
    const got = unsortedWasserstein(x, y);
    if (expected === null || !Number.isFinite(expected)) expect(got).toBe(expected);
    else expect(Math.abs((got ?? Number.NaN) - expected)).toBeLessThanOrEqual(1e-9 * Math.abs(expected));
  });

  it('counts in bins of equal frequency are those of sorted samples', () => {
    const expected = binCounts(sortedX, sortedY);
    const got = unsortedQuantileBins(x, y);
    expect(got?.reference).toEqual(expected?.reference);
    expect(got?.current).toEqual(expected?.current);
  });

  it('sorting is sorting', () => {
    expect(sortNumbers(y.filter((value) => !Number.isNaN(value)).map((value) => value + 0))).toEqual(sortedY);
  });
});
