import type { FrameColumn } from '../../compute/frame/frame.ts';
import { midranks } from '../../compute/stats/ranking.ts';
import { countUpTo } from '../../compute/stats/sorted-sample.ts';
import { labelAt } from '../../compute/train/label-sets.ts';
import { explained } from './fitted-sum.ts';
import type { Target } from './target.ts';

/** Rows are looked at evenly spread, so many at most. */
const MOST_ROWS = 40_000;
const FEWEST_ROWS = 200;
const MOST_CLASSES = 12;
/** Rows by which the mean of a small group is pulled to that of all. */
const PULL = 2;

/** How well groups of rows know the answer, learnt on every other row and judged on those between. */
export interface Strength {
  /** AUC for two classes, of the best class against the rest or the best label for several; R squared for numbers, of values or of their ranks. */
  readonly best: number;
  /** Of several classes the mean, of others the best. */
  readonly ofAll: number;
}

/** Rows by which columns are judged, with their answers as `answersOf` has them. */
export interface JudgedAnswers {
  readonly rows: Uint32Array;
  readonly answers: readonly Float64Array[];
}

/** Answered rows by which columns are judged; null where there are too few to say anything. */
export function judgedAnswers(target: Target, most = MOST_ROWS): JudgedAnswers | null {
  const rows = judgedRows(target, most);
  return rows && { rows, answers: answersOf(target, rows) };
}

function judgedRows(target: Target, most: number): Uint32Array | null {
  const answered = [...target.values.keys()].filter((row) => !Number.isNaN(target.values[row] ?? Number.NaN));
  if (answered.length < FEWEST_ROWS) return null;
  const step = Math.max(1, Math.floor(answered.length / most));
  return Uint32Array.from(answered.filter((_, index) => index % step === 0));
}

/** Answers of rows as they are compared: of each class against the rest, of each label (NaN where it is not known), or numbers and, beside them, their ranks. */
function answersOf(target: Target, rows: Uint32Array): Float64Array[] {
  const values = Float64Array.from(rows, (row) => target.values[row] ?? 0);
  // A few huge values decide R squared; by rank a column that knows the order is seen all the same.
  if (target.task === 'regression') return [values, midranks(values)];
  const isOf = (value: number, k: number): number =>
    target.task === 'multilabel' ? labelAt(value, k) : Number(value === k);
  const classes = Math.min(target.classes?.length ?? 2, MOST_CLASSES);
  const first = target.task === 'binary' ? 1 : 0;
  return Array.from({ length: classes - first }, (_, k) => values.map((value) => isOf(value, k + first)));
}

export function strengthOf(groups: Int32Array, answers: readonly Float64Array[], task: Target['task']): Strength {
  const found = answers.map((list) => (task === 'regression' ? rSquared(groups, list) : areaUnderCurve(groups, list)));
  const best = Math.max(...found);
  const mean = found.reduce((sum, value) => sum + value, 0) / found.length;
  return { best, ofAll: task === 'multiclass' ? mean : best };
}

/** Values in up to so many groups: words by themselves, numbers by rank; 0 is missing. */
export function groupsOf(values: FrameColumn, rows: Uint32Array, count: number): Int32Array {
  if (values.kind === 'text') return Int32Array.from(rows, (row) => (values.codes[row] ?? -1) + 1);
  const numbers = Float64Array.from(rows, (row) => values.values[row] ?? Number.NaN);
  const sorted = numbers.filter((value) => !Number.isNaN(value)).sort();
  const bounds: number[] = [];
  for (let i = 1; i < count; i++) {
    const bound = sorted[Math.floor((sorted.length * i) / count)] ?? 0;
    if (bounds.length === 0 || bound > (bounds.at(-1) ?? 0)) bounds.push(bound);
  }
  const ends = Float64Array.from(bounds);
  return Int32Array.from(numbers, (value) => (Number.isNaN(value) ? 0 : 1 + countUpTo(ends, value)));
}

/** Mean of the known answers of each group on even places, pulled to the overall mean where a group is small. */
function taught(groups: Int32Array, answers: Float64Array): Float64Array {
  const size = groups.reduce((most, group) => Math.max(most, group), 0) + 1;
  const [sums, counts] = [new Float64Array(size), new Float64Array(size)];
  let [total, count] = [0, 0];
  for (let i = 0; i < answers.length; i += 2) {
    const [group, answer] = [groups[i] ?? 0, answers[i] ?? 0];
    if (Number.isNaN(answer)) continue;
    sums[group] = (sums[group] ?? 0) + answer;
    counts[group] = (counts[group] ?? 0) + 1;
    total += answer;
    count += 1;
  }
  const mean = count === 0 ? 0 : total / count;
  return sums.map((sum, group) => (sum + PULL * mean) / ((counts[group] ?? 0) + PULL));
}

function areaUnderCurve(groups: Int32Array, answers: Float64Array): number {
  const means = taught(groups, answers);
  const [positives, negatives] = [new Float64Array(means.length), new Float64Array(means.length)];
  for (let i = 1; i < answers.length; i += 2) {
    if (Number.isNaN(answers[i] ?? 0)) continue;
    const counted = answers[i] === 1 ? positives : negatives;
    const group = groups[i] ?? 0;
    counted[group] = (counted[group] ?? 0) + 1;
  }
  const judged = Uint32Array.from(means.keys()).filter(
    (group) => (positives[group] ?? 0) + (negatives[group] ?? 0) > 0,
  );
  judged.sort((a, b) => (means[a] ?? 0) - (means[b] ?? 0));
  let [below, area, all] = [0, 0, 0];
  for (let i = 0; i < judged.length; ) {
    let [tiedPositives, tiedNegatives] = [0, 0];
    const mean = means[judged[i] ?? 0];
    for (; i < judged.length && means[judged[i] ?? 0] === mean; i++) {
      tiedPositives += positives[judged[i] ?? 0] ?? 0;
      tiedNegatives += negatives[judged[i] ?? 0] ?? 0;
    }
    area += tiedPositives * (below + tiedNegatives / 2);
    below += tiedNegatives;
    all += tiedPositives;
  }
  return all === 0 || below === 0 ? 0.5 : area / (all * below);
}

function rSquared(groups: Int32Array, answers: Float64Array): number {
  const means = taught(groups, answers);
  return Math.max(
    0,
    explained(
      Float64Array.from(groups, (group) => means[group] ?? 0),
      answers,
    ),
  );
}
