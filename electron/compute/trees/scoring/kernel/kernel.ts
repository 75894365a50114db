// Scores tree ensembles, compiled to WebAssembly SIMD by AssemblyScript. It runs a program that ../compile-program.ts lays
// out in one memory that all threads share; every pointer is a byte offset into it, places in `scratch` are relative to it.
//
// A block of rows is first turned into columns of small ranks: how many of the model's thresholds on a feature lie below the
// value. `value > threshold` then is `rank > place of the threshold`, exactly, on signed bytes (or 16-bit lanes), and missing
// values are the highest rank in one variant of a column and the lowest in another. Small trees are evaluated whole, children
// before parents, SPAN bytes of rows at a time: leaves are numbered from left to right, so a node's answer is the larger of
// its left answer and its right answer where the row goes right (zero where not). Large trees are walked, eight rows at once.

import { fillColumns, greater, ROWS } from './columns';
import { addValues } from './values';

/** Bytes of a column that a node is evaluated for at a time. */
const SPAN: usize = 128;

const TREE_BYTES: usize = 32;
const OUTPUT_BYTES: usize = 8;
const NODE_BYTES: usize = 16;
const QUAD_BYTES: usize = 32;

const WALK: u32 = 1;

/** Leaf numbers of SPAN bytes of rows; each node's answer is kept at its place in `slots`. */
@inline
function evaluate<T>(nodes: usize, quads: u32, pairs: u32, others: u32, tile: usize, slots: usize, firstSlot: usize): void {
  let node = nodes;
  let slot = slots + firstSlot;
  // A node and its two children, which have two leaves each.
  const lastQuad = node + <usize>quads * QUAD_BYTES;
  for (; node < lastQuad; node += QUAD_BYTES) {
    const column = tile + <usize>load<u32>(node);
    const leftColumn = tile + <usize>load<u32>(node, 4);
    const rightColumn = tile + <usize>load<u32>(node, 8);
    const bound = v128.load_splat<T>(node, 12);
    const leftBound = v128.load_splat<T>(node, 16);
    const rightBound = v128.load_splat<T>(node, 20);
    const first = v128.load_splat<T>(node, 24);
    const third = v128.load_splat<T>(node, 28);
    for (let at: usize = 0; at < SPAN; at += 32) {
      const a = v128.sub<T>(first, greater<T>(leftColumn + at, leftBound));
      const b = v128.sub<T>(third, greater<T>(rightColumn + at, rightBound));
      v128.store(slot + at, v128.max<T>(a, v128.and(b, greater<T>(column + at, bound))));
      const c = v128.sub<T>(first, greater<T>(leftColumn + at + 16, leftBound));
      const d = v128.sub<T>(third, greater<T>(rightColumn + at + 16, rightBound));
      v128.store(slot + at, v128.max<T>(c, v128.and(d, greater<T>(column + at + 16, bound))), 16);
    }
    slot += SPAN;
  }
  const lastPair = node + <usize>pairs * NODE_BYTES;
  for (; node < lastPair; node += NODE_BYTES) {
    const column = tile + <usize>load<u32>(node);
    const bound = v128.load_splat<T>(node, 4);
    const left = v128.load_splat<T>(node, 8);
    for (let at: usize = 0; at < SPAN; at += 32) {
      v128.store(slot + at, v128.sub<T>(left, greater<T>(column + at, bound)));
      v128.store(slot + at, v128.sub<T>(left, greater<T>(column + at + 16, bound)), 16);
    }
    slot += SPAN;
  }
  const last = lastPair + <usize>others * NODE_BYTES;
  for (; node < last; node += NODE_BYTES) {
    const column = tile + <usize>load<u32>(node);
    const bound = v128.load_splat<T>(node, 4);
    const left = slots + <usize>load<u32>(node, 8);
    const right = slots + <usize>load<u32>(node, 12);
    for (let at: usize = 0; at < SPAN; at += 32) {
      v128.store(slot + at, v128.max<T>(v128.load(left + at), v128.and(v128.load(right + at), greater<T>(column + at, bound))));
      v128.store(slot + at, v128.max<T>(v128.load(left + at, 16), v128.and(v128.load(right + at, 16), greater<T>(column + at + 16, bound))), 16);
    }
    slot += SPAN;
  }
}

@inline
function step<T>(node: usize, tile: usize, lane: usize): usize {
  const rank: i32 = sizeof<T>() == 1 ? <i32>load<i8>(tile + <usize>load<u32>(node) + lane) : <i32>load<i16>(tile + <usize>load<u32>(node) + lane);
  return <usize>select(load<u32>(node, 12), load<u32>(node, 8), rank > load<i32>(node, 4));
}

