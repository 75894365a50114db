import type { CheckedData } from './linear-data.ts';
import type { NewtonPenalty } from './newton.ts';
import type { SmoothModel } from './smooth-model.ts';
import type { WorkingDesign } from './working-design.ts';

export interface SoftmaxModel extends SmoothModel {
  /** Curvature that is added along the shift of all classes of a free column. */
  readonly shiftStrength: number;
}

/**
 * `scale` times the weighted softmax cross-entropy, coefficients class after class. Adding the same number to a column's
 * coefficient of every class changes no share, and a squared penalty is least where they sum to zero: along such shifts a
 * curvature is added, so that the matrix has an inverse however small the penalty; steps from a start without shift stay without.
 */
export function softmaxModel(
  design: WorkingDesign,
  { y, weight, totalWeight }: Pick<CheckedData, 'y' | 'weight' | 'totalWeight'>,
  { classes, scale, penalty }: { classes: number; scale: number; penalty: Pick<NewtonPenalty, 'l1'> },
): SoftmaxModel {
  const offset = Number(design.hasIntercept);
  const isShiftable = Array.from(
    { length: design.columns },
    (_, j) => (penalty.l1?.[j] ?? 0) === 0 && (j < offset || design.isEmpty[j - offset] === 0),
  );
  const { rows, columns, starts, indices, values } = design;
  const size = columns * classes;
  const shares = new Float64Array(rows * classes);
  const strength = (scale * totalWeight) / classes ** 2;
  return {
    size,
    shiftStrength: strength,
    value(b) {
      let loss = 0;
      for (let row = 0; row < rows; row++) {
        const [start, end, to] = [starts[row] ?? 0, starts[row + 1] ?? 0, row * classes];
        let top = Number.NEGATIVE_INFINITY;
        for (let k = 0; k < classes; k++) {
          let z = 0;
          const from = k * columns;
          for (let at = start; at < end; at++) z += (values[at] ?? 0) * (b[from + (indices[at] ?? 0)] ?? 0);
          shares[to + k] = z;
          top = Math.max(top, z);
        }
        const own = shares[to + (y[row] ?? 0)] ?? 0;
        let sum = 0;
        for (let k = 0; k < classes; k++) {
          const power = Math.exp((shares[to + k] ?? 0) - top);
          shares[to + k] = power;
          sum += power;
        }
        for (let k = 0; k < classes; k++) shares[to + k] = (shares[to + k] ?? 0) / sum;
        loss += (weight[row] ?? 0) * (Math.log(sum) + top - own);
      }
      return scale * loss;
    },
    derivatives() {
      const gradient = new Float64Array(size);
      const hessian = new Float64Array(size * size);
      for (let row = 0; row < rows; row++) {
        const w = scale * (weight[row] ?? 0);
        const [start, end, from] = [starts[row] ?? 0, starts[row + 1] ?? 0, row * classes];
        for (let k = 0; k < classes; k++) {
          const share = shares[from + k] ?? 0;
          const slope = w * (share - Number(y[row] === k));
          for (let at = start; at < end; at++) {
            const i = k * columns + (indices[at] ?? 0);
            gradient[i] = (gradient[i] ?? 0) + slope * (values[at] ?? 0);
          }
          for (let l = 0; l <= k; l++) {
            const curvature = w * share * (Number(k === l) - (shares[from + l] ?? 0));
            for (let at = start; at < end; at++) {
              const line = (k * columns + (indices[at] ?? 0)) * size + l * columns;
              const scaled = curvature * (values[at] ?? 0);
              for (let other = start; other < end; other++) {
                const cell = line + (indices[other] ?? 0);
                hessian[cell] = (hessian[cell] ?? 0) + scaled * (values[other] ?? 0);
              }
            }
          }
        }
      }
      for (let k = 0; k < classes; k++)
        for (let l = 0; l <= k; l++)
          for (let j = 0; j < columns; j++) {
            const cell = (k * columns + j) * size + l * columns + j;
            if (isShiftable[j]) hessian[cell] = (hessian[cell] ?? 0) + strength;
          }
      for (let i = 0; i < size; i++) for (let j = 0; j < i; j++) hessian[j * size + i] = hessian[i * size + j] ?? 0;
      return { gradient, hessian };
    },
  };
}
