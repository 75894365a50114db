import type { GradientRule } from '../gradient-rule.ts';
import { reduction } from '../reduction.ts';

/** The product of the others: y / x without zeros; beside one zero only the zero itself has a slope, beside two nothing has. */
export const reduceProdRule: GradientRule = {
  operator: 'ReduceProd',
  gradient(rule) {
    const { graph, node, x, y, g, op, when, real } = rule;
    const { spread, sum } = reduction(rule);
    const isZero = op('Equal', x, real(0));
    const zeros = sum(when(isZero));
    const safe = op('Where', isZero, real(1), x);
    const [ofOthers = ''] = graph.repeat(node, [safe, ...node.input.slice(1)]);
    const atZero = op('Where', op('Equal', zeros, real(1)), spread(ofOthers), real(0));
    const others = op('Where', isZero, atZero, op('Div', spread(y), safe));
    return [op('Mul', spread(g), others), null];
  },
};
