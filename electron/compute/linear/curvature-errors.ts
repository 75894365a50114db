import { choleskyInverse, scaledFactor } from './cholesky.ts';
import type { SoftmaxModel } from './softmax-model.ts';
import { originalErrors, type WorkingDesign } from './working-design.ts';

/** Standard errors of the original columns, the intercept (where there is one) first; NaN where none is determined. */
export interface CurvatureErrors<Errors> {
  readonly errors: Errors;
  /** Original columns that are combinations of others before them, or have no spread. */
  readonly undetermined: readonly number[];
}

/** From the curvature of one unpenalised score: roots of the diagonal of its inverse, times `scale`. */
export function scoreErrors(
  design: WorkingDesign,
  hessian: Float64Array,
  scale: number,
): CurvatureErrors<Float64Array> {
  const { columns } = design;
  const { factor, roots } = scaledFactor(hessian, columns);
  const inverse = choleskyInverse(factor);
  for (let i = 0; i < columns; i++)
    for (let j = 0; j < columns; j++)
      inverse[i * columns + j] = ((inverse[i * columns + j] ?? 0) * scale) / ((roots[i] ?? 1) * (roots[j] ?? 1));
  const errors = originalErrors(design, inverse);
  for (const skipped of factor.skipped) errors[skipped] = Number.NaN;
  return { errors, undetermined: originalColumns(design, factor.skipped) };
}

/** The same for the weights of each class, which sum to zero over the classes; the model stands at its last point. */
export function softmaxErrors(
  design: WorkingDesign,
  model: SoftmaxModel,
  classes: number,
): CurvatureErrors<Float64Array[]> {
  const { columns } = design;
  const size = columns * classes;
  const { factor, roots } = scaledFactor(model.derivatives().hessian, size);
  const inverse = choleskyInverse(factor);
  // What holds the shift of all classes is no part of their spread.
  const shift = 1 / (model.shiftStrength * classes ** 2);
  const errors = Array.from({ length: classes }, (_, k) => {
    const block = new Float64Array(columns * columns);
    for (let i = 0; i < columns; i++)
      for (let j = 0; j < columns; j++) {
        const [row, column] = [k * columns + i, k * columns + j];
        block[i * columns + j] =
          (inverse[row * size + column] ?? 0) / ((roots[row] ?? 1) * (roots[column] ?? 1)) - (i === j ? shift : 0);
      }
    return originalErrors(design, block);
  });
  for (const skipped of factor.skipped) for (const list of errors) list[skipped % columns] = Number.NaN;
  return {
    errors,
    undetermined: originalColumns(
      design,
      factor.skipped.map((skipped) => skipped % columns),
    ),
  };
}

function originalColumns({ hasIntercept }: WorkingDesign, working: readonly number[]): number[] {
  const offset = Number(hasIntercept);
  return [...new Set(working.filter((column) => column >= offset).map((column) => column - offset))].sort(
    (a, b) => a - b,
  );
}
