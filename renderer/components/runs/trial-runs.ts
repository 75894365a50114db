import type { Trial } from '../../../shared/contract/search.ts';
import { messages } from '../../lib/messages/messages.ts';
import type { Run } from './run.ts';

const m = messages.components;

const nameOf = ({ state, trial }: Trial): string =>
  state === 'failed' ? m.trialFailed(trial) : state === 'stopped' ? m.trialStopped(trial) : m.trial(trial);

/** Configurations of a search as runs; those that failed or were stopped early say so in their name. */
export const trialRuns = (trials: readonly Trial[]): readonly Run[] =>
  trials.map((trial) => ({
    // Those of an earlier search count from one too.
    id: `${trial.isEarlier ? 'earlier ' : ''}${trial.trial}`,
    label: trial.isEarlier ? m.trialEarlier(nameOf(trial)) : nameOf(trial),
    algorithm: trial.algorithm,
    params: trial.params,
    figures: [
      {
        name: trial.metric,
        // What was measured on fewer rows does not stand beside the others.
        value: trial.state === 'finished' ? trial.value : null,
        lower: trial.lower,
        upper: trial.upper,
        isHigherBetter: trial.isHigherBetter,
      },
    ],
    seconds: trial.seconds,
  }));

/** The best value of finished trials after each of them, in their order; those of an earlier search are not of this order. */
export function bestSoFar(trials: readonly Trial[]): readonly (readonly [trial: number, best: number])[] {
  let best: number | undefined;
  return trials.flatMap((trial) => {
    if (trial.state !== 'finished' || trial.value === null || trial.isEarlier) return [];
    const isBetter = best === undefined || (trial.isHigherBetter ? trial.value > best : trial.value < best);
    if (isBetter) best = trial.value;
    return best === undefined ? [] : [[trial.trial, best] as const];
  });
}
