import type { Column } from '../../../shared/contract/datasets.ts';
import type { TargetSpec } from '../../../shared/contract/models.ts';
import type { ColumnAdvice, TrainingWarningCode } from '../../../shared/contract/training.ts';
import { targetColumns } from '../../../shared/target-columns.ts';
import { type Frame, type FrameColumn, frameColumn } from '../../compute/frame/frame.ts';
import { ANSWER_NAMES } from '../../compute/train/check-data.ts';
import { isProse } from '../../compute/train/design/text-block.ts';
import { type ColumnFacts, factsOf } from './column-facts.ts';
import { judgedAnswers } from './group-strength.ts';
import { pairLeaks } from './pair-leaks.ts';
import type { Target } from './target.ts';

/** A single column that says this much of the answer (AUC, or share of a number's variance) knows it ... */
const LEAK = 0.9;
/** ... of the best class against the rest, where there are several ... */
const LEAK_OF_ONE = 0.97;
/** ... and this much where the middle one of all columns says so much already: the question is an easy one then. */
const LEAK_WHERE_EASY = 0.995;
const EASY_AUC = 0.78;
const EASY_R2 = 0.4;
const FEWEST_TO_BE_EASY = 8;
/** Where the column is missing the answer is missing too, in this share of such rows ... */
const MISSING_TOGETHER = 0.99;
/** ... and such rows make up this share of all unanswered ones. */
const UNANSWERED_COVERED = 0.5;
const FEWEST_UNANSWERED = 20;
const MOSTLY_MISSING = 0.95;
const ID_LIKE = 0.95;
/** So many whole numbers for each row, at most, where different ones number the rows. */
const CLOSE = 2;
const MANY_WORDS = 1000;
export const NAMED_AS_ANSWER = 'It has the name of an answer of the model; rename it to learn from it.';

interface Looked {
  readonly column: Column;
  readonly values: FrameColumn;
  readonly facts: ColumnFacts;
}

/**
 * What a look at every column but the target says before training: kept or left out, and why. Strength is on rows with an answer;
 * with fewer than 200 of those there is none, and no leak is looked for.
 */
export function adviseColumns(
  frame: Frame,
  {
    columns,
    target,
    spec,
  }: { readonly columns: readonly Column[]; readonly target: Target; readonly spec: TargetSpec },
): ColumnAdvice[] {
  const judged = judgedAnswers(target);
  const looked = columns
    .filter(({ name }) => !targetColumns(spec).includes(name))
    .map((column): Looked => {
      const values = frameColumn(frame, column.name);
      return { column, values, facts: factsOf(values, target, judged) };
    });
  const isEasy = isEasyQuestion(looked, target);
  const advice = looked.map((one) => adviseColumn(one, { target, targetColumn: spec.column, isEasy }));
  const partners = new Map<string, { readonly other: string; readonly strength: number }>();
  const candidates = advice.filter(({ isExcluded, warning }) => !isExcluded || warning === 'leakage');
  for (const { columns: pair, strength } of pairLeaks(
    frame,
    target,
    candidates.map(({ column, strength }) => ({ name: column, strength })),
  )) {
    const [first, second] = pair;
    if (!partners.has(first)) partners.set(first, { other: second, strength });
    if (!partners.has(second)) partners.set(second, { other: first, strength });
  }
  return advice.map((one) => {
    const partner = partners.get(one.column);
    if (!partner || one.isExcluded) return one;
    const reason = `Together with ${partner.other} it ${knows(partner.strength, target)}: too good to be known beforehand.`;
    return { ...one, isExcluded: true, warning: 'leakage', reason };
  });
}

/**
 * Whether the middle one of all columns that may be inputs already says a lot of the answer: no single good one is suspicious then.
 * Those that are left out however easy the question is say nothing of it: several copies of the answer make no question easy.
 */
function isEasyQuestion(looked: readonly Looked[], { task }: Target): boolean {
  const strengths = looked
    .filter(({ column, facts }) => column.role === 'feature' && facts.distinct > 1 && !facts.isCutTarget)
    .flatMap(({ facts }) => (facts.strength === null ? [] : [facts.strength]))
    .filter(({ ofAll }) => ofAll < LEAK_WHERE_EASY)
    .map(({ best }) => best)
    .sort((a, b) => a - b);
  const middle = strengths[strengths.length >> 1] ?? 0;
  return strengths.length >= FEWEST_TO_BE_EASY && middle >= (task === 'regression' ? EASY_R2 : EASY_AUC);
}

function adviseColumn(
  { column, values, facts }: Looked,
  {
    target,
    targetColumn,
    isEasy,
  }: { readonly target: Target; readonly targetColumn: string; readonly isEasy: boolean },
): ColumnAdvice {
  const strength = facts.strength?.best ?? null;
  const say = (warning: TrainingWarningCode | null, isExcluded: boolean, reason: string | null): ColumnAdvice => ({
    column: column.name,
    type: column.type,
    role: column.role,
    isExcluded,
    warning,
    reason,
    strength,
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
  if (strength !== null && isLeak(facts, target, isEasy))
    return say('leakage', true, `Alone it ${knows(strength, target)}: too good to be known beforehand.`);
  if (facts.isCutTarget)
    return say(
      'leakage',
      true,
      `It is ${targetColumn} cut into ${facts.distinct} ranges: it is known only when that is.`,
    );
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
    (isRunningNumber(values) || isNumbering(values))
  ) {
    return say('idLike', true, 'It numbers the rows.');
  }
  return say(null, false, null);
}

const percent = (share: number): string => `${(share * 100).toFixed(share > 0.995 && share < 1 ? 2 : 0)} %`;

function isLeak({ strength }: ColumnFacts, { task }: Target, isEasy: boolean): boolean {
  if (strength === null) return false;
  const { best, ofAll } = strength;
  if (isEasy) return ofAll >= LEAK_WHERE_EASY;
  return ofAll >= LEAK || (task === 'multiclass' && best >= LEAK_OF_ONE);
}

const knows = (strength: number, { task }: Target): string =>
  task === 'regression'
    ? `explains ${percent(strength)} of the answer`
    : `ranks the answers with an AUC of ${strength.toFixed(3)}`;

function isRunningNumber(values: FrameColumn): boolean {
  if (values.kind !== 'number') return false;
  for (let row = 1; row < values.values.length; row++)
    if ((values.values[row] ?? 0) <= (values.values[row - 1] ?? 0)) return false;
  return true;
}

/** Whether whole numbers that are all different lie so close that they can only number the rows, in whatever order. */
function isNumbering(values: FrameColumn): boolean {
  if (values.kind !== 'number') return false;
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values.values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return high - low < CLOSE * values.values.length;
}
