import type { FrameColumn } from '../../compute/frame/frame.ts';
import { explained, fittedSum, numbersOf } from './fitted-sum.ts';
import { groupsOf, type JudgedAnswers, type Strength, strengthOf } from './group-strength.ts';
import type { Target } from './target.ts';

export interface ColumnFacts {
  readonly rows: number;
  readonly filled: number;
  readonly distinct: number;
  readonly unanswered: number;
  readonly missingWithTarget: number;
  /** Of it alone; null with too few answered rows. */
  readonly strength: Strength | null;
  /** A number that is predicted lies in a range of its own for each of its few values. */
  readonly isCutTarget: boolean;
}

const GROUPS = 64;
/** Values of a column that may be the predicted number cut in ranges, rows each of them has, and the share that may lie outside. */
const [MOST_RANGES, FEWEST_EACH, OUTSIDE] = [20, 20, 0.002];

/** What a look at one column tells; `judged` null: too few rows are answered to say how well it knows them. */
export function factsOf(values: FrameColumn, target: Target, judged: JudgedAnswers | null): ColumnFacts {
  const rows = target.values.length;
  const isMissing =
    values.kind === 'number'
      ? (row: number) => Number.isNaN(values.values[row] ?? Number.NaN)
      : (row: number) => (values.codes[row] ?? -1) < 0;
  let [filled, unanswered, missingWithTarget] = [0, 0, 0];
  for (let row = 0; row < rows; row++) {
    const missing = isMissing(row);
    if (!missing) filled += 1;
    if (Number.isNaN(target.values[row] ?? Number.NaN)) {
      unanswered += 1;
      if (missing) missingWithTarget += 1;
    }
  }
  const distinct =
    values.kind === 'number'
      ? new Set(values.values.filter((value) => !Number.isNaN(value))).size
      : new Set(values.codes.filter((code) => code >= 0)).size;
  return {
    rows,
    filled,
    distinct,
    unanswered,
    missingWithTarget,
    strength: judged && strengthAlone(values, target.task, judged),
    isCutTarget: judged !== null && target.task === 'regression' && distinct <= MOST_RANGES && isCut(values, target),
  };
}

/** In groups, and of numbers that predict numbers as a line too: few values far from the others are its matter. */
function strengthAlone(values: FrameColumn, task: Target['task'], { rows, answers }: JudgedAnswers): Strength {
  const strength = strengthOf(groupsOf(values, rows, GROUPS), answers, task);
  const numbers = task === 'regression' ? numbersOf(values, rows) : null;
  const [y] = answers;
  const line = numbers && y ? fittedSum(numbers, null, y) : null;
  if (!line || !y) return strength;
  const best = Math.max(strength.best, explained(line, y));
  return { best, ofAll: best };
}

/** Whether rows in the order of the answer change the value hardly more often than there are values, equal answers not at all. */
function isCut(values: FrameColumn, target: Target): boolean {
  const keys = values.kind === 'text' ? values.codes : values.values;
  const isFilled = (row: number): boolean =>
    values.kind === 'text' ? (keys[row] ?? -1) >= 0 : !Number.isNaN(keys[row]);
  const rows = [...target.values.keys()].filter(
    (row) => isFilled(row) && !Number.isNaN(target.values[row] ?? Number.NaN),
  );
  const counts = new Map<number, number>();
  for (const row of rows) counts.set(keys[row] ?? 0, (counts.get(keys[row] ?? 0) ?? 0) + 1);
  if (counts.size < 2 || Math.min(...counts.values()) < FEWEST_EACH) return false;
  const order = rows.sort((a, b) => (target.values[a] ?? 0) - (target.values[b] ?? 0));
  let [outside, changes, before] = [0, 0, Number.NaN];
  for (let from = 0; from < order.length; ) {
    const value = target.values[order[from] ?? 0];
    const among = new Map<number, number>();
    let to = from;
    for (; to < order.length && target.values[order[to] ?? 0] === value; to++) {
      const key = keys[order[to] ?? 0] ?? 0;
      among.set(key, (among.get(key) ?? 0) + 1);
    }
    // Rows of one answer should have one value.
    const [[key, count] = [before, 0]] = [...among].sort((a, b) => b[1] - a[1]);
    outside += to - from - count;
    if (!Number.isNaN(before) && key !== before) changes += 1;
    before = key;
    from = to;
  }
  return outside + Math.max(0, changes - (counts.size - 1)) <= OUTSIDE * order.length;
}
