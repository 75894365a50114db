import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BayesianSearch } from '../../electron/compute/search/bayesian-search.ts';
import { fitGaussianProcess } from '../../electron/compute/search/fit-gaussian-process.ts';
import { GaussianProcess } from '../../electron/compute/search/gaussian-process.ts';
import { RandomSearch } from '../../electron/compute/search/random-search.ts';
import { configurationKey, type SearchParameter, SearchSpace } from '../../electron/compute/search/space.ts';
import { AsynchronousHalving, survivors } from '../../electron/compute/search/successive-halving.ts';
import { warpLosses } from '../../electron/compute/search/warp-losses.ts';
import { seededRandom } from '../../electron/compute/train/seeded-random.ts';

const PARAMETERS: readonly SearchParameter[] = [
  { name: 'rate', range: { kind: 'float', low: 1e-4, high: 1, isLog: true } },
  { name: 'leaves', range: { kind: 'integer', low: 2, high: 255, isLog: true } },
  { name: 'layers', range: { kind: 'choice', options: [[64], [128, 64], [256, 128, 64]] } },
  { name: 'momentum', range: { kind: 'float', low: 0, high: 0.99 }, when: { param: 'optimiser', oneOf: ['sgd'] } },
  { name: 'optimiser', range: { kind: 'choice', options: ['adam', 'sgd'] } },
];
const space = new SearchSpace(PARAMETERS);

describe('a search space', () => {
  it('gives every configuration back from its point, and leaves inactive parameters out', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 5, maxLength: 5 }),
        (coordinates) => {
          const configuration = space.at(coordinates);
          expect('momentum' in configuration).toBe(configuration['optimiser'] === 'sgd');
          const again = space.at(space.point(configuration));
          for (const [name, value] of Object.entries(configuration)) {
            if (typeof value === 'number') expect(again[name]).toBeCloseTo(value, 9);
            else expect(again[name]).toEqual(value);
          }
          expect(space.clamp(configuration)).toEqual(configuration);
        },
      ),
    );
  });

  it('draws each whole number and each choice equally often, and log ranges evenly in the logarithm', () => {
    const random = seededRandom(3);
    const counts = [0, 0, 0];
    let below = 0;
    for (let i = 0; i < 3000; i++) {
      const { layers, rate } = space.at(Array.from({ length: 5 }, random));
      counts[Array.isArray(layers) ? layers.length - 1 : 0] =
        (counts[Array.isArray(layers) ? layers.length - 1 : 0] ?? 0) + 1;
      if (Number(rate) < 0.01) below += 1;
    }
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(100);
    expect(Math.abs(below - 1500)).toBeLessThan(120);
  });

  it('refuses bounds the wrong way round, logarithms of zero and conditions in a circle, naming the parameter', () => {
    const one = (parameter: SearchParameter) => () => new SearchSpace([parameter]);
    expect(one({ name: 'a', range: { kind: 'float', low: 2, high: 1 } })).toThrow(/"a" is searched from 2 to 1/);
    expect(one({ name: 'a', range: { kind: 'integer', low: 0, high: 9, isLog: true } })).toThrow(/"a".*above zero/);
    expect(one({ name: 'a', range: { kind: 'choice', options: [] } })).toThrow(/"a" has nothing/);
    expect(one({ name: 'a', range: { kind: 'float', low: 0, high: 1 }, when: { param: 'b', oneOf: [1] } })).toThrow(
      /"a" depends on "b"/,
    );
  });
});

describe('every search', () => {
  const makers = {
    random: (seed: number, within = space) => new RandomSearch(within, { seed }),
    bayesian: (seed: number, within = space) => new BayesianSearch(within, { seed }),
  };
  const lossOf = (configuration: Readonly<Record<string, unknown>>): number =>
    Math.abs(Math.log10(Number(configuration['rate'])) + 2) + Number(configuration['leaves']) / 255;

  it.each(Object.keys(makers) as (keyof typeof makers)[])(
    '%s asks the same again for the same seed and answers',
    (kind) => {
      const asked = (seed: number) => {
        const search = makers[kind](seed);
        return Array.from({ length: 15 }, () => {
          const proposal = search.ask();
          if (proposal) search.tell(proposal.trial, lossOf(proposal.configuration));
          return proposal?.configuration;
        });
      };
      expect(asked(1)).toEqual(asked(1));
      expect(asked(1)).not.toEqual(asked(2));
    },
  );

  it.each(Object.keys(makers) as (keyof typeof makers)[])(
    '%s asks no configuration of a finite space twice, and ends',
    (kind) => {
      const small = new SearchSpace([
        { name: 'a', range: { kind: 'integer', low: 1, high: 4 } },
        { name: 'b', range: { kind: 'choice', options: ['x', 'y'] } },
        { name: 'c', range: { kind: 'integer', low: 0, high: 1 }, when: { param: 'b', oneOf: ['y'] } },
      ]);
      const search = makers[kind](5, small);
      const keys: string[] = [];
      for (let proposal = search.ask(); proposal; proposal = search.ask()) {
        keys.push(configurationKey(proposal.configuration));
        search.tell(proposal.trial, keys.length % 3 === 0 ? null : keys.length);
      }
      expect(keys.length).toBe(12);
      expect(new Set(keys).size).toBe(12);
    },
  );

  it.each(Object.keys(makers) as (keyof typeof makers)[])(
    '%s can be asked for many before the first has ended',
    (kind) => {
      const search = makers[kind](7);
      const open = Array.from({ length: 20 }, () => search.ask());
      expect(new Set(open.map((proposal) => configurationKey(proposal?.configuration ?? {}))).size).toBe(20);
      for (const proposal of open.toReversed())
        if (proposal) search.tell(proposal.trial, lossOf(proposal.configuration));
      const next = Array.from({ length: 4 }, () => configurationKey(search.ask()?.configuration ?? {}));
      expect(new Set(next).size).toBe(4);
    },
  );

  it('learns from trials that were made elsewhere', () => {
    const cold = new BayesianSearch(space, { seed: 1 });
    const warm = new BayesianSearch(space, { seed: 1 });
    const random = seededRandom(2);
    for (let i = 0; i < 30; i++) {
      const configuration = space.at(Array.from({ length: 5 }, random));
      warm.add(configuration, lossOf(configuration));
    }
    const best = (search: BayesianSearch): number => {
      let lowest = Number.POSITIVE_INFINITY;
      for (let i = 0; i < 4; i++) {
        const proposal = search.ask();
        if (!proposal) break;
        lowest = Math.min(lowest, lossOf(proposal.configuration));
        search.tell(proposal.trial, lossOf(proposal.configuration));
      }
      return lowest;
    };
    expect(best(warm)).toBeLessThan(best(cold));
  });
});

