import { BayesianSearch } from '../../electron/compute/search/bayesian-search.ts';
import { SearchSpace } from '../../electron/compute/search/space.ts';
import { searchProblem } from '../helpers/search-problems.ts';
import { type Bench, median, timed } from './bench.ts';

const TRIALS = 60;
const SEEDS = 10;

/** Median distance from the best known value after 60 trials, by problem. */
function regrets(problem: string): number {
  const { parameters, loss, minimum } = searchProblem(problem);
  return median(
    Array.from({ length: SEEDS }, (_, seed) => {
      const search = new BayesianSearch(new SearchSpace(parameters), { seed });
      let best = Number.POSITIVE_INFINITY;
      for (let i = 0; i < TRIALS; i++) {
        const proposal = search.ask();
        if (!proposal) break;
        const value = loss(proposal.configuration);
        search.tell(proposal.trial, value);
        best = Math.min(best, value);
      }
      return best - minimum;
    }),
  );
}

/** One problem: our search beside Optuna's, how near each comes and how long it thinks. */
export const searchBench = (problem: string): Bench => ({
  name: `search-${problem}`,
  target: 'median regret after 60 trials no larger',
  data: { kind: 'higgs', rows: 1000 },
  peers: [{ job: 'search', peer: 'optuna-tpe', args: ['--problem', problem] }],
  async ours(_folder, repeat) {
    const { seconds, last } = await timed(Math.min(repeat, 1), () => regrets(problem));
    return { seconds, rows: TRIALS * SEEDS, figures: { regret: last } };
  },
  accuracy: (ours, peer) =>
    `median regret ${Number(ours.figures['regret']).toExponential(2)} against ${Number(peer.figures['regret']).toExponential(2)}`,
});
