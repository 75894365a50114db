import { FLOAT } from '../../../onnx/graph-builder.ts';
import type { GradientRule } from '../gradient-rule.ts';

/** Between real numbers: the gradient in single precision. Casts to whole numbers pass nothing. */
export const castRule: GradientRule = {
  operator: 'Cast',
  gradient({ g, make }) {
    return [make('Cast', { to: FLOAT }, g)];
  },
};
