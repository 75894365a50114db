import type { GradientRule } from './gradient-rule.ts';

/** Of the largest or the smallest of several inputs: the gradient goes to those that are the answer, in equal shares. */
export const sharedExtreme: GradientRule['gradient'] = ({ inputs, y, g, op, when, sumTo }) => {
  const isAnswer = inputs.map((input) => when(op('Equal', input, y)));
  const share = op(
    'Div',
    g,
    isAnswer.reduce((sum, one) => op('Add', sum, one)),
  );
  return inputs.map((input, index) => sumTo(op('Mul', share, isAnswer[index] ?? ''), input));
};
