import { type Frame, frameColumn } from '../../compute/frame/frame.ts';
import { explained, fittedSum, numbersOf } from './fitted-sum.ts';
import { groupsOf, judgedAnswers, strengthOf } from './group-strength.ts';
import type { Target } from './target.ts';

/** Pairs are looked for among so many columns, those that say most alone, on so many rows. */
const [MOST_COLUMNS, MOST_ROWS] = [24, 10_000];
/** Groups of each column; a pair has their product. */
const GROUPS = 14;
/** Two columns know the answer from here on ... */
const KNOWN = 0.995;
/** ... where neither does so alone, and both together leave a tenth of what the better one leaves open. */
const [KNOWN_ALONE, LEFT_OPEN] = [0.99, 0.1];

export interface PairLeak {
  readonly columns: readonly [string, string];
  /** AUC or R squared of both together. */
  readonly strength: number;
}

/**
 * Two columns that together give the answer while neither does alone: its parts (a sum or a difference), or one of them says how
 * the other is to be read. Numbers are added with the weights of least squares, and all are crossed in groups; learnt on every
 * other row and judged on those between.
 */
export function pairLeaks(
  frame: Frame,
  target: Target,
  columns: readonly { readonly name: string; readonly strength: number | null }[],
): PairLeak[] {
  const judged = judgedAnswers(target, MOST_ROWS);
  if (judged === null) return [];
  const { rows, answers } = judged;
  const looked = columns
    .filter(({ strength }) => strength !== null && strength < KNOWN_ALONE)
    .sort((a, b) => (b.strength ?? 0) - (a.strength ?? 0))
    .slice(0, MOST_COLUMNS)
    .map(({ name, strength }) => {
      const values = frameColumn(frame, name);
      return {
        name,
        numbers: numbersOf(values, rows),
        groups: fewGroups(groupsOf(values, rows, GROUPS)),
        alone: strength ?? 0,
      };
    });
  const found: PairLeak[] = [];
  for (const [at, first] of looked.entries())
    for (const second of looked.slice(at + 1)) {
      const crossed = first.groups.map((group, row) => group * (GROUPS + 2) + (second.groups[row] ?? 0));
      let strength = strengthOf(crossed, answers, target.task).ofAll;
      const [values] = answers;
      const sum = first.numbers && second.numbers && values && fittedSum(first.numbers, second.numbers, values);
      if (sum && target.task === 'regression') strength = Math.max(strength, explained(sum, values));
      else if (sum && target.task === 'binary') {
        const added = groupsOf({ kind: 'number', values: sum }, Uint32Array.from(sum.keys()), rows.length >> 3);
        strength = Math.max(strength, strengthOf(added, answers, target.task).best);
      }
      const isMore = 1 - strength <= LEFT_OPEN * (1 - Math.max(first.alone, second.alone));
      if (strength >= KNOWN && isMore) found.push({ columns: [first.name, second.name], strength });
    }
  return found;
}

/** Words beyond the most frequent ones are one group. */
function fewGroups(groups: Int32Array): Int32Array {
  const counts = new Map<number, number>();
  for (const group of groups) counts.set(group, (counts.get(group) ?? 0) + 1);
  const kept = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, GROUPS);
  const places = new Map(kept.map(([group], place) => [group, place]));
  return groups.map((group) => places.get(group) ?? GROUPS);
}
