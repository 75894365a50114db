import type { SearchRequest, Trial } from '../../../shared/contract/search.ts';
import { BayesianSearch } from '../../compute/search/bayesian-search.ts';
import { RandomSearch } from '../../compute/search/random-search.ts';
import type { Search } from '../../compute/search/search.ts';
import { AsynchronousHalving } from '../../compute/search/successive-halving.ts';
import type { Candidate, CandidateSpace } from './search-space.ts';
import type { TrialItem, TrialOutcome } from './trial.ts';

/** Where trials come from. What is asked depends on what was told and on nothing else. */
export interface TrialSource {
  /** Null: nothing now; nothing at all when none is under way either. */
  ask(): TrialItem | null;
  tell(item: TrialItem, outcome: TrialOutcome): void;
  /** As many may be under way when it asks for one more; the same on every machine, so that it asks for the same. */
  readonly atOnce: number;
  /** Trials it will ask for in all, where that can be told. */
  readonly total: number | null;
}

/** These candidates, in this order. */
export function listedTrials(candidates: readonly Candidate[], outer: number | null): TrialSource {
  let next = 0;
  return {
    atOnce: Number.POSITIVE_INFINITY,
    total: candidates.length,
    ask() {
      const candidate = candidates[next];
      if (!candidate) return null;
      next += 1;
      return { ...candidate, trial: next, rung: 0, share: 1, outer, judges: 'inner' };
    },
    tell: () => undefined,
  };
}

export interface SearchedOptions {
  readonly request: SearchRequest;
  readonly seed: number;
  readonly outer: number | null;
  readonly earlier: readonly Trial[];
  /** Shares of the training rows of the rungs of halving, ascending to 1. */
  readonly shares: readonly number[];
}

/** Rungs keep a third. */
const ETA = 3;

/** Trials that a search proposes, the defaults first. A smaller loss is better: scores of which more is better change their sign. */
export function searchedTrials(
  space: CandidateSpace,
  { request, seed, outer, earlier, shares }: SearchedOptions,
): TrialSource {
  // The best of before goes first: it is fitted on these rows too, so that it cannot be lost.
  const [best] = earlier
    .filter(({ state, value }) => state === 'finished' && value !== null)
    .sort((a, b) => lossOf(a, a.value ?? 0) - lossOf(b, b.value ?? 0))
    .map((trial) => space.configuration(trial))
    .filter((configuration) => configuration !== null);
  const options = { seed, start: [...(best ? [best] : []), ...space.start] };
  const search: Search =
    request.method === 'bayesian' ? new BayesianSearch(space.space, options) : new RandomSearch(space.space, options);
  for (const trial of earlier) {
    const configuration = trial.state === 'stopped' ? null : space.configuration(trial);
    if (configuration) search.add(configuration, trial.value === null ? null : lossOf(trial, trial.value));
  }
  const most = request.trials ?? Number.POSITIVE_INFINITY;
  if (request.method === 'halving')
    return halved(new AsynchronousHalving(search, { rungs: shares.length, eta: ETA, mostNew: most }), {
      space,
      shares,
      outer,
      most,
    });
  let asked = 0;
  return {
    atOnce: search.atOnce,
    total: request.trials,
    ask() {
      const proposal = asked < most ? search.ask() : null;
      if (proposal === null) return null;
      asked += 1;
      return {
        ...space.candidate(proposal.configuration),
        trial: proposal.trial + 1,
        rung: 0,
        share: 1,
        outer,
        judges: 'inner',
      };
    },
    tell: ({ trial }, outcome) =>
      search.tell(trial - 1, outcome.value === null ? null : lossOf(outcome, outcome.value)),
  };
}

function halved(
  halving: AsynchronousHalving,
  {
    space,
    shares,
    outer,
    most,
  }: {
    readonly space: CandidateSpace;
    readonly shares: readonly number[];
    readonly outer: number | null;
    readonly most: number;
  },
): TrialSource {
  return {
    atOnce: halving.atOnce,
    // What goes on is decided on the way; each new one is a trial, going on is not.
    total: Number.isFinite(most) ? most : null,
    ask() {
      const proposal = halving.ask();
      if (proposal === null) return null;
      const { trial, rung, configuration } = proposal;
      return {
        ...space.candidate(configuration),
        trial: trial + 1,
        rung,
        share: shares[rung] ?? 1,
        outer,
        judges: 'inner',
      };
    },
    tell: ({ trial, rung }, outcome) =>
      halving.tell({ trial: trial - 1, rung }, outcome.value === null ? null : lossOf(outcome, outcome.value)),
  };
}

const lossOf = ({ isHigherBetter }: { readonly isHigherBetter: boolean }, value: number): number =>
  isHigherBetter ? -value : value;

/** Fewest rows of a rung, and how many times more the next has. */
const [FEWEST_ROWS, STEP] = [1000, 3];
const MOST_RUNGS = 4;

/** Shares of the rows of each rung: a third of the next, the first with a thousand rows or more; 1 alone for few rows. */
export function rungShares(rows: number): number[] {
  const shares = [1];
  while (shares.length < MOST_RUNGS && (rows * (shares[0] ?? 1)) / STEP >= FEWEST_ROWS)
    shares.unshift((shares[0] ?? 1) / STEP);
  return shares;
}
