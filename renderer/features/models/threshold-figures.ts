import type { ThresholdPoint } from '../../../shared/contract/evaluation.ts';

/** A share with its 95 % Wilson interval; all null when the denominator is zero. */
export interface Share {
  readonly value: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
}

/** What an error costs, in a unit the user chooses. */
export interface ErrorCosts {
  readonly falsePositive: number;
  readonly falseNegative: number;
}

/** Every figure that follows from the four counts at one threshold. */
export interface ThresholdFigures {
  readonly point: ThresholdPoint;
  readonly rows: number;
  readonly accuracy: Share;
  readonly precision: Share;
  readonly recall: Share;
  readonly falsePositiveRate: Share;
  /** Share of all rows called positive. */
  readonly flagged: Share;
  /** Harmonic mean of precision and recall; null without positives of any kind. */
  readonly f1: number | null;
  readonly cost: number;
  /** Cost divided by rows; null without rows. */
  readonly costPerRow: number | null;
}

/** The standard normal's 97.5 % point. */
const Z = 1.959963984540054;

/**
 * Wilson's score interval for `count` of `total` (Wilson 1927).
 * An empty total has no answer: every part is null.
 */
export function wilsonShare(count: number, total: number): Share {
  if (total <= 0) return { value: null, lower: null, upper: null };
  const share = count / total;
  const squared = Z * Z;
  const centre = (share + squared / (2 * total)) / (1 + squared / total);
  const half = (Z / (1 + squared / total)) * Math.sqrt((share * (1 - share)) / total + squared / (4 * total * total));
  return { value: share, lower: Math.max(0, centre - half), upper: Math.min(1, centre + half) };
}

/** The total cost of the errors at one threshold. */
export function costOf(point: ThresholdPoint, costs: ErrorCosts): number {
  return point.falsePositives * costs.falsePositive + point.falseNegatives * costs.falseNegative;
}

/** The point whose threshold is nearest; of two equally near the lower. Undefined without points. */
export function nearestPoint(points: readonly ThresholdPoint[], threshold: number): ThresholdPoint | undefined {
  let nearest: ThresholdPoint | undefined;
  for (const point of points) {
    const isNearer =
      nearest === undefined || Math.abs(point.threshold - threshold) < Math.abs(nearest.threshold - threshold) - 1e-12;
    if (isNearer) nearest = point;
  }
  return nearest;
}

/** Share of positive rows: what precision is by chance; zero without rows. */
export function prevalenceOf(point: ThresholdPoint): number {
  const positives = point.truePositives + point.falseNegatives;
  const rows = positives + point.falsePositives + point.trueNegatives;
  return rows === 0 ? 0 : positives / rows;
}

/** All figures at one point. */
export function figuresAt(point: ThresholdPoint, costs: ErrorCosts): ThresholdFigures {
  const { truePositives, falsePositives, trueNegatives, falseNegatives } = point;
  const rows = truePositives + falsePositives + trueNegatives + falseNegatives;
  const f1Denominator = 2 * truePositives + falsePositives + falseNegatives;
  const cost = costOf(point, costs);
  return {
    point,
    rows,
    accuracy: wilsonShare(truePositives + trueNegatives, rows),
    precision: wilsonShare(truePositives, truePositives + falsePositives),
    recall: wilsonShare(truePositives, truePositives + falseNegatives),
    falsePositiveRate: wilsonShare(falsePositives, falsePositives + trueNegatives),
    flagged: wilsonShare(truePositives + falsePositives, rows),
    f1: f1Denominator === 0 ? null : (2 * truePositives) / f1Denominator,
    cost,
    costPerRow: rows === 0 ? null : cost / rows,
  };
}

/** Every figure at every threshold of a report, worked out once for a pair of costs. */
export interface ThresholdTable {
  /** In the order of the report's points. */
  readonly figures: readonly ThresholdFigures[];
  /** Undefined without points. */
  readonly cheapest: ThresholdFigures | undefined;
}

/** The table a slider looks its figures up in, so that a step costs no arithmetic. */
export function thresholdTable(points: readonly ThresholdPoint[], costs: ErrorCosts): ThresholdTable {
  const figures = points.map((point) => figuresAt(point, costs));
  const cheapest = cheapestPoint(points, costs);
  return { figures, cheapest: figures.find(({ point }) => point === cheapest) };
}

/** The figures at the nearest threshold of the table; undefined for an empty one. */
export function figuresNear({ figures }: ThresholdTable, threshold: number): ThresholdFigures | undefined {
  const nearest = nearestPoint(
    figures.map(({ point }) => point),
    threshold,
  );
  return figures.find(({ point }) => point === nearest);
}

/** The point of the lowest cost; of equal ones the one nearest to one half. Undefined without points. */
export function cheapestPoint(points: readonly ThresholdPoint[], costs: ErrorCosts): ThresholdPoint | undefined {
  let best: ThresholdPoint | undefined;
  let bestCost = Number.POSITIVE_INFINITY;
  for (const point of points) {
    const cost = costOf(point, costs);
    const isNearerHalf = best !== undefined && Math.abs(point.threshold - 0.5) < Math.abs(best.threshold - 0.5);
    if (cost < bestCost || (cost === bestCost && isNearerHalf)) {
      best = point;
      bestCost = cost;
    }
  }
  return best;
}
