import type { GradientRule } from '../gradient-rule.ts';

/** Added where the largest element of each window stood: the operator's own second result says where. */
export const maxPoolRule: GradientRule = {
  operator: 'MaxPool',
  gradient({ graph, node, x, g, op, make, real, reshapeTo, integer, refuse }) {
    if (integer('storage_order', 0) !== 0) return refuse('with column-major places');
    const places = node.output[1] || graph.fresh();
    node.output[1] = places;
    const flat = graph.integers([-1]);
    const zeros = op('Expand', real(0), op('Reshape', op('Size', x), graph.integers([1])));
    const added = make(
      'ScatterElements',
      { axis: 0, reduction: 'add' },
      zeros,
      op('Reshape', places, flat),
      op('Reshape', g, flat),
    );
    return [reshapeTo(added, x)];
  },
};
