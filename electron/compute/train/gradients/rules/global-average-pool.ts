import { FLOAT } from '../../../onnx/graph-builder.ts';
import type { GradientRule } from '../gradient-rule.ts';

/** 1 / n for each of a channel's n elements. */
export const globalAveragePoolRule: GradientRule = {
  operator: 'GlobalAveragePool',
  gradient({ x, y, g, op, make }) {
    const count = make('Cast', { to: FLOAT }, op('Div', op('Size', x), op('Size', y)));
    return [op('Expand', op('Div', g, count), op('Shape', x))];
  },
};
