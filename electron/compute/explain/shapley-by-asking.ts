import type { Frame } from '../frame/frame.ts';
import { shuffledRows } from '../train/row-order.ts';
import { seededRandom } from '../train/seeded-random.ts';
import type { Attribution } from './attribution.ts';
import { joinedRows, mixedRows } from './mixed-rows.ts';

/** Up to so many columns every set of columns is asked for; the values are then exact. */
export const MOST_EXACT_COLUMNS = 8;
/** Orders of columns that are drawn otherwise, each walked forwards and backwards. */
const ORDERS = 8;
/** Rows that are scored at a time. */
const BATCH_ROWS = 100_000;

export interface AskingOptions {
  readonly columns: readonly string[];
  /** Columns that are not known take these rows' cells, one row after the other; answers are averaged over them. */
  readonly background: Frame;
  readonly outputs: number;
  /** What is explained of each row: [rows * outputs]. */
  score(frame: Frame): Promise<Float64Array>;
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
  onRow?(done: number): void;
}

/**
 * Shapley values of any model over background rows, by asking it: of all sets of columns where there are at most 8 (exact, by the
 * definition), else along random orders of the columns and their reverses (Strumbelj and Kononenko 2014, antithetic): then an
 * estimate, but one that adds up to the answer exactly.
 */
export async function shapleyByAsking(frame: Frame, options: AskingOptions): Promise<Attribution> {
  const { columns, background, outputs, signal } = options;
  const all = joinedRows(frame, background);
  const random = seededRandom(options.seed);
  const values = new Float64Array(frame.rows * outputs * columns.length);
  const worthOf = (row: number, sets: readonly (readonly boolean[])[]) => worths({ all, row, sets, options });
  const base = (await worthOf(0, [columns.map(() => false)]))[0] ?? new Float64Array(outputs);
  for (let row = 0; row < frame.rows; row++) {
    signal?.throwIfAborted();
    const found =
      columns.length <= MOST_EXACT_COLUMNS
        ? await exactValues(columns.length, base, (sets) => worthOf(row, sets))
        : await sampledValues(columns.length, base, random, (sets) => worthOf(row, sets));
    values.set(found, row * outputs * columns.length);
    options.onRow?.(row + 1);
  }
  return { columns, outputs, base, values };
}

type Ask = (sets: readonly (readonly boolean[])[]) => Promise<readonly Float64Array[]>;

/** `base` is what the empty set is worth, for every row the same. */
async function exactValues(players: number, base: Float64Array, ask: Ask): Promise<Float64Array> {
  const outputs = base.length;
  const sets = Array.from({ length: 2 ** players }, (_, known) =>
    Array.from({ length: players }, (_, k) => ((known >> k) & 1) === 1),
  );
  const found = [base, ...(await ask(sets.slice(1)))];
  const values = new Float64Array(outputs * players);
  const weights = sizeWeights(players);
  for (const [known, set] of sets.entries()) {
    const weight = weights[set.filter(Boolean).length] ?? 0;
    for (let k = 0; k < players; k++) {
      if (set[k] === true) continue;
      for (let output = 0; output < outputs; output++) {
        const gain = (found[known | (1 << k)]?.[output] ?? 0) - (found[known]?.[output] ?? 0);
        values[output * players + k] = (values[output * players + k] ?? 0) + weight * gain;
      }
    }
  }
  return values;
}

/** Share of the orders of `players` in which a given set of each size, and then a given player, come first. */
function sizeWeights(players: number): number[] {
  let weight = 1 / players;
  return Array.from({ length: players }, (_, size) => {
    const now = weight;
    weight *= (size + 1) / (players - size - 1);
    return now;
  });
}

async function sampledValues(
  players: number,
  base: Float64Array,
  random: () => number,
  ask: Ask,
): Promise<Float64Array> {
  const outputs = base.length;
  const orders = Array.from({ length: ORDERS }, () => {
    const order = new Int32Array(players);
    shuffledRows(order, random);
    return order;
  }).flatMap((order) => [order, order.toReversed()]);
  // Every order begins with the empty set and ends with the full one: these are asked for once.
  const sets = orders.flatMap((order) =>
    Array.from({ length: players - 1 }, (_, step) => {
      const set = new Array<boolean>(players).fill(false);
      for (const player of order.subarray(0, step + 1)) set[player] = true;
      return set;
    }),
  );
  const found = await ask([...sets, new Array<boolean>(players).fill(true)]);
  const values = new Float64Array(outputs * players);
  for (const [index, order] of orders.entries()) {
    const first = index * (players - 1);
    const path = [base, ...found.slice(first, first + players - 1), found.at(-1)];
    for (const [step, player] of order.entries()) {
      for (let output = 0; output < outputs; output++) {
        const gain = (path[step + 1]?.[output] ?? 0) - (path[step]?.[output] ?? 0);
        const at = output * players + player;
        values[at] = (values[at] ?? 0) + gain / orders.length;
      }
    }
  }
  return values;
}

/** What each set of known columns of a row is worth: answers averaged over the background rows, which follow row `frame.rows`. */
async function worths(of: {
  readonly all: Frame;
  readonly row: number;
  readonly sets: readonly (readonly boolean[])[];
  readonly options: AskingOptions;
}): Promise<Float64Array[]> {
  const { all, row, sets, options } = of;
  const { columns, background, outputs } = options;
  const first = all.rows - background.rows;
  const place = new Map(columns.map((column, index) => [column, index]));
  const setsAtOnce = Math.max(1, Math.floor(BATCH_ROWS / background.rows));
  const found: Float64Array[] = [];
  for (let from = 0; from < sets.length; from += setsAtOnce) {
    const some = sets.slice(from, from + setsAtOnce);
    const mixed = mixedRows(all, some.length * background.rows, (column, at) => {
      const isKnown = some[Math.floor(at / background.rows)]?.[place.get(column) ?? -1] === true;
      return isKnown ? row : first + (at % background.rows);
    });
    const answers = await options.score(mixed);
    for (let set = 0; set < some.length; set++) {
      const mean = new Float64Array(outputs);
      for (let at = set * background.rows; at < (set + 1) * background.rows; at++)
        for (let output = 0; output < outputs; output++)
          mean[output] = (mean[output] ?? 0) + (answers[at * outputs + output] ?? 0) / background.rows;
      found.push(mean);
    }
  }
  return found;
}
