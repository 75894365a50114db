import type { Column } from '../../../shared/contract/datasets.ts';
import type { ColumnAdvice, TrainingWarningCode } from '../../../shared/contract/training.ts';
import type { FrameColumn } from '../../compute/frame/frame.ts';
import { ANSWER_NAMES } from '../../compute/train/check-data.ts';
import { isProse } from '../../compute/train/design/text-block.ts';
import { labelAt } from '../../compute/train/label-sets.ts';
import type { Target } from './target.ts';

/** A single column that ranks the answers this well (as an AUC) knows them. */
const LEAK_AUC = 0.9;
/** ... or explains this share of a number's variance. */
const LEAK_R2 = 0.9;
/** Where the column is missing the answer is missing too, in this share of such rows ... */
const MISSING_TOGETHER = 0.99;
/** ... and such rows make up this share of all unanswered ones. */
const UNANSWERED_COVERED = 0.5;
const FEWEST_UNANSWERED = 20;
const MOSTLY_MISSING = 0.95;
const ID_LIKE = 0.95;
const MANY_WORDS = 1000;
const GROUPS = 64;
export const NAMED_AS_ANSWER = 'It has the name of an answer of the model; rename it to learn from it.';

interface AdviceInput {
  readonly column: Column;
  readonly values: FrameColumn;
  readonly target: Target;
  readonly targetColumn: string;
}

/** What a look at one column says before training: kept or left out, and why. Strength is on rows with an answer. */
export function adviseColumn({ column, values, target, targetColumn }: AdviceInput): ColumnAdvice {
  const facts = measure(values, target);
  const say = (warning: TrainingWarningCode | null, isExcluded: boolean, reason: string | null): ColumnAdvice => ({
    column: column.name,
    type: column.type,
    role: column.role,
    isExcluded,
    warning,
    reason,
    strength: facts.strength,
  });
  if (ANSWER_NAMES.includes(column.name)) return say(null, true, NAMED_AS_ANSWER);
  if (column.role === 'ignored') return say(null, true, 'Its role is to be ignored.');
  if (column.role === 'weight') return say(null, true, 'It holds weights.');
  if (column.role === 'time')
    return say(null, true, 'It says when: what was learnt of one moment does not hold for the next.');
  if (column.role === 'id') return say('idLike', true, 'It names rows; a model would learn them by heart.');
  if (facts.distinct <= 1)
    return say('constant', true, facts.distinct === 0 ? 'It is always missing.' : 'It has one value only.');
  if (facts.filled / facts.rows < 1 - MOSTLY_MISSING)
    return say('mostlyMissing', true, `It is missing in ${percent(1 - facts.filled / facts.rows)} of rows.`);
  const isMissingTogether =
    facts.unanswered >= FEWEST_UNANSWERED &&
    facts.missingWithTarget / Math.max(1, facts.rows - facts.filled) >= MISSING_TOGETHER &&
    facts.missingWithTarget / facts.unanswered >= UNANSWERED_COVERED;
  if (isMissingTogether) {
    return say(
      'missingWithTarget',
      true,
      `It is missing where ${targetColumn} is missing: it seems to be known only when the answer is.`,
    );
  }
  if (facts.strength !== null && facts.strength >= (target.task === 'regression' ? LEAK_R2 : LEAK_AUC)) {
    const how =
      target.task === 'regression'
        ? `explains ${percent(facts.strength)} of the answer`
        : `ranks the answers with an AUC of ${facts.strength.toFixed(3)}`;
    return say('leakage', true, `Alone it ${how}: too good to be known beforehand.`);
  }
  if (values.kind === 'text' && isProse(values))
    return say(null, false, 'It holds sentences; their words are counted.');
  if (values.kind === 'text' && facts.distinct / facts.filled > ID_LIKE && facts.filled > 50)
    return say('idLike', true, 'Nearly every row has a word of its own.');
  if (values.kind === 'text' && facts.distinct > MANY_WORDS)
    return say('highCardinality', false, `It has ${facts.distinct} different words; rare ones are taken together.`);
  if (
    column.type === 'integer' &&
    facts.distinct === facts.filled &&
    facts.filled === facts.rows &&
    facts.rows > 50 &&
    isRunningNumber(values)
  ) {
    return say('idLike', true, 'It counts the rows.');
  }
  return say(null, false, null);
}

const percent = (share: number): string => `${(share * 100).toFixed(share > 0.995 && share < 1 ? 2 : 0)} %`;

interface Facts {
  readonly rows: number;
  readonly filled: number;
  readonly distinct: number;
  readonly unanswered: number;
  readonly missingWithTarget: number;
  readonly strength: number | null;
}

function measure(values: FrameColumn, target: Target): Facts {
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
  return { rows, filled, distinct, unanswered, missingWithTarget, strength: strengthOf(values, target) };
}

/**
 * How well one column alone knows the answer: its values are put into up to 64 groups (words by themselves, numbers by
 * rank), each group answers its mean, and a second half of the rows is judged by what the first half taught. AUC for two
 * classes, the best class against the rest for several, R squared for numbers. Null with fewer than 200 answered rows.
 */
