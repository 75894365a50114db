import { AppError } from '../../../../shared/errors.ts';
import { BLOCK_ROWS } from '../scoring/program-layout.ts';
import { RankedColumns } from '../scoring/ranked-columns.ts';
import type { RowProgram } from '../scoring/row-runner.ts';
import type { SharedMemory } from '../shared-memory.ts';
import { classOfTree, type Tree, type TreeEnsemble } from '../tree.ts';
import { pointsFor } from './gauss-legendre.ts';
import { groupTables } from './group-table.ts';
import type { Games, LeafGame } from './leaf-game.ts';
import { groupLeaves, type LeafGroup, type TreeGroups } from './leaf-groups.ts';
import { isLeaf, type LeafPath, type PathFeature } from './leaf-path.ts';

/** Sizes and words that kernel/kernel.ts is compiled with. */
const HEADER_WORDS = 11;
/** Bits of a pattern at most: a pattern is a byte, and a table of 256 floats stays in the first-level cache. */
const MOST_BITS = 8;
/** Tables of all trees together; wider patterns are given up first. */
const MOST_TABLE_BYTES = 128 << 20;
/** What leaves behind many features may take, games of background rows included. */
const MOST_LEAF_BYTES = 1 << 30;

/** A compiled ensemble, and what it answers where nothing of a row is known: a value a class. */
export interface Explainer extends RowProgram {
  readonly expected: Float64Array;
}

/**
 * Compiles an ensemble for the kernel that attributes. Null where the kernel cannot take it: a feature has more than 65,533
 * thresholds or categories. Throws OUT_OF_MEMORY where its leaves times background rows do not fit into memory.
 */
export function compileExplainer(memory: SharedMemory, ensemble: TreeEnsemble, games: Games): Explainer | null {
  const columns = RankedColumns.of(ensemble.trees);
  if (columns === null) return null;
  const plans = planTrees(ensemble);
  const tests = ensemble.trees.map((tree) => testsOf(tree, columns));
  const table = columns.write(memory);
  const layout = new ExplainerLayout(memory, ensemble, games);
  const trees: number[] = [];
  for (const [index, plan] of plans.entries()) {
    const { order, records } = tests[index] ?? { order: [], records: [] };
    const nodes = write(
      memory,
      records.flatMap(({ column, bound }) => [column * BLOCK_ROWS * columns.lane, bound]),
    );
    trees.push(nodes, records.length, ...layout.lay(index, plan, order));
  }
  const most = tests.reduce((top, { records }) => Math.max(top, records.length), 0);
  const sums = [...layout.sums.keys()];
  const tile = sums.length * BLOCK_ROWS * 12;
  const masks = tile + Math.ceil(columns.bytes / 64) * 64;
  const patterns = masks + most * BLOCK_ROWS;
  const at = memory.allocate(HEADER_WORDS * 4);
  const header = [columns.lane, sums.length, table.at, table.count, write(memory, trees), plans.length];
  header.push(tile, masks, patterns, write(memory, sums), ensemble.features * ensemble.classes);
  memory.uint32(at, HEADER_WORDS).set(header);
  return { at, scratchBytes: patterns + BLOCK_ROWS + layout.mostPlayers * 64 + 64, expected: layout.expected };
}

/** Groups as wide as the memory for their tables allows. */
function planTrees({ trees }: TreeEnsemble): TreeGroups[] {
  for (let bits = MOST_BITS; bits > 0; bits--) {
    const plans = trees.map((tree) => groupLeaves(tree, bits));
    const bytes = plans.reduce((sum, { groups }) => sum + groups.reduce((all, group) => all + tableBytes(group), 0), 0);
    if (bytes <= MOST_TABLE_BYTES) return plans;
  }
  return trees.map((tree) => groupLeaves(tree, 0));
}

const tableBytes = ({ path, nodes, features }: LeafGroup): number =>
  2 ** (path.length + nodes.length) * features.length * 4;

function testsOf(tree: Tree, columns: RankedColumns) {
  const order = [...tree.feature.keys()].filter((node) => !isLeaf(tree, node));
  return { order, records: order.map((node) => columns.testOf(tree, node)) };
}

function write(memory: SharedMemory, words: readonly number[]): number {
  const at = memory.allocate(Math.max(4, words.length * 4));
  memory.int32(at, words.length).set(words);
  return at;
}

/** Writes groups and leaves of trees, and counts what they need. */
class ExplainerLayout {
  /** Places of an answer's row that are summed, class times features plus feature, in the order of the kernel's sums. */
  readonly sums = new Map<number, number>();
  readonly expected: Float64Array;
  mostPlayers = 1;
  readonly #memory: SharedMemory;
  readonly #ensemble: TreeEnsemble;
  readonly #games: Games;
  readonly #points = new Map<number, number>();
  #leafBytes = 0;

  constructor(memory: SharedMemory, ensemble: TreeEnsemble, games: Games) {
    this.#memory = memory;
    this.#ensemble = ensemble;
    this.#games = games;
    this.expected = Float64Array.from(ensemble.base);
  }

