import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Fold, groupedFolds, kFolds, stratifiedFolds, timeFolds } from '../../electron/compute/search/folds.ts';

const seeds = fc.integer({ min: 0, max: 1e6 });
const counts = fc.integer({ min: 2, max: 10 });

/** No row is on both sides of a fold, all rows are on one, and each is judged in one fold. */
function requirePartition(folds: readonly Fold[], rows: number): void {
  const judged = new Uint32Array(rows);
  for (const { train, judged: held } of folds) {
    const sides = new Set([...train, ...held]);
    expect(sides.size).toBe(train.length + held.length);
    expect(sides.size).toBe(rows);
    expect([...train]).toEqual([...train].sort((a, b) => a - b));
    for (const row of held) judged[row] = (judged[row] ?? 0) + 1;
  }
  expect(judged.every((times) => times === 1)).toBe(true);
}

describe('k folds', () => {
  it('judge each row once, learn from all others, and differ by one row at most', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 200 }), counts, seeds, (rows, folds, seed) => {
        const made = kFolds({ rows, folds, seed });
        requirePartition(made, rows);
        const sizes = made.map(({ judged }) => judged.length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        expect(kFolds({ rows, folds, seed })).toEqual(made);
      }),
    );
  });

  it('are refused where there are fewer rows than folds', () => {
    expect(() => kFolds({ rows: 3, folds: 4, seed: 0 })).toThrow(/4 folds of 3 rows/);
  });
});

describe('stratified folds', () => {
  it('divide each class evenly, and whole folds too', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 20, maxLength: 200 }),
        counts,
        seeds,
        (classes, folds, seed) => {
          const made = stratifiedFolds(classes, { folds, seed });
          requirePartition(made, classes.length);
          for (const label of new Set(classes)) {
            const inFold = made.map(({ judged }) => judged.filter((row) => classes[row] === label).length);
            expect(Math.max(...inFold) - Math.min(...inFold)).toBeLessThanOrEqual(1);
          }
          const sizes = made.map(({ judged }) => judged.length);
          expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        },
      ),
    );
  });
});

describe('grouped folds', () => {
  it('keep every group on one side', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 40, maxLength: 200 }),
        fc.integer({ min: 2, max: 5 }),
        seeds,
        (groups, folds, seed) => {
          fc.pre(new Set(groups).size >= folds);
          const made = groupedFolds(groups, { folds, seed });
          requirePartition(made, groups.length);
          for (const { train, judged } of made) {
            expect(judged.length).toBeGreaterThan(0);
            const learnt = new Set(Array.from(train, (row) => groups[row]));
            expect([...judged].some((row) => learnt.has(groups[row]))).toBe(false);
          }
        },
      ),
    );
  });

  it('put the largest groups apart', () => {
    const groups = [...Array(50).fill(0), ...Array(40).fill(1), ...Array(10).fill(2)];
    expect(groupedFolds(groups, { folds: 2, seed: 1 }).map(({ judged }) => judged.length)).toEqual([50, 50]);
  });

  it('are refused where there are fewer groups than folds', () => {
    expect(() => groupedFolds([1, 1, 2, 2], { folds: 3, seed: 0 })).toThrow(/3 folds of 2 groups/);
  });
});

describe('folds by time', () => {
  it('never learn from what is not past, nor from the rows of the gap', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 60, maxLength: 200 }),
        fc.integer({ min: 2, max: 5 }),
        fc.integer({ min: 0, max: 5 }),
        (times, folds, gap) => {
          fc.pre(new Set(times).size > 40);
          const made = timeFolds(times, { folds, gap });
          expect(made).toHaveLength(folds);
          for (const { train, judged } of made) {
            const first = Math.min(...Array.from(judged, (row) => times[row] ?? 0));
            const last = Math.max(...Array.from(train, (row) => times[row] ?? 0));
            expect(last).toBeLessThan(first);
            const between = times.filter((time) => time > last && time < first).length;
            expect(between).toBeGreaterThanOrEqual(gap === 0 ? 0 : Math.min(gap, 1));
            const before = times.filter((time) => time < first).length;
            expect(before - train.length).toBeGreaterThanOrEqual(gap);
          }
          const judged = made.flatMap(({ judged: rows }) => [...rows]);
          expect(new Set(judged).size).toBe(judged.length);
        },
      ),
    );
  });

  it('are refused where one moment fills a fold', () => {
    expect(() => timeFolds([1, 1, 1, 1, 1, 1], { folds: 2 })).toThrow(/by time/);
  });
});
