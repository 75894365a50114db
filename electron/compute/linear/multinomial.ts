import { normalTwoSided } from '../stats/normal.ts';
import { softmaxErrors } from './curvature-errors.ts';
import { type CheckedData, CLASS_INDEX, checkedData, type LinearData } from './linear-data.ts';
import { COLLINEAR, linearScores, NOT_CONVERGED, PENALISED, SEPARABLE } from './linear-fit.ts';
import { type LogisticParams, weighedClasses } from './logistic.ts';
import { newtonNow } from './newton.ts';
import { type Penalty, penaltyValue, workingPenalty } from './penalty.ts';
import { softmaxModel } from './softmax-model.ts';
import { toOriginal, workingDesign } from './working-design.ts';

export interface MultinomialFit {
  /** One row a class. */
  readonly coefficients: readonly Float64Array[];
  /** One a class; they sum to zero. */
  readonly intercept: Float64Array;
  readonly objective: number;
  readonly isConverged: boolean;
  readonly reason: string | null;
  /** Of each class, the intercept (where there is one) first: without a penalty, of weights that sum to zero over classes. */
  readonly standardErrors?: readonly Float64Array[];
  readonly z?: readonly Float64Array[];
  readonly pValues?: readonly Float64Array[];
}

/**
 * Multinomial logistic regression: C times the weighted softmax cross-entropy plus the penalty on every class's
 * coefficients, by Newton's method over all classes at once. `y` holds indices of classes; `classes` is their number, at
 * least the largest index and one.
 */
export function multinomial(
  data: LinearData,
  params: LogisticParams & { readonly classes?: number | undefined } = {},
): MultinomialFit {
  const { C = 1, penalty: kind = 'l2', l1Ratio, classWeight = null, intercept: hasIntercept = true } = params;
  const plain = checkedData(data, CLASS_INDEX);
  const classes = Math.max(params.classes ?? 0, plain.y.reduce((most, label) => Math.max(most, label), 0) + 1);
  const checked = weighedClasses(plain, classWeight, classes);
  const isFree = kind === 'none';
  const scale = isFree ? 1 : C;
  const penalty: Penalty = { kind, strength: 1, l1Ratio };
  const design = workingDesign(checked, { hasIntercept });
  const working = workingPenalty(design, penalty, classes);
  const { columns } = design;
  const model = softmaxModel(design, checked, { classes, scale, penalty: working });
  const end = newtonNow(model, working, undefined, isFree ? 50 : undefined);
  const parts = Array.from({ length: classes }, (_, k) =>
    toOriginal(design, end.b.subarray(k * columns, (k + 1) * columns)),
  );
  const center = parts.reduce((sum, part) => sum + part.intercept, 0) / classes;
  const coefficients = parts.map((part) => part.coefficients);
  const intercept = Float64Array.from(parts, (part) => part.intercept - center);
  const objective =
    scale * crossEntropy(checked, coefficients, intercept) +
    coefficients.reduce((sum, row) => sum + penaltyValue(penalty, row), 0);
  const answer = { coefficients, intercept, objective, isConverged: end.isConverged };
  if (!isFree) return { ...answer, reason: end.isConverged ? PENALISED : NOT_CONVERGED };
  if (!end.isConverged) return { ...answer, reason: SEPARABLE };
  model.value(end.b);
  const { errors, undetermined } = softmaxErrors(design, model, classes);
  if (undetermined.length > 0) return { ...answer, reason: COLLINEAR };
  const z = errors.map((list, k) => {
    const all = Float64Array.from([...(hasIntercept ? [intercept[k] ?? 0] : []), ...(coefficients[k] ?? [])]);
    return all.map((value, i) => value / (list[i] ?? 1));
  });
  return { ...answer, reason: null, standardErrors: errors, z, pValues: z.map((list) => list.map(normalTwoSided)) };
}

function crossEntropy({ x, y, weight }: CheckedData, coefficients: readonly Float64Array[], intercept: Float64Array) {
  const scores = coefficients.map((row, k) => linearScores(x, row, intercept[k] ?? 0));
  let sum = 0;
  for (const [row, label] of y.entries()) {
    const top = scores.reduce((most, of) => Math.max(most, of[row] ?? 0), Number.NEGATIVE_INFINITY);
    const total = scores.reduce((all, of) => all + Math.exp((of[row] ?? 0) - top), 0);
    sum += (weight[row] ?? 0) * (Math.log(total) + top - (scores[label]?.[row] ?? 0));
  }
  return sum;
}
