import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { positionOf, rowAt, rowGeometry, rowsToDraw, TALLEST } from '../../renderer/features/datasets/row-window.ts';

const box = { rowHeight: 28, headHeight: 34, viewport: 640 };

describe('the window over the rows of a dataset', () => {
  it('shows the first rows at the top and the last at the end, for any number of rows', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2_000_000_000 }), (rows) => {
        const geometry = rowGeometry({ ...box, rows });
        expect(geometry.height).toBeLessThanOrEqual(TALLEST);
        expect(rowsToDraw(rows, geometry, rowAt(geometry, 0)).first).toBe(0);
        expect(rowsToDraw(rows, geometry, rowAt(geometry, geometry.range)).last).toBe(rows - 1);
      }),
    );
  });

  it('takes one pixel of the bar as one pixel of the rows while they fit', () => {
    const geometry = rowGeometry({ ...box, rows: 100_000 });
    expect(geometry.isScaled).toBe(false);
    expect(rowAt(geometry, 28 * 500)).toBeCloseTo(500, 6);
  });

  it('finds the row again from where the bar was put for it', () => {
    const geometry = rowGeometry({ ...box, rows: 10_000_000 });
    expect(geometry.isScaled).toBe(true);
    for (const row of [0, 1, 4_999_999, 9_000_000])
      expect(rowAt(geometry, positionOf(geometry, row))).toBeCloseTo(row, 3);
  });

  it('draws only what is in sight and a little beyond', () => {
    const geometry = rowGeometry({ ...box, rows: 10_000_000 });
    const { first, last } = rowsToDraw(10_000_000, geometry, 5_000_000);
    expect(first).toBe(4_999_994);
    expect(last - first).toBeLessThan(40);
  });

  it('is empty without rows', () => {
    const geometry = rowGeometry({ ...box, rows: 0 });
    const { first, last } = rowsToDraw(0, geometry, rowAt(geometry, 0));
    expect(last).toBeLessThan(first);
  });
});
