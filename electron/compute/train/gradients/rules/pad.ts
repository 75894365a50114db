import type { GradientRule } from '../gradient-rule.ts';
import { movedBack, sameNode } from '../moved-back.ts';

/** What was padded is cut off; for edges and reflections, added to where it came from. */
export const padRule: GradientRule = {
  operator: 'Pad',
  gradient(rule) {
    const { node, x, g, op, make, text } = rule;
    const others = [null, null, null];
    if (text('mode', 'constant') !== 'constant')
      return [movedBack(rule, g, (image) => sameNode(rule, image)), ...others];
    // Negative pads cut: with the pads turned round, padding undoes cutting and cutting undoes padding.
    const [, pads = '', , axes = ''] = node.input;
    const undone = axes === '' ? [op('Neg', pads)] : [op('Neg', pads), '', axes];
    return [op('Reshape', make('Pad', { mode: 'constant' }, g, ...undone), op('Shape', x)), ...others];
  },
};
