import { normalCdf } from './normal.ts';
import { forEachValue, type SortedSample } from './sorted-sample.ts';
import { asPValue, type TestOutcome } from './test-outcome.ts';

export interface MannWhitneyOutcome extends TestOutcome {
  /** Share of pairs in which the first sample's value is the larger one, ties counted half. */
  readonly commonLanguage: number;
}

/** Steps of the exact law's recursion above which it is not computed. */
const EXACT_STEPS = 500_000_000;

/**
 * Mann-Whitney U of the first sample, two-sided. `asymptotic`: normal, variance corrected for ties, with a continuity
 * correction of 0.5 unless told not to. `exact` counts all relabellings and takes values as if none were equal; `auto` is
 * exact for small samples without ties. All values equal: p is 1. Null for an empty sample.
 */
export function mannWhitneyU(
  x: SortedSample,
  y: SortedSample,
  { method = 'auto', continuity = true }: { method?: 'auto' | 'exact' | 'asymptotic'; continuity?: boolean } = {},
): MannWhitneyOutcome | null {
  const [n, m] = [x.length, y.length];
  if (n === 0 || m === 0) return null;
  let [rankSum, ties] = [0, 0];
  forEachValue(x, y, (_, ofX, ofY, belowX, belowY) => {
    const count = ofX + ofY;
    rankSum += ofX * (belowX + belowY + (count + 1) / 2);
    ties += count ** 3 - count;
  });
  const statistic = rankSum - (n * (n + 1)) / 2;
  const larger = Math.max(statistic, n * m - statistic);
  const isExact = method === 'exact' || (method === 'auto' && ties === 0 && Math.min(n, m) <= 8);
  return {
    statistic,
    pValue: isExact ? exactTail(larger, n, m) : normalTail(larger, { n, m, ties, continuity }),
    commonLanguage: statistic / n / m,
  };
}

function normalTail(
  larger: number,
  { n, m, ties, continuity }: { n: number; m: number; ties: number; continuity: boolean },
): number | null {
  const total = n + m;
  const deviation = Math.sqrt(((n * m) / 12) * (total + 1 - ties / (total * (total - 1))));
  if (!(deviation > 0)) return 1;
  const z = (larger - (n * m) / 2 - (continuity ? 0.5 : 0)) / deviation;
  return asPValue(2 * normalCdf(-z));
}

/** 2 P(U >= larger): the law of U by removing the largest value, which is of the first sample with chance n / (n + m). */
function exactTail(larger: number, n: number, m: number): number | null {
  const least = Math.floor(larger);
  if (n * m * (n * m) > EXACT_STEPS) return null;
  // Counting from the top: P(U >= u) = P(U <= nm - u), and small values are cheap.
  const most = n * m - least;
  let before: Float64Array[] = [];
  for (let i = 0; i <= n; i++) {
    const row: Float64Array[] = [];
    for (let j = 0; j <= m; j++) {
      const law = new Float64Array(most + 1);
      if (i === 0 || j === 0) law[0] = 1;
      else {
        const [withX, withY] = [before[j], row[j - 1]];
        for (let u = 0; u <= most; u++)
          law[u] = ((u >= j ? (withX?.[u - j] ?? 0) : 0) * i + (withY?.[u] ?? 0) * j) / (i + j);
      }
      row.push(law);
    }
    before = row;
  }
  return asPValue(2 * (before[m] ?? new Float64Array()).reduce((sum, share) => sum + share, 0));
}
