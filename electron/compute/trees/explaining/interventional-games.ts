import type { TreeEnsemble } from '../tree.ts';
import type { Games } from './leaf-game.ts';
import { testRows } from './tree-tests.ts';

/**
 * Features that are not known are taken from background rows of `features` floats, one row after the other, and averaged: a
 * game for each different way in which background rows meet the leaf's tests.
 */
export function interventionalGames(ensemble: TreeEnsemble, background: Float32Array): Games {
  const count = background.length / ensemble.features;
  if (!(count >= 1)) throw new RangeError('Interventional attributions need at least one background row.');
  let tested: { readonly tree: number; readonly isLeft: Uint8Array } | null = null;
  return {
    of(tree, { path }) {
      const shape = ensemble.trees[tree];
      if (!shape) throw new RangeError('A leaf of another ensemble.');
      if (tested?.tree !== tree) tested = { tree, isLeft: testRows(shape, background, ensemble.features) };
      const { isLeft } = tested;
      const found = new Map<string, { rows: number; free: Float64Array }>();
      for (let row = 0; row < count; row++) {
        const free = Float64Array.from(path, ({ steps }) =>
          Number(steps.every((step) => isLeft[(step >> 1) * count + row] === (step & 1))),
        );
        const key = free.join('');
        const known = found.get(key);
        if (known) known.rows += 1;
        else found.set(key, { rows: 1, free });
      }
      return [...found.values()].map(({ rows, free }) => ({ weight: rows / count, free }));
    },
  };
}