function strengthOf(values: FrameColumn, target: Target): number | null {
  const rows: number[] = [];
  for (let row = 0; row < target.values.length; row++)
    if (!Number.isNaN(target.values[row] ?? Number.NaN)) rows.push(row);
  if (rows.length < 200) return null;
  const step = Math.max(1, Math.floor(rows.length / 40_000));
  const used = rows.filter((_, index) => index % step === 0);
  const groups = groupsOf(values, used);
  if (target.task === 'regression')
    return rSquared(
      groups,
      used.map((row) => target.values[row] ?? 0),
    );
  const classes = target.classes?.length ?? 2;
  let best = 0;
  if (target.task === 'multilabel') {
    for (let k = 0; k < Math.min(classes, 12); k++) best = Math.max(best, strengthOf(values, labelOf(target, k)) ?? 0);
    return best;
  }
  for (let k = target.task === 'binary' ? 1 : 0; k < Math.min(classes, 12); k++)
    best = Math.max(
      best,
      areaUnderCurve(
        groups,
        used.map((row) => Number(target.values[row] === k)),
      ),
    );
  return best;
}

/** One of several labels as a question of its own. */
const labelOf = ({ values }: Target, k: number): Target => ({
  task: 'binary',
  classes: ['0', '1'],
  values: values.map((code) => labelAt(code, k)),
});

function groupsOf(values: FrameColumn, rows: readonly number[]): Int32Array {
  if (values.kind === 'text') return Int32Array.from(rows, (row) => (values.codes[row] ?? -1) + 1);
  const numbers = Float64Array.from(rows, (row) => values.values[row] ?? Number.NaN);
  const sorted = numbers.filter((value) => !Number.isNaN(value)).sort();
  const bounds: number[] = [];
  for (let i = 1; i < GROUPS; i++) {
    const bound = sorted[Math.floor((sorted.length * i) / GROUPS)] ?? 0;
    if (bounds.length === 0 || bound > (bounds.at(-1) ?? 0)) bounds.push(bound);
  }
  return Int32Array.from(numbers, (value) => {
    if (Number.isNaN(value)) return 0;
    let group = 1;
    for (const bound of bounds) if (value >= bound) group += 1;
    return group;
  });
}

/** Mean answer of each group on even rows, pulled to the overall mean where a group is small. */
function taught(groups: Int32Array, answers: readonly number[]): (group: number) => number {
  const sums = new Map<number, { sum: number; count: number }>();
  let [total, count] = [0, 0];
  for (let i = 0; i < answers.length; i += 2) {
    const cell = sums.get(groups[i] ?? 0) ?? { sum: 0, count: 0 };
    cell.sum += answers[i] ?? 0;
    cell.count += 1;
    sums.set(groups[i] ?? 0, cell);
    total += answers[i] ?? 0;
    count += 1;
  }
  const mean = total / count;
  return (group) => {
    const cell = sums.get(group);
    return cell ? (cell.sum + 5 * mean) / (cell.count + 5) : mean;
  };
}

function areaUnderCurve(groups: Int32Array, answers: readonly number[]): number {
  const meanOf = taught(groups, answers);
  const judged: { score: number; answer: number }[] = [];
  for (let i = 1; i < answers.length; i += 2) judged.push({ score: meanOf(groups[i] ?? 0), answer: answers[i] ?? 0 });
  judged.sort((a, b) => a.score - b.score);
  let [rank, positives] = [0, 0];
  for (let i = 0; i < judged.length; ) {
    let end = i;
    while (end < judged.length && judged[end]?.score === judged[i]?.score) end += 1;
    for (let j = i; j < end; j++) {
      if (judged[j]?.answer !== 1) continue;
      positives += 1;
      rank += (i + end + 1) / 2;
    }
    i = end;
  }
  const negatives = judged.length - positives;
  return positives === 0 || negatives === 0
    ? 0.5
    : (rank - (positives * (positives + 1)) / 2) / (positives * negatives);
}

function rSquared(groups: Int32Array, answers: readonly number[]): number {
  const meanOf = taught(groups, answers);
  let [sum, count] = [0, 0];
  for (let i = 1; i < answers.length; i += 2) {
    sum += answers[i] ?? 0;
    count += 1;
  }
  const mean = sum / count;
  let [residual, total] = [0, 0];
  for (let i = 1; i < answers.length; i += 2) {
    residual += ((answers[i] ?? 0) - meanOf(groups[i] ?? 0)) ** 2;
    total += ((answers[i] ?? 0) - mean) ** 2;
  }
  return total === 0 ? 0 : Math.max(0, 1 - residual / total);
}

function isRunningNumber(values: FrameColumn): boolean {
  if (values.kind !== 'number') return false;
  for (let row = 1; row < values.values.length; row++)
    if ((values.values[row] ?? 0) <= (values.values[row - 1] ?? 0)) return false;
  return true;
}
