import type { GradientRule } from '../gradient-rule.ts';
import { sumTo } from '../sum-to.ts';

/** (a b): g bᵀ and aᵀ g, summed over batches that were repeated; a vector counts as a matrix of one row or column. */
export const matMulRule: GradientRule = {
  operator: 'MatMul',
  gradient(rule) {
    const { graph, inputs, g, op, make, shapeOf, reshapeTo } = rule;
    const [a = '', b = ''] = inputs;
    const [rankA, rankB] = [shapeOf(a)?.length ?? 2, shapeOf(b)?.length ?? 2];
    if (rankA === 2 && rankB === 2) return [make('Gemm', { transB: 1 }, g, b), make('Gemm', { transA: 1 }, a, g)];
    const [left, right] = [
      rankA === 1 ? op('Unsqueeze', a, graph.integers([0])) : a,
      rankB === 1 ? op('Unsqueeze', b, graph.integers([1])) : b,
    ];
    let gradient = g;
    if (rankB === 1) gradient = op('Unsqueeze', gradient, graph.integers([-1]));
    if (rankA === 1) gradient = op('Unsqueeze', gradient, graph.integers([-2]));
    const turned = (value: string, rank: number): string => {
      const axes = Array.from({ length: rank }, (_, axis) => axis);
      return make('Transpose', { perm: [...axes.slice(0, -2), rank - 1, rank - 2] }, value);
    };
    // Both are sums over the batches of the product of the turned matrices.
    const toLeft = op('MatMul', gradient, turned(right, Math.max(rankB, 2)));
    const toRight = op('MatMul', turned(left, Math.max(rankA, 2)), gradient);
    const summed = (part: string, like: string): string => sumTo({ graph, shapeOf: () => undefined }, part, part, like);
    return [reshapeTo(summed(toLeft, left), a), reshapeTo(summed(toRight, right), b)];
  },
};
