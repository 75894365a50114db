import type { LeafGame } from './leaf-game.ts';
import type { LeafGroup } from './leaf-groups.ts';
import type { Path } from './leaf-path.ts';
import { shapleyOfProduct } from './shapley-product.ts';

/**
 * Attributions of a group of leaves for each pattern of its bits: bit i < path.length says that the row meets all tests of the
 * path's feature i, the bits after it that the row goes left at each of the group's nodes. One table of 2^bits values a feature.
 */
export function groupTables(
  { path, nodes, leaves, features }: LeafGroup,
  gamesOf: (leaf: number) => readonly LeafGame[],
  answerOf: (leaf: number) => number,
): Float64Array[] {
  const patterns = 2 ** (path.length + nodes.length);
  const bitOfNode = new Map(nodes.map((node, index) => [node, path.length + index]));
  const tables = features.map(() => new Float64Array(patterns));
  for (const [index, leaf] of leaves.entries()) {
    const players = leaf.path.length;
    const own = leafTable(players, gamesOf(index), answerOf(leaf.leaf));
    const rules = leaf.path.map((one, k) => bitsOf(one, k, path, bitOfNode));
    const into = leaf.path.map(({ feature }) => tables[features.indexOf(feature)] ?? new Float64Array(patterns));
    for (let pattern = 0; pattern < patterns; pattern++) {
      let held = 0;
      for (let k = 0; k < players; k++) {
        const rule = rules[k];
        if (rule && (pattern & rule.ones) === rule.ones && (pattern & rule.zeros) === 0) held |= 1 << k;
      }
      for (let k = 0; k < players; k++) {
        const table = into[k];
        if (table) table[pattern] = (table[pattern] ?? 0) + (own[held * players + k] ?? 0);
      }
    }
  }
  return tables;
}

/** Attributions of one leaf for each pattern of features met: [2^players * players]. */
function leafTable(players: number, games: readonly LeafGame[], value: number): Float64Array {
  const table = new Float64Array(2 ** players * players);
  const held = new Float64Array(players);
  const found = new Float64Array(players);
  for (let pattern = 0; pattern < 2 ** players; pattern++) {
    for (let k = 0; k < players; k++) held[k] = (pattern >> k) & 1;
    for (const { weight, free } of games) {
      shapleyOfProduct(held, free, found);
      for (let k = 0; k < players; k++) {
        const at = pattern * players + k;
        table[at] = (table[at] ?? 0) + weight * value * (found[k] ?? 0);
      }
    }
  }
  return table;
}

/** Bits that must be one, and those that must be zero, for a feature's tests on the way to a leaf to be met. */
function bitsOf(
  { steps }: Path[number],
  index: number,
  above: Path,
  bitOfNode: ReadonlyMap<number, number>,
): { readonly ones: number; readonly zeros: number } {
  let [ones, zeros] = [index < above.length ? 1 << index : 0, 0];
  for (const step of steps) {
    const bit = bitOfNode.get(step >> 1);
    if (bit === undefined) continue;
    if ((step & 1) === 1) ones |= 1 << bit;
    else zeros |= 1 << bit;
  }
  return { ones, zeros };
}
