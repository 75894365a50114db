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

export interface MeasureOptions {
  /** Draw resamples for the metrics that have no interval in closed form, and for all where rows have weights. */
  readonly bootstrap: boolean;
  /** Leaves out the metrics for which this is false. */
  readonly only?: ((metric: { readonly name: string; readonly estimate?: unknown }) => boolean) | undefined;
}

/** Rows as a list of metrics needs them: how many, their weights, and views of them under other weights. */
export interface Measured<View> {
  readonly rows: number;
  readonly weights: Weights;
  viewOf(weights: Weights): View;
  /** The same of some of the rows. */
  part(rows: Uint32Array): Measured<View>;
}

/** Rows drawn in all resamples together, the bounds of their number, and the rows of which they are drawn at most. */
const BOOTSTRAP_ROWS = 2_000_000;
const [FEWEST, MOST] = [200, 1000];
const DRAWN_FROM = 10_000;

/**
 * Every metric with its 95 % interval: in closed form where there is one and rows count once, else by the percentile
 * bootstrap over rows with a fixed seed, widened to hold the value. Of more than 10,000 rows a random 10,000 are drawn from,
 * and distances shrink by the root of the share taken (m out of n). A metric may be undefined in a resample (a class drawn
 * away); such a resample is left out.
 */
export function measure<View>(
  all: readonly Metric<View>[],
  measured: Measured<View>,
  { bootstrap = false, only }: Partial<MeasureOptions> = {},
): MetricValue[] {
  const { rows, weights } = measured;
  const metrics = all.filter(only ?? (() => true));
  const view = measured.viewOf(weights);
  const estimates = metrics.map((metric) =>
    weights === null && metric.estimate ? metric.estimate(view) : { ...noAnswer, value: metric.value(view) },
  );
  const open = [...metrics.keys()].filter((k) => estimates[k]?.value !== null && estimates[k]?.lower === null);
  if (bootstrap && open.length > 0 && rows > 1) {
    const drawn = rows > DRAWN_FROM ? measured.part(someRows(rows)) : measured;
    const functions = open.map((k) => (of: View) => metrics[k]?.value(of) ?? null);
    const answers = resampled(functions, drawn);
    const centers = drawn === measured ? null : functions.map((f) => f(drawn.viewOf(drawn.weights)));
    const scale = Math.sqrt(drawn.rows / rows);
    for (const [index, k] of open.entries()) {
      const [value, sorted] = [estimates[k]?.value ?? null, answers[index]];
      const center = centers === null ? value : (centers[index] ?? null);
      if (value === null || center === null || sorted === undefined || sorted.length === 0) continue;
      estimates[k] = {
        value,
        lower: Math.min(value, value + (quantileSorted(sorted, 0.025) - center) * scale),
        upper: Math.max(value, value + (quantileSorted(sorted, 0.975) - center) * scale),
      };
    }
  }
  return metrics.map(({ name, isHigherBetter, reason }, k) => {
    const { value, lower, upper } = estimates[k] ?? noAnswer;
    return { name, value, lower, upper, isHigherBetter, reason: value === null ? reason : null };
  });
}

/** Different rows, in random order of a fixed seed. */
function someRows(rows: number): Uint32Array {
  const random = seededRandom(2);
  const order = Uint32Array.from({ length: rows }, (_, i) => i);
  for (let i = 0; i < DRAWN_FROM; i++) {
    const j = i + Math.floor(random() * (rows - i));
    [order[i], order[j]] = [order[j] ?? 0, order[i] ?? 0];
  }
  return order.slice(0, DRAWN_FROM);
}

/** Sorted answers of each function over resamples of the rows, drawn as counts that multiply the weights. */
function resampled<View>(
  functions: readonly ((view: View) => number | null)[],
  { rows, weights, viewOf }: Measured<View>,
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
