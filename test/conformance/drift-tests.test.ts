import { describe, expect, it } from 'vitest';
import { judge, prepareColumn } from '../../electron/compute/drift/compare-column.ts';
import type { Samples } from '../../electron/compute/drift/drift-test.ts';
import { DRIFT_TESTS, resolveDriftTest } from '../../electron/compute/drift/drift-tests.ts';
import type { FrameColumn } from '../../electron/compute/frame/frame.ts';
import { seededRandom } from '../../electron/compute/train/seeded-random.ts';

const random = seededRandom(9);
const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const numbers = (...values: readonly number[]): FrameColumn => ({ kind: 'number', values: Float64Array.from(values) });
const words = (...values: readonly string[]): FrameColumn => {
  const dictionary = [...new Set(values)];
  return { kind: 'text', codes: Int32Array.from(values, (value) => dictionary.indexOf(value)), dictionary };
};
const many = (count: number, of: () => number): FrameColumn => numbers(...Array.from({ length: count }, of));

/** Two columns that a test may meet, odd ones among them. */
const PAIRS: Readonly<Record<string, readonly [FrameColumn, FrameColumn]>> = {
  'normal values': [many(200, normal), many(150, () => normal() + 0.2)],
  'values far from each other': [many(40, random), many(30, () => 1e6 + random())],
  'one value each': [numbers(1), numbers(2)],
  'two values each': [numbers(1, 2), numbers(2, 3)],
  'the same constant': [numbers(5, 5, 5, 5, 5, 5), numbers(5, 5, 5, 5, 5)],
  'different constants': [numbers(5, 5, 5, 5, 5, 5), numbers(6, 6, 6, 6, 6)],
  'only missing values on one side': [many(20, normal), many(20, () => Number.NaN)],
  'no rows at all': [numbers(), numbers()],
  'infinite values': [
    numbers(1, 2, 3, Number.POSITIVE_INFINITY, 4, 5),
    numbers(1, 2, Number.NEGATIVE_INFINITY, 3, 4, 5, 6),
  ],
  'values at the ends of double range': [numbers(-1.7e308, 0, 1.7e308, 1, 2), numbers(-1e308, 1e308, 5e-324, 0, 3, 4)],
  words: [words('a', 'b', 'a', 'c', 'a'), words('b', 'b', 'a', 'd', 'c', 'b')],
  'one word': [words('a', 'a'), words('a', 'a', 'a')],
  'words without any in common': [words('a', 'b'), words('c', 'd', 'd')],
  'no words': [words(), words('a')],
};

describe.each(DRIFT_TESTS.map((test) => [test.test, test] as const))('%s', (name, test) => {
  it('is found by its name and every short one, and by no other test', () => {
    for (const one of [name, name.toLowerCase(), ...test.shortNames]) expect(resolveDriftTest(one)).toBe(test);
    const names = DRIFT_TESTS.flatMap((other) => [other.test, ...other.shortNames]).map((one) => one.toLowerCase());
    const own = new Set([name, ...test.shortNames].map((one) => one.toLowerCase()));
    expect(names.filter((one) => own.has(one))).toHaveLength(own.size);
  });

  it('refuses a parameter it does not have', () => {
    expect(() => test.check({ doesNotExist: 1 })).toThrow(name);
    expect(() => test.check({})).not.toThrow();
  });

  it.each(Object.keys(PAIRS))('answers finite numbers, or says why not, on %s', (pair) => {
    const [reference, current] = PAIRS[pair] ?? [numbers(), numbers()];
    const [outcome] = judge(prepareColumn(reference, current).samples, [{ test: name, params: {} }]);
    const judged = test.judgedBy === 'pValue' ? outcome?.pValue : outcome?.statistic;
    expect(Number.isFinite(outcome?.threshold)).toBe(true);
    expect(outcome?.statistic === null || Number.isFinite(outcome?.statistic)).toBe(true);
    if (judged === null) {
      expect(outcome?.reason).not.toBeNull();
      expect(outcome?.isDrifted).toBe(outcome?.reason === 'the distance is infinite');
    } else if (test.judgedBy === 'pValue') {
      expect(judged).toBeGreaterThanOrEqual(0);
      expect(judged).toBeLessThanOrEqual(1);
    }
    for (const value of Object.values(outcome?.details ?? {})) expect(Number.isFinite(value)).toBe(true);
  });

  it('finds no drift between a sample and itself, and gives the same answer each time', () => {
    const column = test.appliesTo === 'categorical' ? words(...'aabbbcaabbcc') : many(120, normal);
    const samples: Samples = prepareColumn(column, column).samples;
    const [first] = judge(samples, [{ test: name, params: {} }]);
    expect(first?.isDrifted).toBe(false);
    expect(judge(samples, [{ test: name, params: {} }])[0]).toEqual(first);
  });
});
