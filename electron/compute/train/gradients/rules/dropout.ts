import { FLOAT } from '../../../onnx/graph-builder.ts';
import type { GradientRule } from '../gradient-rule.ts';

/** Through what was kept, scaled as it was (by 1 / (1 - ratio)): the operator's own second result says what was kept. */
export const dropoutRule: GradientRule = {
  operator: 'Dropout',
  gradient({ graph, node, g, op, make, real, when }) {
    const [, ratio = '', isTraining = ''] = node.input;
    // Outside of training everything is kept as it is.
    if (isTraining === '') return [g, null, null];
    const kept = node.output[1] || graph.fresh();
    node.output[1] = kept;
    const dropped = ratio === '' ? real(0.5) : make('Cast', { to: FLOAT }, ratio);
    const scale = op('Where', isTraining, op('Reciprocal', op('Sub', real(1), dropped)), real(1));
    return [op('Mul', op('Mul', g, when(kept)), scale), null, null];
  },
};
