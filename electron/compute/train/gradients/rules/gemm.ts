import type { GradientRule } from '../gradient-rule.ts';

/** alpha a b + beta c; a and b may be transposed. */
export const gemmRule: GradientRule = {
  operator: 'Gemm',
  gradient({ inputs: [a = '', b = '', c = ''], g, op, make, real, sumTo, integer, float }) {
    const [flipA, flipB] = [integer('transA', 0), integer('transB', 0)];
    const [alpha, beta] = [float('alpha', 1), float('beta', 1)];
    const scale = alpha === 1 ? {} : { alpha: { real: alpha } };
    const toA = flipA
      ? make('Gemm', { transA: flipB, transB: 1, ...scale }, b, g)
      : make('Gemm', { transB: 1 - flipB, ...scale }, g, b);
    const toB = flipB
      ? make('Gemm', { transA: 1, transB: flipA, ...scale }, g, a)
      : make('Gemm', { transA: 1 - flipA, ...scale }, a, g);
    if (c === '') return [toA, toB];
    return [toA, toB, sumTo(beta === 1 ? g : op('Mul', g, real(beta)), c)];
  },
};
