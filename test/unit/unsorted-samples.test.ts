import { describe, expect, it } from 'vitest';
import { binCounts } from '../../electron/compute/stats/binning.ts';
import { kolmogorovSmirnov, unsortedKolmogorovSmirnov } from '../../electron/compute/stats/kolmogorov-smirnov.ts';
import { sortNumbers } from '../../electron/compute/stats/sort-numbers.ts';
import { countBelow, countUpTo } from '../../electron/compute/stats/sorted-sample.ts';
import {
  unsortedPair,
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

/** Sorting is as fast for these, or there is nothing to tell. */
const SORTED = [
  'one constant',
  'values beyond double range apart',
  'small samples',
  'an empty sample',
  'nothing but missing values',
];

describe.each(Object.entries(PAIRS))('of %s', (name, [x, y]) => {
  const [sortedX, sortedY] = [plain(x), plain(y)];
  const pair = unsortedPair(x, y);

  it('is put into slots where that pays', () => {
    expect(pair === null).toBe(SORTED.includes(name));
  });

  it.skipIf(pair === null).each(['two-sided', 'greater', 'less'] as const)(
    'the Kolmogorov-Smirnov test (%s) answers as of sorted samples to the last digit',
    (alternative) => {
      const options = { method: 'kolmogorov-limit', alternative } as const;
      const expected = kolmogorovSmirnov(sortedX, sortedY, options);
      const got = pair && unsortedKolmogorovSmirnov(pair, options);
      // Functions that hardly differ on that side are left to the sorted walk.
      if (got !== null || (expected?.statistic ?? 1) > 1e-4) expect(got).toEqual(expected);
    },
  );

  it.skipIf(pair === null)('the Wasserstein distance is the one of sorted samples but for rounding', () => {
    const expected = wassersteinDistance(sortedX, sortedY) ?? Number.NaN;
    const got = pair ? unsortedWasserstein(pair) : Number.NaN;
    if (!Number.isFinite(expected)) expect(got).toBe(expected);
    else expect(Math.abs(got - expected)).toBeLessThanOrEqual(1e-9 * Math.abs(expected));
  });

  it.skipIf(pair === null)('counts in bins of equal frequency are those of sorted samples', () => {
    // Once as the first question to a pair, once after others.
    const fresh = unsortedPair(x, y);
    const expected = binCounts(sortedX, sortedY);
    for (const one of [fresh, pair]) expect(one && unsortedQuantileBins(one)).toEqual(expected);
  });

  it('sorting is sorting', () => {
    expect(sortNumbers(y.filter((value) => !Number.isNaN(value)).map((value) => value + 0))).toEqual(sortedY);
  });

  it.skipIf(pair === null)('ranks and counts below are those of sorted samples', () => {
    const ranks = [0, Math.floor(sortedX.length / 3), sortedX.length - 1];
    expect(pair?.x.atRanks(ranks)).toEqual(ranks.map((rank) => sortedX[rank]));
    const bounds = [...ranks.map((rank) => sortedX[rank] ?? 0), -1, 0, 0.5];
    expect([...(pair?.y.countUpTo(bounds, true) ?? [])]).toEqual(bounds.map((bound) => countBelow(sortedY, bound)));
    expect([...(pair?.y.countUpTo(bounds) ?? [])]).toEqual(bounds.map((bound) => countUpTo(sortedY, bound)));
  });
});