/** Walks eight rows at once down a tree of at most `depth` levels; leaves lead back to themselves and keep their number. */
@inline
function walk<T>(root: usize, depth: u32, tile: usize, leaves: usize): void {
  for (let row: usize = 0; row < ROWS; row += 8) {
    const lane = row * sizeof<T>();
    let a = root, b = root, c = root, d = root, e = root, f = root, g = root, h = root;
    for (let level: u32 = 0; level < depth; level++) {
      const a1 = step<T>(a, tile, lane), b1 = step<T>(b, tile, lane + sizeof<T>());
      const c1 = step<T>(c, tile, lane + 2 * sizeof<T>()), d1 = step<T>(d, tile, lane + 3 * sizeof<T>());
      const e1 = step<T>(e, tile, lane + 4 * sizeof<T>()), f1 = step<T>(f, tile, lane + 5 * sizeof<T>());
      const g1 = step<T>(g, tile, lane + 6 * sizeof<T>()), h1 = step<T>(h, tile, lane + 7 * sizeof<T>());
      // All at leaves: nothing moves any more.
      const isDone = ((a ^ a1) | (b ^ b1) | (c ^ c1) | (d ^ d1) | (e ^ e1) | (f ^ f1) | (g ^ g1) | (h ^ h1)) == 0;
      a = a1; b = b1; c = c1; d = d1; e = e1; f = f1; g = g1; h = h1;
      if (isDone) break;
    }
    const to = leaves + (row << 2);
    store<u32>(to, load<u32>(a + 4));
    store<u32>(to, load<u32>(b + 4), 4);
    store<u32>(to, load<u32>(c + 4), 8);
    store<u32>(to, load<u32>(d + 4), 12);
    store<u32>(to, load<u32>(e + 4), 16);
    store<u32>(to, load<u32>(f + 4), 20);
    store<u32>(to, load<u32>(g + 4), 24);
    store<u32>(to, load<u32>(h + 4), 28);
  }
}

@inline
function scoreBlock<T>(program: usize, input: usize, rowStride: usize, featureStride: usize, scratch: usize): void {
  const targets = <usize>load<u32>(program + 4);
  const columns = <usize>load<u32>(program + 8);
  const columnCount = <usize>load<u32>(program + 12);
  const trees = <usize>load<u32>(program + 16);
  const treeCount = <usize>load<u32>(program + 20);
  const firstSlot = <usize>load<u32>(program + 24);
  const sums = scratch;
  const leaves = sums + targets * ROWS * 4;
  const tile = leaves + ROWS * 4;
  const slots = scratch + <usize>load<u32>(program + 28);

  fillColumns<T>(columns, columnCount, input, rowStride, featureStride, tile);
  memory.fill(sums, 0, targets * ROWS * 4);
  for (let tree = trees; tree < trees + treeCount * TREE_BYTES; tree += TREE_BYTES) {
    const kind = load<u32>(tree);
    const nodes = <usize>load<u32>(tree + 4);
    const outputs = <usize>load<u32>(tree + 20);
    const lastOutput = outputs + <usize>load<u32>(tree + 24) * OUTPUT_BYTES;
    if (kind == WALK) {
      walk<T>(nodes, load<u32>(tree + 8), tile, leaves);
      for (let output = outputs; output < lastOutput; output += OUTPUT_BYTES)
        addValues<u32>(leaves, <usize>load<u32>(output + 4), sums + <usize>load<u32>(output) * ROWS * 4, ROWS);
      continue;
    }
    const quads = load<u32>(tree + 8);
    const pairs = load<u32>(tree + 12);
    const others = load<u32>(tree + 16);
    const root = slots + <usize>load<u32>(tree + 28);
    const rowsAtOnce = SPAN / sizeof<T>();
    for (let row: usize = 0; row < ROWS; row += rowsAtOnce) {
      evaluate<T>(nodes, quads, pairs, others, tile + row * sizeof<T>(), slots, firstSlot);
      for (let output = outputs; output < lastOutput; output += OUTPUT_BYTES)
        addValues<T>(root, <usize>load<u32>(output + 4), sums + (<usize>load<u32>(output) * ROWS + row) * 4, rowsAtOnce);
    }
  }
}

/** Writes the number of each leaf to its place in the slots, as nodes expect it; once a thread and program. */
export function prepare(program: usize, scratch: usize): void {
  const slots = scratch + <usize>load<u32>(program + 28);
  const leaves = <usize>load<u32>(program + 24) / SPAN;
  const isWide = load<u32>(program) == 2;
  for (let leaf: usize = 0; leaf < leaves; leaf++)
    for (let at: usize = 0; at < SPAN; at += 16)
      v128.store(slots + leaf * SPAN + at, isWide ? i16x8.splat(<i16>leaf) : i8x16.splat(<i8>leaf));
}

/**
 * Sums over the trees for rows [from, to) of the input, written row after row at `output`: [row * targets + target]. The
 * input must hold floats up to the next multiple of ROWS.
 */
export function run(
  program: usize, input: usize, rowStride: usize, featureStride: usize,
  from: u32, to: u32, scratch: usize, output: usize,
): void {
  const targets = <usize>load<u32>(program + 4);
  const isWide = load<u32>(program) == 2;
  for (let row = <usize>from; row < <usize>to; row += ROWS) {
    const block = input + row * rowStride;
    if (isWide) scoreBlock<u16>(program, block, rowStride, featureStride, scratch);
    else scoreBlock<u8>(program, block, rowStride, featureStride, scratch);
    const count = min(ROWS, <usize>to - row);
    const at = output + row * targets * 4;
    if (targets == 1) memory.copy(at, scratch, count * 4);
    else
      for (let target: usize = 0; target < targets; target++)
        for (let i: usize = 0; i < count; i++)
          store<u32>(at + (i * targets + target) * 4, load<u32>(scratch + (target * ROWS + i) * 4));
  }
}