describe('halving', () => {
  it('keeps the lowest losses, the earlier of equal ones, and no failed one while another is left', () => {
    expect(survivors([3, 1, 2, 1, null, 0.5], 3)).toEqual([1, 5]);
    expect(survivors([2, 2, 2], 3)).toEqual([0]);
    expect(survivors([null, null, 4], 2)).toEqual([2]);
    expect(survivors([5, 4], 3)).toEqual([1]);
  });

  it('run by several at once promotes only what is among the best of its rung, and brings one to the last', () => {
    const random = seededRandom(1);
    const halving = new AsynchronousHalving(new RandomSearch(space, { seed: 3 }), { rungs: 3, eta: 3, mostNew: 27 });
    const losses = new Map<number, number>();
    const seen: { trial: number; rung: number }[] = [];
    const open: { trial: number; rung: number }[] = [];
    for (;;) {
      const proposal = halving.ask();
      if (proposal) {
        losses.set(proposal.trial, losses.get(proposal.trial) ?? random());
        open.push(proposal);
        seen.push(proposal);
      }
      if (open.length === 0) break;
      // Three are under way at a time; any of them ends first.
      if (open.length >= 3 || !proposal) {
        const [ended] = open.splice(Math.floor(random() * open.length), 1);
        if (ended) halving.tell(ended, losses.get(ended.trial) ?? null);
      }
    }
    const at = (rung: number) => seen.filter((one) => one.rung === rung);
    expect(at(0).length).toBe(27);
    expect(at(1).length).toBeGreaterThanOrEqual(9);
    expect(at(1).length).toBeLessThan(15);
    expect(at(2).length).toBeGreaterThanOrEqual(3);
    const bestTrial = [...losses].sort(([, a], [, b]) => a - b)[0]?.[0];
    expect(at(2).some(({ trial }) => trial === bestTrial)).toBe(true);
    expect(new Set(seen.map(({ trial, rung }) => `${trial}/${rung}`)).size).toBe(seen.length);
  });
});

describe('a fitted Gaussian process', () => {
  it('has the gradient of its likelihood right', () => {
    const random = seededRandom(4);
    const points = Array.from({ length: 12 }, () => Float64Array.from({ length: 3 }, random));
    const values = points.map(([a = 0, b = 0]) => Math.sin(5 * a) + b);
    const theta = [0.3, -3, -0.7, -0.2, 0.4];
    for (const kernel of ['matern52', 'matern32', 'squaredExponential'] as const) {
      const at = (t: readonly number[]) =>
        new GaussianProcess(
          { kernel, variance: Math.exp(t[0] ?? 0), noise: Math.exp(t[1] ?? 0), lengthScales: t.slice(2).map(Math.exp) },
          points,
          values,
        );
      for (const [k, slope] of at(theta).gradient().entries()) {
        const moved = (by: number) => at(theta.map((value, j) => (j === k ? value + by : value))).logMarginalLikelihood;
        expect(slope).toBeCloseTo((moved(1e-5) - moved(-1e-5)) / 2e-5, 4);
      }
    }
  });

  it('finds that only one coordinate matters', () => {
    const random = seededRandom(5);
    const points = Array.from({ length: 40 }, () => Float64Array.from({ length: 2 }, random));
    const { theta } = fitGaussianProcess(
      points,
      warpLosses(Float64Array.from(points, ([a = 0]) => 2 + Math.sin(6 * a))),
      {
        kernel: 'matern52',
        groups: [0, 1],
        scales: 2,
      },
    );
    expect((theta[3] ?? 0) - (theta[2] ?? 0)).toBeGreaterThan(Math.log(3));
  });

  it('takes losses that are all equal, and huge ones', () => {
    expect([...warpLosses(Float64Array.of(2, 2, 2))]).toEqual([0, 0, 0]);
    const warped = warpLosses(Float64Array.of(1, 1.1, 1.2, 1e300));
    expect([...warped].every(Number.isFinite)).toBe(true);
    expect([...warped]).toEqual([...warped].sort((a, b) => a - b));
  });
});
