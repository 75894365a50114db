import type { GradientRule } from '../gradient-rule.ts';

/** To each input its own part. */
export const concatRule: GradientRule = {
  operator: 'Concat',
  gradient({ graph, inputs, g, op, integer }) {
    const axis = graph.integers([integer('axis', 0)]);
    let start = graph.integers([0]);
    return inputs.map((input) => {
      const end = op('Add', start, op('Gather', op('Shape', input), axis));
      const part = op('Slice', g, start, end, axis);
      start = end;
      return part;
    });
  },
};
