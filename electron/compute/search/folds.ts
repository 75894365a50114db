import { seededRandom } from '../train/seeded-random.ts';

/** Places among the given rows: what is learnt from and what is judged, ascending. */
export interface Fold {
  readonly train: Uint32Array;
  readonly judged: Uint32Array;
}

export interface FoldsInput {
  readonly rows: number;
  readonly folds: number;
  readonly seed: number;
}

/** Each row is judged once; parts differ by one row at most. Throws RangeError with fewer rows than folds. */
export function kFolds({ rows, folds, seed }: FoldsInput): Fold[] {
  requireParts(rows, folds, 'rows');
  const order = shuffled(
    Uint32Array.from({ length: rows }, (_, row) => row),
    seededRandom(seed),
  );
  const part = new Uint32Array(rows);
  for (const [place, row] of order.entries()) part[row] = place % folds;
  return ofParts(part, folds);
}

/**
 * As k folds, and each class is divided evenly: in two parts it differs by one row at most. A class with fewer rows than folds
 * is in some parts only.
 */
export function stratifiedFolds(classes: ArrayLike<number>, { folds, seed }: Omit<FoldsInput, 'rows'>): Fold[] {
  requireParts(classes.length, folds, 'rows');
  const random = seededRandom(seed);
  const byClass = new Map<number, number[]>();
  for (let row = 0; row < classes.length; row++) {
    const label = classes[row] ?? 0;
    const same = byClass.get(label);
    if (same) same.push(row);
    else byClass.set(label, [row]);
  }
  const part = new Uint32Array(classes.length);
  // One class goes on where the last one ended, so that whole parts differ by one row too.
  let next = 0;
  for (const label of [...byClass.keys()].sort((a, b) => a - b)) {
    for (const row of shuffled(Uint32Array.from(byClass.get(label) ?? []), random)) part[row] = next++ % folds;
  }
  return ofParts(part, folds);
}

/**
 * Rows of a group stay together. Groups go, the largest first and equal ones in random order, to the part with the fewest rows
 * so far. Throws RangeError with fewer groups than folds.
 */
export function groupedFolds(groups: ArrayLike<number>, { folds, seed }: Omit<FoldsInput, 'rows'>): Fold[] {
  const sizes = new Map<number, number>();
  for (let row = 0; row < groups.length; row++) {
    const group = groups[row] ?? 0;
    sizes.set(group, (sizes.get(group) ?? 0) + 1);
  }
  requireParts(sizes.size, folds, 'groups');
  const drawn = shuffled(
    Uint32Array.from({ length: sizes.size }, (_, index) => index),
    seededRandom(seed),
  );
  const all = [...sizes];
  const order = [...drawn].flatMap((index) => {
    const group = all[index];
    return group ? [group] : [];
  });
  order.sort(([, a], [, b]) => b - a);
  const load = new Float64Array(folds);
  const partOf = new Map<number, number>();
  for (const [group, size] of order) {
    const part = load.indexOf(Math.min(...load));
    load[part] = (load[part] ?? 0) + size;
    partOf.set(group, part);
  }
  return ofParts(
    Uint32Array.from({ length: groups.length }, (_, row) => partOf.get(groups[row] ?? 0) ?? 0),
    folds,
  );
}

/**
 * Rows in the order of time in `folds + 1` blocks; each block but the first is judged by what lies before it, less the last
 * `gap` rows before the block and all rows of the block's first moment. Rows of one moment are never on both sides. Throws
 * RangeError where a fold has nothing to learn from or nothing to judge.
 */
export function timeFolds(
  times: ArrayLike<number>,
  { folds, gap = 0 }: { readonly folds: number; readonly gap?: number },
): Fold[] {
  const order = Uint32Array.from({ length: times.length }, (_, row) => row).sort(
    (a, b) => (times[a] ?? 0) - (times[b] ?? 0) || a - b,
  );
  const timeAt = (place: number): number => times[order[place] ?? 0] ?? 0;
  /** The first place of the moment that lies there. */
  const bound = (place: number): number => {
    let first = Math.min(order.length, Math.max(0, place));
    while (first > 0 && first < order.length && timeAt(first - 1) === timeAt(first)) first -= 1;
    return first;
  };
  return Array.from({ length: folds }, (_, fold) => {
    const from = bound(Math.round((order.length * (fold + 1)) / (folds + 1)));
    const to = fold + 1 === folds ? order.length : bound(Math.round((order.length * (fold + 2)) / (folds + 1)));
    const train = order.slice(0, gap === 0 ? from : bound(from - gap)).sort();
    const judged = order.slice(from, to).sort();
    if (train.length === 0 || judged.length === 0)
      throw new RangeError(
        `Fold ${fold + 1} of ${folds} by time has ${train.length} rows to learn from and ${judged.length} to judge.`,
      );
    return { train, judged };
  });
}

function requireParts(count: number, folds: number, what: string): void {
  if (!(folds >= 2) || count < folds) throw new RangeError(`${folds} folds of ${count} ${what} cannot be made.`);
}

function ofParts(part: Uint32Array, folds: number): Fold[] {
  return Array.from({ length: folds }, (_, fold) => {
    const rows = Uint32Array.from({ length: part.length }, (_, row) => row);
    return { train: rows.filter((row) => part[row] !== fold), judged: rows.filter((row) => part[row] === fold) };
  });
}

/** In random order (Fisher and Yates); changes what it is given. */
function shuffled(rows: Uint32Array, random: () => number): Uint32Array {
  for (let i = rows.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [rows[i], rows[j]] = [rows[j] ?? 0, rows[i] ?? 0];
  }
  return rows;
}
