import { readFile } from 'node:fs/promises';
import { deserialize } from 'node:v8';
import type { TrainingResult } from '../../../shared/contract/training.ts';
import { countText } from '../../../shared/count-text.ts';
import { AppError, fromWire } from '../../../shared/errors.ts';
import { metricLabel } from '../../../shared/metric-names.ts';
import { type Difference, pairedDifference } from '../../compute/evaluation/paired-difference.ts';
import { estimatorOf } from '../../compute/train/estimators.ts';
import type { EndedTrial } from './run-trials.ts';
import type { TrainingRows } from './training-rows.ts';
import type { JudgedAnswers } from './trial.ts';

/** The leaderboard holds the best of each algorithm and this many of all. */
const BEST_OF_ALL = 10;

export interface Choice {
  readonly chosen: EndedTrial;
  readonly leaderboard: TrainingResult['leaderboard'];
  /** One sentence on why. */
  readonly text: string;
}

/** True when the first is better; a failed one never is. */
export const isBetter = ({ outcome: a }: EndedTrial, { outcome: b }: EndedTrial): boolean =>
  a.value !== null && (b.value === null || (a.isHigherBetter ? a.value > b.value : a.value < b.value));

/** Trials on all rows, the best first; those on the most rows where none came so far. Throws what the first failed with where all did. */
export function ranked(trials: readonly EndedTrial[]): EndedTrial[] {
  const good = trials.filter(({ outcome }) => outcome.value !== null);
  const most = Math.max(...good.map(({ item }) => item.share));
  const [failed] = trials;
  if (good.length === 0) {
    if (failed?.outcome.error) throw fromWire(failed.outcome.error);
    throw new AppError('INVALID_ARGUMENT', { message: 'No algorithm fits this task.' });
  }
  return good.filter(({ item }) => item.share === most).sort(byFigure);
}

/**
 * The best trial, or a simpler algorithm that cannot be told from it: a paired 95 % interval of their difference on the same
 * rows holds zero. Of one algorithm the best is taken, ties or not.
 */
export async function chooseTrial(trials: readonly EndedTrial[], rows: TrainingRows): Promise<Choice> {
  const [best] = ranked(trials);
  if (!best) throw new RangeError('Nothing to choose from.');
  const listed = listedTrials(trials);
  const answers = new Map<EndedTrial, JudgedAnswers | null>();
  for (const trial of listed) answers.set(trial, await readAnswers(trial));
  const toBest = new Map(listed.map((trial) => [trial, differenceOf(trial, best, answers, rows)]));
  const tied = listed.filter((trial) => trial !== best && holdsZero(toBest.get(trial) ?? null));
  const chosen =
    [best, ...tied].sort(
      (a, b) => estimatorOf(a.item.algorithm).rank - estimatorOf(b.item.algorithm).rank || (isBetter(a, b) ? -1 : 1),
    )[0] ?? best;
  const toChosen = new Map(listed.map((trial) => [trial, differenceOf(trial, chosen, answers, rows)]));
  return {
    chosen,
    text: sentence(chosen, best, tied, answers.get(best)?.rows.length ?? 0),
    leaderboard: listed.map((trial) => {
      const { item, outcome } = trial;
      const difference = trial === chosen ? null : (toChosen.get(trial) ?? null);
      return {
        algorithm: item.algorithm,
        metric: outcome.metric,
        value: outcome.value ?? Number.NaN,
        lower: outcome.lower,
        upper: outcome.upper,
        seconds: outcome.seconds,
        isChosen: trial === chosen,
        trial: item.trial,
        params: { ...item.params },
        difference,
        isTied: holdsZero(difference),
      };
    }),
  };
}

const holdsZero = (difference: Difference | null): boolean =>
  difference !== null && difference.lower <= 0 && difference.upper >= 0;

/**
 * Trials that a leaderboard of these would hold, the best first: the ten best on all rows, and of every algorithm the best on
 * the most rows it came to. All are judged on the same rows. Their files are needed, those of others are not.
 */
export function listedTrials(trials: readonly EndedTrial[]): EndedTrial[] {
  if (!trials.some(({ outcome }) => outcome.value !== null)) return [];
  const order = ranked(trials);
  const algorithms = new Set(trials.map(({ item }) => item.algorithm));
  const ofAlgorithms = [...algorithms].flatMap((algorithm) => {
    const own = trials.filter(({ item, outcome }) => item.algorithm === algorithm && outcome.value !== null);
    return own.length === 0 ? [] : ranked(own).slice(0, 1);
  });
  return [...new Set([...order.slice(0, BEST_OF_ALL), ...ofAlgorithms])].sort(byFigure);
}

const byFigure = (a: EndedTrial, b: EndedTrial): number =>
  isBetter(a, b) ? -1 : isBetter(b, a) ? 1 : a.item.trial - b.item.trial;

/** The best by its figure alone. */
export function chooseBest(trials: readonly EndedTrial[]): EndedTrial {
  const [best] = ranked(trials);
  if (!best) throw new RangeError('Nothing to choose from.');
  return best;
}

/** What a trial said of rows it had not learnt from. */
export async function readAnswers({ outcome }: Pick<EndedTrial, 'outcome'>): Promise<JudgedAnswers | null> {
  return outcome.answersPath === null ? null : (deserialize(await readFile(outcome.answersPath)) as JudgedAnswers);
}

/** Null where the two were not judged on the same rows. */
function differenceOf(
  trial: EndedTrial,
  other: EndedTrial,
  answers: ReadonlyMap<EndedTrial, JudgedAnswers | null>,
  rows: TrainingRows,
): Difference | null {
  const [first, second] = [answers.get(trial), answers.get(other)];
  if (!first || !second || first.rows.length !== second.rows.length) return null;
  const { targets, weights } = rows.labelled(first.rows);
  return pairedDifference({
    task: rows.target.task,
    targets,
    weights,
    first: first.answers,
    second: second.answers,
  });
}

function sentence(chosen: EndedTrial, best: EndedTrial, tied: readonly EndedTrial[], rows: number): string {
  const name = ({ item }: EndedTrial): string => estimatorOf(item.algorithm).label;
  const value = ({ outcome }: EndedTrial): string =>
    `${metricLabel(outcome.metric)} ${Number(outcome.value?.toPrecision(4))}`;
  const others = [...new Set(tied.filter((trial) => trial !== chosen).map(name))].filter(
    (label) => label !== name(chosen),
  );
  const apart = others.length === 0 ? '' : ` On ${countText(rows)} rows ${others.join(', ')} cannot be told from it.`;
  if (chosen === best) return `${name(best)} did best: ${value(best)}.${apart}`;
  return `${name(chosen)} was taken: ${value(chosen)}. ${name(best)} reached ${value(best)}, which cannot be told from it on ${countText(rows)} rows; the simpler one wins a tie.`;
}
