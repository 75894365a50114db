import { deserialize, serialize } from 'node:v8';
import { binFeatures, type TreeFeature } from './bin-features.ts';
import { Crew } from './crew.ts';
import { FEATURE_RECORD, VALUE_BINS } from './feature-table.ts';
import { type ForestParams, type ForestPlan, forestRoom } from './forest-share.ts';
import { ORDER } from './order.ts';
import { SharedMemory } from './shared-memory.ts';
import type { Tree, TreeEnsemble } from './tree.ts';

export interface ForestData {
  readonly features: readonly TreeFeature[];
  /** The value to predict, 0 or 1, or a class number. */
  readonly targets: Float32Array;
  readonly weights: Float32Array | null;
  /** 1 for a value or two classes; otherwise each class has trees of its own. */
  readonly classes: number;
}

/** What was said of rows by trees that had not seen them: sums, class after class for each row, and counts. */
export interface OutOfBag {
  readonly sums: Float64Array;
  readonly counts: Float64Array;
}

/** Everything the next trees start from: with it, a resumed forest is the unbroken one. */
export interface ForestState {
  readonly trees: readonly Tree[];
  readonly outOfBag: OutOfBag;
}

/** Called when more trees stand, with the state so far; answering false stops. */
export type AfterTrees = (rounds: number, state: ForestState) => boolean | Promise<boolean>;

/**
 * Random forest (Breiman 2001) or extremely randomised trees (Geurts, Ernst and Wehenkel 2006) by histograms: each tree
 * grows on a bootstrap sample, each pair of leaves looks at features of its own, a leaf answers its mean. Each thread grows
 * trees of its own. Values are divided by the number of trees, so that an ensemble's sum is the forest's mean. The same seed
 * gives the same trees whatever the number of threads, and when it goes on from a state of an earlier training.
 */
export async function fitForest(
  data: ForestData,
  params: ForestParams,
  afterTrees: AfterTrees = () => true,
  start: ForestState | null = null,
): Promise<TreeEnsemble> {
  const memory = new SharedMemory();
  const rows = data.targets.length;
  const { classes } = data;
  const crew = new Crew(memory, rows < 1000 ? 1 : params.threads);
  try {
    const binned = binFeatures(memory, crew, data.features, rows);
    const [targets, weights] = [memory.allocate(rows * 4), memory.allocate(rows * 4)];
    memory.float32(targets, rows).set(data.targets);
    memory.float32(weights, rows).set(data.weights ?? new Float32Array(rows).fill(1));
    const records = memory.int32(binned.table, binned.features * FEATURE_RECORD);
    let cells = 0;
    for (let at = VALUE_BINS; at < records.length; at += FEATURE_RECORD) cells += (records[at] ?? 0) + 1;
    const { roomBytes, places } = forestRoom(binned, params, cells);
    const room = memory.allocate(roomBytes * crew.size);
    const means = meanTargets(data);
    const plan: ForestPlan = { binned, params, classes, targets, weights, means, room, roomBytes, places };
    const bytes = serialize(plan);
    const planAt = memory.allocate(bytes.length);
    memory.bytes(planAt, bytes.length).set(bytes);

    const outOfBag: OutOfBag = {
      sums: start?.outOfBag.sums.slice() ?? new Float64Array(rows * classes),
      counts: start?.outOfBag.counts.slice() ?? new Float64Array(rows),
    };
    const trees: Tree[] = [...(start?.trees ?? [])];
    const wanted = params.trees * classes;
    while (trees.length < wanted) {
      const first = trees.length;
      // A round's classes stay together: whoever stops between rounds has whole ones.
      const end = Math.min(wanted, Math.ceil((first + crew.size) / classes) * classes);
      for (let next = first; next < end; next += crew.size) {
        crew.run([ORDER.trees, planAt, bytes.length, next, end]);
        for (let member = 0; member < crew.size && next + member < end; member++) {
          const at = room + member * roomBytes;
          trees.push(readTree(memory, at + places.tree));
          if (params.isBootstrapped)
            addOutOfBag(
              outOfBag,
              memory.bytes(at + places.learnt, rows),
              memory.float32(at + places.answers, rows),
              (next + member) % classes,
              means,
            );
        }
      }
      if (!(await afterTrees(trees.length / classes, { trees, outOfBag }))) break;
    }
    const share = classes / trees.length;
    return {
      features: data.features.length,
      classes,
      base: new Float64Array(classes),
      trees: trees.map((tree, index) => ({
        ...tree,
        value: tree.value.map((value, id) =>
          (tree.feature[id] ?? -1) < 0 ? ((means[index % classes] ?? 0) + value) * share : 0,
        ),
      })),
    };
  } finally {
    await crew.close();
  }
}

/** Weighted means of the targets, or shares of the classes, as floats. */
function meanTargets({ targets, weights, classes }: ForestData): number[] {
  const sums = new Float64Array(classes);
  let total = 0;
  for (const [row, target] of targets.entries()) {
    const weight = weights?.[row] ?? 1;
    total += weight;
    if (classes > 1) sums[target] = (sums[target] ?? 0) + weight;
    else sums[0] = (sums[0] ?? 0) + weight * target;
  }
  return Array.from(sums, (sum) => Math.fround(total > 0 ? sum / total : 0));
}

function readTree(memory: SharedMemory, at: number): Tree {
  const [length = 0] = memory.float64(at, 1);
  return deserialize(Buffer.from(memory.bytes(at + 8, length))) as Tree;
}

/** Adds what a tree said of the rows it had not seen. */
function addOutOfBag(
  { sums, counts }: OutOfBag,
  learnt: Uint8Array,
  answers: Float32Array,
  k: number,
  means: readonly number[],
): void {
  const classes = sums.length / counts.length;
  for (let row = 0; row < learnt.length; row++) {
    if (learnt[row] === 1) continue;
    sums[row * classes + k] = (sums[row * classes + k] ?? 0) + (means[k] ?? 0) + (answers[row] ?? 0);
    if (k === 0) counts[row] = (counts[row] ?? 0) + 1;
  }
}
