import { describe, expect, it } from 'vitest';
import {
  expectedImprovement,
  logExpectedImprovement,
  lowerConfidenceBound,
  probabilityOfImprovement,
} from '../../electron/compute/search/acquisition.ts';
import { BayesianSearch } from '../../electron/compute/search/bayesian-search.ts';
import { GaussianProcess, type KernelName } from '../../electron/compute/search/gaussian-process.ts';
import { SearchSpace } from '../../electron/compute/search/space.ts';
import { successiveHalving } from '../../electron/compute/search/successive-halving.ts';
import { BENCHMARK_FUNCTIONS, SEARCH_CASES, searchProblem } from '../helpers/search-problems.ts';

const SEEDS = 7;
const TRIALS = 60;

const casesOf = (name: string) => SEARCH_CASES.filter((golden) => golden.function === name);
const numbers = (value: unknown): number[] => (Array.isArray(value) ? value.map(Number) : []);
const rowsOf = (value: unknown): number[][] => (Array.isArray(value) ? value.map(numbers) : []);
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
const record = (value: unknown): Record<string, unknown> => ({ ...(value as Record<string, unknown>) });

describe('functions that searches are measured on', () => {
  it.each(casesOf('benchmarkFunction'))('$id', ({ params, input, expected }) => {
    const f = BENCHMARK_FUNCTIONS[String(params['name'])];
    const points = rowsOf(record(input)['points']);
    for (const [row, value] of numbers(expected['values']).entries())
      expect(f?.(points[row] ?? [])).toBeCloseTo(value, Math.abs(value) > 1e5 ? 5 : 9);
  });
});

describe('successive halving', () => {
  it.each(casesOf('successiveHalving'))(
    '$id keeps the same configurations in every rung',
    ({ params, input, expected }) => {
      const budgets = numbers(params['budgets']);
      const { columns } = searchProblem('surface');
      const rungs = successiveHalving(numbers(record(input)['configurations']), {
        budgets,
        eta: Number(params['eta']),
        loss: (configuration, rung) => columns?.[`validation_${budgets[rung]}`]?.[configuration] ?? null,
      });
      const wanted = expected['rungs'];
      expect(rungs.slice(0, Array.isArray(wanted) ? wanted.length : 0)).toEqual(wanted);
    },
  );
});

describe('a Gaussian process', () => {
  it.each(casesOf('gaussianProcess'))('$id and what it expects', ({ params, input, expected }) => {
    const given = record(input);
    const values = numbers(given['y']);
    const process = new GaussianProcess(
      {
        kernel: params['kernel'] as KernelName,
        variance: Number(params['variance']),
        lengthScales: numbers(params['lengthScales']),
        noise: Number(params['noise']),
      },
      rowsOf(given['x']).map((row) => Float64Array.from(row)),
      values,
    );
    expect(process.logMarginalLikelihood).toBeCloseTo(Number(expected['logMarginalLikelihood']), 6);
    const best = Math.min(...values);
    for (const [row, point] of rowsOf(given['query']).entries()) {
      const { mean, standardDeviation } = process.predict(point);
      expect(mean).toBeCloseTo(numbers(expected['mean'])[row] ?? Number.NaN, 7);
      expect(standardDeviation).toBeCloseTo(numbers(expected['standardDeviation'])[row] ?? Number.NaN, 7);
      const improvement = expectedImprovement(mean, standardDeviation, best);
      expect(improvement).toBeCloseTo(numbers(expected['expectedImprovement'])[row] ?? Number.NaN, 8);
      if (improvement > 1e-12)
        expect(logExpectedImprovement(mean, standardDeviation, best)).toBeCloseTo(Math.log(improvement), 6);
      expect(probabilityOfImprovement(mean, standardDeviation, best)).toBeCloseTo(
        numbers(expected['probabilityOfImprovement'])[row] ?? Number.NaN,
        7,
      );
      expect(lowerConfidenceBound(mean, standardDeviation, Number(params['beta']))).toBeCloseTo(
        numbers(expected['lowerConfidenceBound'])[row] ?? Number.NaN,
        6,
      );
    }
  });
});

describe('Bayesian search', () => {
  it.each(['branin', 'hartmann6', 'surface', 'conditional'])(
    "comes as near to the best of %s in 60 trials as Optuna's TPE, or nearer",
    (name) => {
      const { parameters, loss, minimum } = searchProblem(name);
      const regrets = Array.from({ length: name === 'hartmann6' ? 5 : SEEDS }, (_, seed) => {
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
      });
      const tpe = SEARCH_CASES.find(({ id }) => id === `regret/${name}/tpe`);
      expect(median(regrets)).toBeLessThanOrEqual(Number(record(tpe?.expected['median'])['60']));
    },
    60_000,
  );
});
