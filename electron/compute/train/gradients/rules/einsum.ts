import type { GradientRule } from '../gradient-rule.ts';

/** Each operand is the product of the gradient and the others, by the equation turned round. */
export const einsumRule: GradientRule = {
  operator: 'Einsum',
  gradient({ inputs, g, make, text, refuse }) {
    const [from = '', to] = text('equation', '').replaceAll(' ', '').split('->');
    const terms = from.split(',');
    if (to === undefined || from.includes('.') || terms.some((term) => new Set(term).size < term.length))
      return refuse('without a written result, with an ellipsis or with a repeated letter');
    return terms.map((term, index) => {
      const others = terms.flatMap((_, at) => (at === index ? [] : [at]));
      const known = new Set([...to, ...others.flatMap((at) => [...(terms[at] ?? '')])]);
      const kept = [...term].filter((letter) => known.has(letter)).join('');
      const equation = `${[to, ...others.map((at) => terms[at] ?? '')].join(',')}->${kept}`;
      const part = make('Einsum', { equation }, g, ...others.map((at) => inputs[at] ?? ''));
      if (kept === term) return part;
      // A letter that was only summed over: every element along it gets the same.
      return refuse('that sums over a letter of one operand alone');
    });
  },
};
