import type { GradientRule } from '../gradient-rule.ts';

/** The parts put together again; a part that was not used is zeros. */
export const splitRule: GradientRule = {
  operator: 'Split',
  takesAllResults: true,
  gradient({ gradients, node, make, zerosLike, integer }) {
    const parts = node.output.map((output, index) => gradients[index] ?? zerosLike(output));
    return [make('Concat', { axis: integer('axis', 0) }, ...parts), null];
  },
};
