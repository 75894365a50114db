import type { MetricValue } from '../../../shared/contract/models.ts';
import { type Estimate, noAnswer } from '../stats/interval.ts';
import { quantileSorted } from '../stats/sorted-sample.ts';
import { type Weights, weightAt } from '../stats/weights.ts';
import { seededRandom } from '../train/seeded-random.ts';

/** A metric of scored rows: a record in the list of its task. A `View` is the rows, weighted, with what several metrics share. */
export interface Metric<View> {
  readonly name: string;
  readonly isHigherBetter: boolean;
  /** Why there is no answer where there is none. */
  readonly reason: string;
  value(view: View): number | null;
  /** Value and 95 % interval in closed form, for rows that count once each; left out, the interval is bootstrapped. */
  estimate?(view: View): Estimate;
}

/** Rows looked at in all resamples together, and the bounds of their number. */
const BOOTSTRAP_ROWS = 5_000_000;
const [FEWEST, MOST] = [100, 1000];

/**
 * Every metric with its 95 % interval: in closed form where there is one and rows count once, else by the percentile
 * bootstrap over rows with a fixed seed, widened to hold the value. A metric may be undefined in a resample (a class drawn
 * away); such a resample is left out.
 */
export function measure<View>(
  metrics: readonly Metric<View>[],
  {
    rows,
    weights,
    viewOf,
    bootstrap,
  }: { rows: number; weights: Weights; viewOf: (weights: Weights) => View; bootstrap: boolean },
): MetricValue[] {
  const view = viewOf(weights);
  const estimates = metrics.map((metric) =>
    weights === null && metric.estimate ? metric.estimate(view) : { ...noAnswer, value: metric.value(view) },
  );
  const open = [...metrics.keys()].filter((k) => estimates[k]?.value !== null && estimates[k]?.lower === null);
  if (bootstrap && open.length > 0 && rows > 1) {
    const answers = resampled(
      open.map((k) => (drawn: View) => metrics[k]?.value(drawn) ?? null),
      { rows, weights, viewOf },
    );
    for (const [index, k] of open.entries()) {
      const [value, sorted] = [estimates[k]?.value ?? null, answers[index]];
      if (value === null || sorted === undefined || sorted.length === 0) continue;
      estimates[k] = {
        value,
        lower: Math.min(value, quantileSorted(sorted, 0.025)),
        upper: Math.max(value, quantileSorted(sorted, 0.975)),
      };
    }
  }
  return metrics.map(({ name, isHigherBetter, reason }, k) => {
    const { value, lower, upper } = estimates[k] ?? noAnswer;
    return { name, value, lower, upper, isHigherBetter, reason: value === null ? reason : null };
  });
}

/** Sorted answers of each function over resamples of the rows, drawn as counts that multiply the weights. */
function resampled<View>(
  functions: readonly ((view: View) => number | null)[],
  { rows, weights, viewOf }: { rows: number; weights: Weights; viewOf: (weights: Weights) => View },
): Float64Array[] {
  const resamples = Math.min(MOST, Math.max(FEWEST, Math.round(BOOTSTRAP_ROWS / rows)));
  const random = seededRandom(1);
  const answers = functions.map((): number[] => []);
  const drawn = new Float64Array(rows);
  for (let k = 0; k < resamples; k++) {
    drawn.fill(0);
    for (let i = 0; i < rows; i++) {
      const row = Math.floor(random() * rows);
      drawn[row] = (drawn[row] ?? 0) + weightAt(weights, row);
    }
    const view = viewOf(drawn);
    for (const [index, f] of functions.entries()) {
      const answer = f(view);
      if (answer !== null && Number.isFinite(answer)) answers[index]?.push(answer);
    }
  }
  return answers.map((values) => Float64Array.from(values).sort());
}

/** Computed when first asked for. */
export function lazy<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
