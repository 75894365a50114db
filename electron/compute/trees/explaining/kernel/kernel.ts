// Attributes the answers of tree ensembles to features (TreeSHAP), compiled to WebAssembly SIMD by AssemblyScript. It runs a
// program that ../compile-explainer.ts lays out; every pointer is a byte offset into the memory that all threads share.
//
// A block of rows becomes columns of ranks, as for scoring, and each node of a tree a mask: a byte a row, all ones where the
// row goes right. The leaves of a small part of a tree are attributed at once: some eight bits, ands of such masks, say all
// that its answer can depend on, so that a row's attributions are looked up in a table a feature by the pattern of its bits.
// Leaves behind too many features for a table are integrated: a Shapley value is the integral over t in (0, 1) of a product
// of factors linear in t, which Gauss and Legendre's points give exactly.

import { fillColumns, greater, ROWS } from '../../scoring/kernel/columns';
import { addValues } from '../../scoring/kernel/values';

const TREE_BYTES: usize = 24;
const NODE_BYTES: usize = 8;
const GROUP_BYTES: usize = 16;
const VALUE_BYTES: usize = 8;
const LEAF_BYTES: usize = 32;
const POINT_BYTES: usize = 8;
/** Trees summed in single precision before their sum is added in double. */
const BATCH: u32 = 8;

/** Masks of a tree's nodes: a byte a row, all ones where its rank is above the node's bound. */
@inline
function fillMasks<T>(nodes: usize, count: usize, tile: usize, masks: usize): void {
  for (let node = nodes; node < nodes + count * NODE_BYTES; node += NODE_BYTES) {
    const column = tile + <usize>load<u32>(node);
    const bound = v128.load_splat<T>(node, 4);
    if (sizeof<T>() == 1) for (let row: usize = 0; row < ROWS; row += 16) v128.store(masks + row, greater<T>(column + row, bound));
    else
      for (let row: usize = 0; row < ROWS; row += 16) {
        const at = column + row * 2;
        v128.store(masks + row, i8x16.narrow_i16x8_s(greater<T>(at, bound), greater<T>(at + 16, bound)));
      }
    masks += ROWS;
  }
}

/**
 * Ands of masks for 16 rows: a list's length, then what it holds, each the place of a mask, plus one where the mask counts
 * inverted (the way goes left there).
 */
@inline
function meet(list: usize, masks: usize): v128 {
  const stop = list + 4 + (<usize>load<u32>(list) << 2);
  let all = i8x16.splat(-1);
  for (let at = list + 4; at < stop; at += 4) {
    const entry = load<u32>(at);
    all = v128.and(all, v128.xor(v128.load(masks + <usize>(entry & ~1)), i8x16.splat(-<i8>(entry & 1))));
  }
  return all;
}

@inline
function afterList(list: usize): usize {
  return list + 4 + (<usize>load<u32>(list) << 2);
}

/** Adds the attributions of a group of leaves: patterns of bits, then a look-up for each feature. */
@inline
function addGroup(group: usize, masks: usize, patterns: usize, part: usize, rows: usize): void {
  let list = <usize>load<u32>(group);
  const bits = load<u32>(group, 4);
  const values = <usize>load<u32>(group, 8);
  const stop = values + <usize>load<u32>(group, 12) * VALUE_BYTES;
  for (let row: usize = 0; row < rows; row += 16) v128.store(patterns + row, i8x16.splat(0));
  for (let bit: u32 = 0; bit < bits; bit++) {
    const one = i8x16.splat(<i8>(<u32>1 << bit));
    for (let row: usize = 0; row < rows; row += 16) {
      const at = patterns + row;
      v128.store(at, v128.or(v128.load(at), v128.and(meet(list, masks + row), one)));
    }
    list = afterList(list);
  }
  for (let value = values; value < stop; value += VALUE_BYTES)
    addValues<u8>(patterns, <usize>load<u32>(value, 4), part + <usize>load<u32>(value), rows);
}