  /** Where the tree's groups and leaves lie, and how many: four words of its record. */
  lay(index: number, { groups, deep }: TreeGroups, order: readonly number[]): number[] {
    const tree = this.#ensemble.trees[index];
    if (!tree) return [0, 0, 0, 0];
    const k = classOfTree(this.#ensemble, index);
    const maskOf = new Map(order.map((node, at) => [node, at * BLOCK_ROWS]));
    const answerOf = (leaf: number): number => tree.value[leaf] ?? 0;
    // A tree of a single leaf answers the same whatever is known.
    if (order.length === 0) this.expected[k] = (this.expected[k] ?? 0) + answerOf(0);
    const groupWords = groups.flatMap((group) => {
      const games = group.leaves.map((leaf) => this.#games.of(index, leaf));
      for (const [at, { leaf }] of group.leaves.entries()) this.#expect(k, answerOf(leaf), games[at] ?? []);
      const tables = groupTables(group, (at) => games[at] ?? [], answerOf);
      const patterns = 2 ** (group.path.length + group.nodes.length);
      const at = this.#memory.allocate(tables.length * patterns * 4);
      const floats = this.#memory.float32(at, tables.length * patterns);
      const values = tables.flatMap((table, feature) => {
        floats.set(table, feature * patterns);
        return [this.#sum(k, group.features[feature] ?? 0), at + feature * patterns * 4];
      });
      const bits = [
        ...group.path.map((one) => maskList(one.steps, maskOf)),
        ...group.nodes.map((node) => maskList([node * 2 + 1], maskOf)),
      ];
      return [write(this.#memory, bits.flat()), bits.length, write(this.#memory, values), tables.length];
    });
    const leafWords = deep.flatMap((leaf) => this.#layLeaf(leaf, { index, k, maskOf, value: answerOf(leaf.leaf) }));
    const leaves = this.#memory.allocate(Math.max(4, leafWords.length * 4));
    this.#memory.int32(leaves, leafWords.length).set(leafWords);
    return [write(this.#memory, groupWords), groupWords.length / 4, leaves, leafWords.length / 8];
  }

  #layLeaf(
    leaf: LeafPath,
    of: {
      readonly index: number;
      readonly k: number;
      readonly maskOf: ReadonlyMap<number, number>;
      readonly value: number;
    },
  ): number[] {
    const players = leaf.path.length;
    this.mostPlayers = Math.max(this.mostPlayers, players);
    const games = this.#games.of(of.index, leaf);
    this.#expect(of.k, of.value, games);
    const lists = write(
      this.#memory,
      leaf.path.flatMap(({ steps }) => maskList(steps, of.maskOf)),
    );
    const sums = write(
      this.#memory,
      leaf.path.map(({ feature }) => this.#sum(of.k, feature)),
    );
    const points = this.#pointsOf(players);
    return games.flatMap(({ weight, free }) => {
      this.#leafBytes += 128 + players * 4;
      if (this.#leafBytes > MOST_LEAF_BYTES) throw tooLarge();
      const shares = this.#memory.allocate(players * 4);
      this.#memory.float32(shares, players).set(free);
      const answer = new Int32Array(Float32Array.of(of.value * weight).buffer)[0] ?? 0;
      return [lists, players, shares, points.at, points.count, sums, answer, 0];
    });
  }

  #expect(k: number, value: number, games: readonly LeafGame[]): void {
    for (const { weight, free } of games)
      this.expected[k] = (this.expected[k] ?? 0) + value * weight * free.reduce((product, one) => product * one, 1);
  }

  /** Byte of the sum of a class and a feature among the single-precision sums. */
  #sum(k: number, feature: number): number {
    const place = k * this.#ensemble.features + feature;
    let found = this.sums.get(place);
    if (found === undefined) {
      found = this.sums.size * BLOCK_ROWS * 4;
      this.sums.set(place, found);
    }
    return found;
  }

  #pointsOf(players: number): { at: number; count: number } {
    const { points, weights } = pointsFor(players);
    let at = this.#points.get(points.length);
    if (at === undefined) {
      at = this.#memory.allocate(points.length * 8);
      this.#memory.float32(at, points.length * 2).set([...points].flatMap((point, i) => [point, weights[i] ?? 0]));
      this.#points.set(points.length, at);
    }
    return { at, count: points.length };
  }
}

/** A list of masks: how many, then the place of each, plus one where the way goes left. */
const maskList = (steps: PathFeature['steps'], maskOf: ReadonlyMap<number, number>): number[] => [
  steps.length,
  ...steps.map((step) => (maskOf.get(step >> 1) ?? 0) + (step & 1)),
];

const tooLarge = (): AppError =>
  new AppError('OUT_OF_MEMORY', {
    message: `The trees have too many leaves behind many columns to weigh each against the background rows (over ${MOST_LEAF_BYTES / 2 ** 30} GiB).`,
    remedy: "Use fewer background rows, or attributions by the trees' own rows (path-dependent).",
    kept: 'The model and the dataset are as they were.',
  });
