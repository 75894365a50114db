import type { GradientRule } from '../gradient-rule.ts';

/** Goes to the largest; those that are equal share it. */
export const maxRule: GradientRule = {
  operator: 'Max',
  gradient({ inputs, y, g, op, when, sumTo }) {
    const isAnswer = inputs.map((input) => when(op('Equal', input, y)));
    const share = op(
      'Div',
      g,
      isAnswer.reduce((sum, one) => op('Add', sum, one)),
    );
    return inputs.map((input, index) => sumTo(op('Mul', share, isAnswer[index] ?? ''), input));
  },
};
