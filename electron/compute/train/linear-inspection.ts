import type { InspectedWeight, LinearInspection } from '../../../shared/contract/model-inspection.ts';
import type { Penalty } from '../linear/penalty.ts';
import { normalQuantile, normalTwoSided } from '../stats/normal.ts';
import { studentQuantile, studentTwoSided } from '../stats/tails.ts';
import type { TargetScale } from './dense-data.ts';
import type { ColumnMeaning } from './design/design-block.ts';
import type { LinearLoss } from './linear-params.ts';
import type { LinearWeights } from './linear-weights.ts';

/** Weights listed for each output; a page shows no more. */
const MOST_LISTED = 2000;

/** The document of what a linear model learnt, in units of the answers. */
export function inspectLinear(
  fit: LinearWeights,
  {
    columns,
    classes,
    scale,
    loss,
    penalty,
    references,
  }: {
    readonly columns: readonly ColumnMeaning[];
    readonly classes: readonly string[] | null;
    readonly scale: TargetScale;
    readonly loss: LinearLoss;
    readonly penalty: Penalty;
    /** Columns whose weight is zero by definition. */
    readonly references: ReadonlySet<number>;
  },
): LinearInspection {
  const { freedom } = fit;
  const reach = freedom === null ? normalQuantile(0.975) : studentQuantile(0.975, freedom);
  const spread = (weight: number, error: number | undefined) => {
    if (error === undefined || !Number.isFinite(error)) return NO_SPREAD;
    const ratio = weight / error;
    return {
      standardError: error,
      pValue: freedom === null ? normalTwoSided(ratio) : studentTwoSided(ratio, freedom),
      lower: weight - reach * error,
      upper: weight + reach * error,
    };
  };
  const labels = classes === null ? [null] : fit.weights.length === 1 ? [classes[1] ?? null] : classes;
  const undetermined = new Set<string>();
  const outputs = fit.weights.map((list, k) => {
    const errors = fit.errors?.[k];
    const all = columns.map(({ column, part, word, unit }, j): InspectedWeight => {
      const weight = (list[j] ?? 0) * scale.deviation;
      const isReference = references.has(j);
      const error = isReference ? undefined : (errors?.[j + 1] ?? undefined);
      if (errors && !isReference && !Number.isFinite(error)) undetermined.add(column);
      return {
        column,
        part,
        word,
        weight,
        perUnit: weight / unit,
        ...spread(weight, error === undefined ? undefined : error * scale.deviation),
        isReference,
      };
    });
    const weights = all.toSorted((a, b) => Math.abs(b.weight) - Math.abs(a.weight));
    const intercept = (fit.intercepts[k] ?? 0) * scale.deviation;
    return {
      label: labels[k] ?? null,
      intercept: {
        weight: intercept + scale.mean,
        ...shifted(
          spread(intercept, errors === undefined ? undefined : (errors[0] ?? 0) * scale.deviation),
          scale.mean,
        ),
      },
      weights: weights.slice(0, MOST_LISTED),
      leftOut: Math.max(0, weights.length - MOST_LISTED),
    };
  });
  return {
    kind: 'linear',
    link: loss === 'poisson' ? 'log' : loss !== 'logistic' ? 'identity' : outputs.length > 1 ? 'softmax' : 'logit',
    loss,
    penalty: penalty.kind,
    strength: penalty.strength,
    solver: fit.solver,
    reason:
      fit.reason ??
      (undetermined.size === 0
        ? null
        : `Weights of ${[...undetermined].join(', ')} without a standard error are not determined: combinations of others, or words whose rows all have one answer.`),
    outputs,
  };
}

const NO_SPREAD = { standardError: null, pValue: null, lower: null, upper: null };
type Spread = { [Part in keyof typeof NO_SPREAD]: number | null };

/** An interval moved by the mean of the answers. */
const shifted = (spread: Spread, by: number): Spread => ({
  ...spread,
  lower: spread.lower === null ? null : spread.lower + by,
  upper: spread.upper === null ? null : spread.upper + by,
});
