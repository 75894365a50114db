import type { GradientRule } from '../gradient-rule.ts';
import { sumTo } from '../sum-to.ts';

/** (a b): g bᵀ and aᵀ g, summed over batches that were repeated; a vector counts as a matrix of one row or column. */
export const matMulRule: GradientRule = {
  operator: 'MatMul',
  gradient(rule) {
    const { graph, inputs, y, g, op, make, shapeOf, reshapeTo } = rule;
    const [a = '', b = ''] = inputs;
    const [rankA, rankB] = [shapeOf(a)?.length, shapeOf(b)?.length];
    if (rankA === 2 && rankB === 2) return [make('Gemm', { transB: 1 }, g, b), make('Gemm', { transA: 1 }, a, g)];
    let [left, right, gradient] = [a, b, g];
    if (rankA === undefined || rankB === undefined || rankA === 1 || rankB === 1) {
      const joined = (...parts: string[]): string => make('Concat', { axis: 0 }, ...parts);
      const [one, two] = [graph.integers([1]), graph.integers([2])];
      const rank = (value: string): string => op('Shape', op('Shape', value));
      const missing = (value: string): string => op('Max', op('Sub', two, rank(value)), graph.integers([0]));
      const [missingA, missingB] = [missing(a), missing(b)];
      left = op('Reshape', a, joined(op('Expand', one, missingA), op('Shape', a)));
      right = op('Reshape', b, joined(op('Shape', b), op('Expand', one, missingB)));
      // The result of a vector lacks its axis: the batches, then the rows of the left one and the columns of the right one.
      const batches = op('Sub', op('Add', op('Add', rank(y), missingA), missingB), two);
      const sides = [
        op('Slice', op('Shape', y), graph.integers([0]), batches),
        op('Gather', op('Shape', left), graph.integers([-2])),
        op('Gather', op('Shape', right), graph.integers([-1])),
      ];
      gradient = op('Reshape', g, joined(...sides));
    }
    const turned = (value: string, rank: number | undefined): string => {
      if (rank === undefined) return make('Einsum', { equation: '...ij->...ji' }, value);
      const axes = Array.from({ length: Math.max(rank, 2) }, (_, axis) => axis);
      return make('Transpose', { perm: [...axes.slice(0, -2), axes.length - 1, axes.length - 2] }, value);
    };
    // Both are sums over the batches of the product of the turned matrices.
    const toLeft = op('MatMul', gradient, turned(right, rankB));
    const toRight = op('MatMul', turned(left, rankA), gradient);
    const summed = (part: string, like: string): string => sumTo({ graph, shapeOf: () => undefined }, part, part, like);
    return [reshapeTo(summed(toLeft, left), a), reshapeTo(summed(toRight, right), b)];
  },
};
