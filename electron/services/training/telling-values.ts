import type { TrainingFinding } from '../../../shared/contract/training.ts';
import { countText } from '../../../shared/count-text.ts';
import { type Frame, frameColumn } from '../../compute/frame/frame.ts';
import type { Target } from './target.ts';

/** Rows that have the value, the share of them with the one answer, and of that answer's rows the share that have the value. */
const [FEWEST_ROWS, PURE, COVERED] = [50, 0.995, 0.1];
/** Many values are said with the usual answer alone: what is told is an answer that at most this share of rows has. */
const NOT_USUAL = 0.6;
/** Numbers of more values than this are measures, not states. */
const MOST_NUMBERS = 30;
const NAMED = 3;

/**
 * Columns of which some value stands, in many rows, beside one of two answers alone, not the usual one: a state that is reached
 * with the answer, although other values say little, or a column that is filled in then. Of two classes only: where there are
 * many, some are small and of one kind.
 */
export function tellingValues(
  frame: Frame,
  { task, values: answers, classes }: Target,
  { names, target }: { readonly names: readonly string[]; readonly target: string },
): TrainingFinding[] {
  if (task !== 'binary') return [];
  const totals = [0, 0];
  for (const answer of answers) if (!Number.isNaN(answer)) totals[answer] = (totals[answer] ?? 0) + 1;
  const answered = (totals[0] ?? 0) + (totals[1] ?? 0);
  const told = [1, 0].filter((answer) => (totals[answer] ?? 0) <= NOT_USUAL * answered);
  return names.flatMap((name) =>
    told.flatMap((answer): TrainingFinding[] => {
      const states = [...statesOf(frame, name, answers, answer)].filter(
        ([, { rows, hits }]) => rows >= FEWEST_ROWS && hits >= PURE * rows && hits >= COVERED * (totals[answer] ?? 0),
      );
      if (states.length === 0) return [];
      const words = states.slice(0, NAMED).map(([word]) => word);
      const rows = states.reduce((sum, [, state]) => sum + state.rows, 0);
      return [
        {
          warning: 'leakage',
          message: `Where "${name}" is ${words.join(' or ')} (${countText(rows)} rows), ${target} is ${classes?.[answer] ?? answer} nearly always: it seems to be set when the answer is known.`,
          remedy: 'Make sure that it is known before the answer is, or leave it out.',
          rows,
          columns: [name],
        },
      ];
    }),
  );
}

interface State {
  rows: number;
  hits: number;
}

/** Of each value, and of being filled or missing where both occur: the answered rows, and those of them with the answer. */
function statesOf(frame: Frame, name: string, answers: Float64Array, answer: number): Map<string, State> {
  const column = frameColumn(frame, name);
  const hasStates = column.kind === 'text' || hasFewValues(column.values);
  const missing: State = { rows: 0, hits: 0 };
  const filled: State = { rows: 0, hits: 0 };
  const ofValues = new Map<number, State>();
  for (const [row, known] of answers.entries()) {
    if (Number.isNaN(known)) continue;
    const value = column.kind === 'text' ? (column.codes[row] ?? -1) : (column.values[row] ?? Number.NaN);
    const isMissing = Number.isNaN(value) || (column.kind === 'text' && value < 0);
    const counted = [isMissing ? missing : filled];
    if (hasStates && !isMissing) {
      const own = ofValues.get(value) ?? { rows: 0, hits: 0 };
      ofValues.set(value, own);
      counted.push(own);
    }
    for (const state of counted) {
      state.rows += 1;
      state.hits += Number(known === answer);
    }
  }
  const word = (value: number): string => `"${column.kind === 'text' ? column.dictionary[value] : value}"`;
  return new Map([
    ...[...ofValues].map(([value, state]) => [word(value), state] as const),
    ...(missing.rows > 0
      ? ([
          ['missing', missing],
          ['filled', filled],
        ] as const)
      : []),
  ]);
}

function hasFewValues(values: Float64Array): boolean {
  const found = new Set<number>();
  for (const value of values) {
    found.add(value);
    if (found.size > MOST_NUMBERS) return false;
  }
  return true;
}