/** Adds the attributions of one leaf behind `count` features by integration, four rows at a time. */
@inline
function addLeaf(leaf: usize, masks: usize, scratch: usize, part: usize, rows: usize): void {
  const lists = <usize>load<u32>(leaf);
  const count = <usize>load<u32>(leaf, 4);
  const shares = <usize>load<u32>(leaf, 8);
  const points = <usize>load<u32>(leaf, 12);
  const lastPoint = points + <usize>load<u32>(leaf, 16) * POINT_BYTES;
  const sums = <usize>load<u32>(leaf, 20);
  const answer = f32x4.splat(load<f32>(leaf, 24));
  const bytes = count << 4;
  const held = scratch, factors = held + bytes, before = factors + bytes, found = before + bytes;
  for (let row: usize = 0; row < rows; row += 16) {
    let list = lists;
    for (let k: usize = 0; k < bytes; k += 16) {
      v128.store(held + k, meet(list, masks + row));
      list = afterList(list);
    }
    for (let four: usize = 0; four < 16; four += 4) {
      memory.fill(found, 0, bytes);
      for (let point = points; point < lastPoint; point += POINT_BYTES) {
        const t = v128.load32_splat(point);
        const rest = f32x4.sub(f32x4.splat(1.0), t);
        let product = v128.load32_splat(point, 4);
        for (let k: usize = 0; k < bytes; k += 16) {
          const isHeld = i32x4.extend_low_i16x8_s(i16x8.extend_low_i8x16_s(v128.load32_zero(held + k + four)));
          const factor = f32x4.add(f32x4.mul(v128.load32_splat(shares + (k >> 2)), rest), v128.and(isHeld, t));
          v128.store(factors + k, factor);
          v128.store(before + k, product);
          product = f32x4.mul(product, factor);
        }
        product = f32x4.splat(1.0);
        for (let k = bytes; k > 0; ) {
          k -= 16;
          v128.store(found + k, f32x4.add(v128.load(found + k), f32x4.mul(v128.load(before + k), product)));
          product = f32x4.mul(product, v128.load(factors + k));
        }
      }
      for (let k: usize = 0; k < bytes; k += 16) {
        const isHeld = i32x4.extend_low_i16x8_s(i16x8.extend_low_i8x16_s(v128.load32_zero(held + k + four)));
        const step = f32x4.sub(v128.and(isHeld, f32x4.splat(1.0)), v128.load32_splat(shares + (k >> 2)));
        const sum = part + <usize>load<u32>(sums + (k >> 2)) + ((row + four) << 2);
        v128.store(sum, f32x4.add(v128.load(sum), f32x4.mul(f32x4.mul(v128.load(found + k), step), answer)));
      }
    }
  }
}

/** Adds single-precision sums to those in double, and zeroes them. */
@inline
function takePart(part: usize, sums: usize, count: usize): void {
  const stop = part + (count << 2);
  for (let at = part; at < stop; at += 16) {
    const four = v128.load(at);
    v128.store(sums, f64x2.add(v128.load(sums), f64x2.promote_low_f32x4(four)));
    v128.store(sums + 16, f64x2.add(v128.load(sums + 16), f64x2.promote_low_f32x4(v128.shuffle<f32>(four, four, 2, 3, 2, 3))));
    v128.store(at, f32x4.splat(0.0));
    sums += 32;
  }
}

@inline
function explainBlock<T>(program: usize, input: usize, rowStride: usize, featureStride: usize, scratch: usize, rows: usize): void {
  const lanes = <usize>load<u32>(program, 4) * ROWS;
  const trees = <usize>load<u32>(program, 16);
  const treeCount = load<u32>(program, 20);
  const sums = scratch, part = sums + (lanes << 3);
  const tile = scratch + <usize>load<u32>(program, 24);
  const masks = scratch + <usize>load<u32>(program, 28);
  const patterns = scratch + <usize>load<u32>(program, 32);
  const leafScratch = patterns + ROWS;
  fillColumns<T>(<usize>load<u32>(program, 8), <usize>load<u32>(program, 12), input, rowStride, featureStride, tile);
  memory.fill(sums, 0, lanes * 12);
  for (let index: u32 = 0; index < treeCount; index++) {
    const tree = trees + <usize>index * TREE_BYTES;
    fillMasks<T>(<usize>load<u32>(tree), <usize>load<u32>(tree, 4), tile, masks);
    const groups = <usize>load<u32>(tree, 8);
    const lastGroup = groups + <usize>load<u32>(tree, 12) * GROUP_BYTES;
    for (let group = groups; group < lastGroup; group += GROUP_BYTES) addGroup(group, masks, patterns, part, rows);
    const leaves = <usize>load<u32>(tree, 16);
    const lastLeaf = leaves + <usize>load<u32>(tree, 20) * LEAF_BYTES;
    for (let leaf = leaves; leaf < lastLeaf; leaf += LEAF_BYTES) addLeaf(leaf, masks, leafScratch, part, rows);
    if ((index + 1) % BATCH == 0 || index + 1 == treeCount) takePart(part, sums, lanes);
  }
}

/** Nothing has to be made ready. */
export function prepare(program: usize, scratch: usize): void {}

/**
 * Attributions of rows [from, to) of the input in double precision, written row after row at `output`: `width` doubles a row, of
 * which the program's sums fill those that it names. The input must hold floats up to the next multiple of ROWS.
 */
export function run(
  program: usize, input: usize, rowStride: usize, featureStride: usize,
  from: u32, to: u32, scratch: usize, output: usize,
): void {
  const isWide = load<u32>(program) == 2;
  const count = <usize>load<u32>(program, 4);
  const places = <usize>load<u32>(program, 36);
  const width = <usize>load<u32>(program, 40) << 3;
  for (let row = <usize>from; row < <usize>to; row += ROWS) {
    const now = min(ROWS, <usize>to - row);
    const rows = (now + 15) & ~15;
    const block = input + row * rowStride;
    if (isWide) explainBlock<u16>(program, block, rowStride, featureStride, scratch, rows);
    else explainBlock<u8>(program, block, rowStride, featureStride, scratch, rows);
    memory.fill(output + row * width, 0, now * width);
    for (let sum: usize = 0; sum < count; sum++) {
      const at = output + row * width + (<usize>load<u32>(places + (sum << 2)) << 3);
      for (let i: usize = 0; i < now; i++) store<f64>(at + i * width, load<f64>(scratch + ((sum * ROWS + i) << 3)));
    }
  }
}
