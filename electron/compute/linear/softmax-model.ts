import { scaledSolve } from './cholesky.ts';
import { conjugateGradients } from './conjugate-gradients.ts';
import { type FillFactors, upToFour } from './dense-products.ts';
import { throughDesign } from './design-products.ts';
import type { CheckedData } from './linear-data.ts';
import type { NewtonPenalty } from './newton.ts';
import type { SmoothModel } from './smooth-model.ts';
import { type WorkingDesign, weightedGram, weightedGrams } from './working-design.ts';

export interface SoftmaxModel extends SmoothModel {
  /** Curvature that is added along the shift of all classes of a column without an l1 penalty. */
  readonly shiftStrength: number;
}

/** From this many coefficients on the matrix of curvatures costs more than the products that do without it. */
const MANY = 300;

/**
 * `scale` times the weighted softmax cross-entropy, coefficients class after class. Adding the same number to a column's
 * coefficient of every class changes no share, and a squared penalty is least where they sum to zero: along such shifts a
 * curvature is added, so that the matrix has an inverse however small the penalty; steps from a start without shift stay without.
 * Steps of many coefficients are found by conjugate gradients.
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
  const { rows, columns } = design;
  const size = columns * classes;
  const width = upToFour(classes);
  const shares = new Float64Array(rows * width);
  const strength = (scale * totalWeight) / classes ** 2;
  /** A row a column instead of a class. */
  const byColumn = (b: Float64Array): Float64Array => {
    const turned = new Float64Array(columns * width);
    for (let k = 0; k < classes; k++) for (let j = 0; j < columns; j++) turned[j * width + k] = b[k * columns + j] ?? 0;
    return turned;
  };
  const byClass = (turned: Float64Array): Float64Array => {
    const b = new Float64Array(size);
    for (let k = 0; k < classes; k++) for (let j = 0; j < columns; j++) b[k * columns + j] = turned[j * width + k] ?? 0;
    return b;
  };
  /** The curvature times a direction, penalties counted. */
  const curved = (direction: Float64Array, l2: Float64Array): Float64Array => {
    const into = byClass(
      throughDesign(design, byColumn(direction), width, (scores, at, from, to) => {
        for (let row = from; row < to; row++, at += width) {
          const [w, share] = [scale * (weight[row] ?? 0), row * width];
          let mean = 0;
          for (let k = 0; k < classes; k++) mean += (shares[share + k] ?? 0) * (scores[at + k] ?? 0);
          for (let k = 0; k < classes; k++)
            scores[at + k] = w * (shares[share + k] ?? 0) * ((scores[at + k] ?? 0) - mean);
        }
      }),
    );
    for (let j = 0; j < columns; j++) {
      let shift = 0;
      if (isShiftable[j]) for (let k = 0; k < classes; k++) shift += strength * (direction[k * columns + j] ?? 0);
      for (let k = 0; k < classes; k++) {
        const at = k * columns + j;
        into[at] = (into[at] ?? 0) + shift + (l2[at] ?? 0) * (direction[at] ?? 0);
      }
    }
    return into;
  };
  let gradient: Float64Array = new Float64Array(size);
  let blocks: { readonly reach: number; readonly solves: readonly Solve[] } | undefined;
  let first: number | undefined;
  return {
    size,
    shiftStrength: strength,
    value(b) {
      let loss = 0;
      const slopes = throughDesign(design, byColumn(b), width, (scores, at, from, to) => {
        for (let row = from; row < Math.min(to, rows); row++, at += width) {
          const [w, share, label] = [weight[row] ?? 0, row * width, y[row] ?? 0];
          let top = Number.NEGATIVE_INFINITY;
          for (let k = 0; k < classes; k++) top = Math.max(top, scores[at + k] ?? 0);
          const own = scores[at + label] ?? 0;
          let sum = 0;
          for (let k = 0; k < classes; k++) {
            const power = Math.exp((scores[at + k] ?? 0) - top);
            shares[share + k] = power;
            sum += power;
          }
          for (let k = 0; k < classes; k++) {
            const part = (shares[share + k] ?? 0) / sum;
            shares[share + k] = part;
            scores[at + k] = scale * w * (part - Number(k === label));
          }
          loss += w * (Math.log(sum) + top - own);
        }
      });
      gradient = byClass(slopes);
      return scale * loss;
    },
    derivatives() {
      const hessian = new Float64Array(size * size);
      const add = (k: number, l: number, block: Float64Array, sign: number): void => {
        for (let i = 0, at = 0; i < columns; i++) {
          const line = (k * columns + i) * size + l * columns;
          for (let j = 0; j < columns; j++, at++)
            hessian[line + j] = (hessian[line + j] ?? 0) + sign * (block[at] ?? 0);
        }
      };
      const pairs = Array.from({ length: classes }, (_, k) =>
        Array.from({ length: k }, (__, l) => [k, l] as const),
      ).flat();
      const fills = pairs.map(
        ([k, l]): FillFactors =>
          (factors, at, from, to) => {
            for (let row = from; row < to; row++, at++) {
              const share = row * width;
              factors[at] = scale * (weight[row] ?? 0) * (shares[share + k] ?? 0) * (shares[share + l] ?? 0);
            }
          },
      );
      const blocks = weightedGrams(design, fills);
      for (const [place, [k, l]] of pairs.entries()) {
        const block = blocks[place] ?? new Float64Array();
        // Blocks of one class are what its others leave: shares sum to one.
        add(k, l, block, -1);
        add(k, k, block, 1);
        add(l, l, block, 1);
      }
      for (let k = 0; k < classes; k++)
        for (let l = 0; l <= k; l++)
          for (let i = 0; i < columns; i++) {
            const at = (k * columns + i) * size + l * columns + i;
            if (isShiftable[i]) hessian[at] = (hessian[at] ?? 0) + strength;
          }
      for (let i = 0; i < size; i++) for (let j = 0; j < i; j++) hessian[j * size + i] = hessian[i * size + j] ?? 0;
      return { gradient: gradient.slice(), hessian };
    },
    ...(size < MANY
      ? {}
      : {
          withoutMatrix: {
            gradient: () => gradient.slice(),
            step(slope: Float64Array, l2: Float64Array): Float64Array {
              const reach = norm(slope);
              first ??= reach;
              // The nearer the end, the more digits of a step are worth their price.
              const tolerance = Math.max(1e-3, Math.min(0.1, reach / first));
              // Each class for itself is near enough to lead the way, and soon changes little.
              if (blocks === undefined || (reach < 0.1 * blocks.reach && blocks.reach > 1e-3 * first))
                blocks = { reach, solves: ownBlocks(l2) };
              const solution = conjugateGradients({
                right: slope.map((value) => -value),
                times: (direction) => curved(direction, l2),
                precondition: (residual) => {
                  const into = new Float64Array(size);
                  for (const [k, solve] of (blocks?.solves ?? []).entries())
                    into.set(solve(residual.subarray(k * columns, (k + 1) * columns)), k * columns);
                  return into;
                },
                tolerance,
              });
              // What the last digits hold of a shift would stay: its curvature is not that of the penalty.
              for (let j = 0; j < columns; j++) {
                if (!isShiftable[j]) continue;
                let shift = 0;
                for (let k = 0; k < classes; k++) shift += (solution[k * columns + j] ?? 0) / classes;
                for (let k = 0; k < classes; k++) solution[k * columns + j] = (solution[k * columns + j] ?? 0) - shift;
              }
              return solution;
            },
          },
        }),
  };

  /** For each class what solves its block of the curvature here. */
  function ownBlocks(l2: Float64Array): Solve[] {
    const curvatures = new Float64Array(rows);
    return Array.from({ length: classes }, (_, k) => {
      for (let row = 0; row < rows; row++) {
        const share = shares[row * width + k] ?? 0;
        curvatures[row] = scale * (weight[row] ?? 0) * share * (1 - share);
      }
      const block = weightedGram(design, curvatures);
      for (let j = 0; j < columns; j++)
        block[j * columns + j] = (block[j * columns + j] ?? 0) + (l2[k * columns + j] ?? 0);
      return scaledSolve(block, columns);
    });
  }
}

type Solve = (right: Float64Array) => Float64Array;

const norm = (values: Float64Array): number => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
