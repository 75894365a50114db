import { BayesianSearch } from '../../electron/compute/search/bayesian-search.ts';
import { SearchSpace } from '../../electron/compute/search/space.ts';
import { searchProblem } from '../helpers/search-problems.ts';
import { type Bench, median, timed } from './bench.ts';

const TRIALS = 60;
const SEEDS = 10;

/** Median distance from the best known value after 60 trials, as many under way as in a search of ours, by problem. */
function regrets(problem: string): number {
  const { parameters, loss, minimum } = searchProblem(problem);
  return median(
    Array.from({ length: SEEDS }, (_, seed) => {
      const search = new BayesianSearch(new SearchSpace(parameters), { seed });
      const underWay: { readonly trial: number; readonly value: number }[] = [];
      let best = Number.POSITIVE_INFINITY;
      for (let i = 0; i < TRIALS; i++) {
        const [first] = underWay;
        if (first && underWay.length >= search.atOnce) {
          search.tell(first.trial, first.value);
          underWay.shift();
        }
        const proposal = search.ask();
        if (!proposal) break;
        const value = loss(proposal.configuration);
        underWay.push({ trial: proposal.trial, value });
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
