import type { RuleNode } from './gradient-rule.ts';

/** What normalisations share: values less their mean, over their deviation, along some axes of one form of the tensor. */
export interface Standardised {
  /** Standardised values, and one over the deviation. */
  readonly scaled: string;
  readonly inverse: string;
  /** The gradient of the values from that of the standardised ones: (g - mean g - scaled mean(g scaled)) / deviation. */
  back(gradient: string): string;
}

/** Standardises along `axes` (as ONNX Runtime does: biased variance, epsilon below the root). */
export function standardised(
  { graph, op, make, real }: RuleNode,
  value: string,
  axes: readonly number[],
  epsilon: number,
): Standardised {
  const along = graph.integers(axes);
  const ones = op('Add', op('Mul', value, real(0)), real(1));
  const count = make('ReduceSum', { keepdims: 1 }, ones, along);
  const mean = (of: string): string => op('Div', make('ReduceSum', { keepdims: 1 }, of, along), count);
  const centred = op('Sub', value, mean(value));
  const variance = mean(op('Mul', centred, centred));
  const inverse = op('Reciprocal', op('Sqrt', op('Add', variance, real(epsilon))));
  const scaled = op('Mul', centred, inverse);
  return {
    scaled,
    inverse,
    back(gradient) {
      const along = op('Mul', scaled, mean(op('Mul', gradient, scaled)));
      return op('Mul', inverse, op('Sub', op('Sub', gradient, mean(gradient)), along));
    },
  };
}
