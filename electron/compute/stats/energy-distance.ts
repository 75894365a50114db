import { forEachValue, type SortedSample } from './sorted-sample.ts';

/**
 * Energy distance of two samples of numbers (Székely and Rizzo): `squared` is 2 E|X-Y| - E|X-X'| - E|Y-Y'|, computed as twice
 * the integral of the squared difference of the distribution functions; `distance` is its root. Null for an empty sample.
 */
export function energyDistance(x: SortedSample, y: SortedSample): { distance: number; squared: number } | null {
  const [n, m] = [x.length, y.length];
  if (n === 0 || m === 0) return null;
  let [area, gap, before] = [0, 0, Math.min(x[0] ?? 0, y[0] ?? 0)];
  forEachValue(x, y, (value, ofX, ofY, belowX, belowY) => {
    if (gap !== 0) area += gap * gap * (value - before);
    before = value;
    gap = (belowX + ofX) / n - (belowY + ofY) / m;
  });
  return { distance: Math.sqrt(2 * area), squared: 2 * area };
}
