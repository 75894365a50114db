/** Added to a category's hessian when categories are ordered, so that rare ones do not lead. */
const CATEGORY_SMOOTHING = 10;
/** Added to L2 for splits of categories, which have so many ways to fit noise. */
const CATEGORY_L2 = 10;

/** So few in a leaf are parted by their sums as they are: there is no more choice than along a number of as many values. */
const FEW_CATEGORIES = 4;

export interface CategorySearch {
  /** Sums of the leaf, the least hessian of a side, L1 and L2: all in the scale of the cells. */
  readonly gradient: number;
  readonly hessian: number;
  readonly fewest: number;
  readonly l1: number;
  readonly l2: number;
  readonly hessianScale: number;
}

export interface CategorySplit {
  readonly gain: number;
  readonly gradient: number;
  readonly hessian: number;
  /** Codes that go left. */
  readonly codes: readonly number[];
}

/**
 * Categories ordered by gradient over hessian, then the best prefix of that order (Fisher 1958). `sums` holds gradient and
 * hessian of each code. Missing stays right. Null when no split is allowed.
 */
export function bestCategories(sums: Float64Array, search: CategorySearch): CategorySplit | null {
  const present: number[] = [];
  for (let code = 0; code < sums.length / 2; code++) if ((sums[code * 2 + 1] ?? 0) > 0) present.push(code);
  const isFew = present.length <= FEW_CATEGORIES;
  const smoothing = isFew ? 0 : CATEGORY_SMOOTHING * search.hessianScale;
  const l2 = isFew ? search.l2 : search.l2 + CATEGORY_L2 * search.hessianScale;
  const key = (code: number) => (sums[code * 2] ?? 0) / ((sums[code * 2 + 1] ?? 0) + smoothing);
  present.sort((a, b) => key(a) - key(b) || a - b);
  const gainOf = (gradient: number, hessian: number): number => {
    const pulled = Math.max(Math.abs(gradient) - search.l1, 0);
    return (pulled * pulled) / (hessian + l2);
  };
  let best: { gain: number; upTo: number; gradient: number; hessian: number } | null = null;
  let [gradient, hessian] = [0, 0];
  for (const [index, code] of present.entries()) {
    gradient += sums[code * 2] ?? 0;
    hessian += sums[code * 2 + 1] ?? 0;
    const rest = search.hessian - hessian;
    if (hessian < search.fewest) continue;
    if (rest < search.fewest) break;
    const gain = gainOf(gradient, hessian) + gainOf(search.gradient - gradient, rest);
    if (!best || gain > best.gain) best = { gain, upTo: index, gradient, hessian };
  }
  if (!best) return null;
  return {
    gain: best.gain,
    gradient: best.gradient,
    hessian: best.hessian,
    codes: present.slice(0, best.upTo + 1),
  };
}
