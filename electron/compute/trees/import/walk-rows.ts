import { classOfTree, leafOf } from '../tree.ts';
import { combine, type ForeignEnsemble } from './read-ensemble.ts';

/**
 * Each target's aggregate over the trees, a row at a time: [rows * targets] in single precision, in the order of the trees.
 * NaN where no leaf spoke. Slow; for the few ensembles that the kernel does not take.
 */
export function walkRows({ ensemble, aggregate, hasSilentLeaves }: ForeignEnsemble, rows: Float32Array): Float32Array {
  const { features, classes, trees } = ensemble;
  const count = rows.length / features;
  const sums = new Float32Array(count * classes).fill(hasSilentLeaves ? Number.NaN : 0);
  for (const [index, tree] of trees.entries()) {
    const target = classOfTree(ensemble, index);
    for (let row = 0; row < count; row++) {
      const value = tree.value[leafOf(tree, rows, row * features)] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      const at = row * classes + target;
      const before = sums[at] ?? Number.NaN;
      sums[at] = Number.isNaN(before) ? value : combine(aggregate, before, value);
    }
  }
  return sums;
}
