import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { seededRandom } from '../../electron/compute/train/seeded-random.ts';
import { lastRound, leftAfterSearch } from '../../electron/services/training/last-round.ts';
import { planTrials } from '../../electron/services/training/plan-trials.ts';
import { type EndedTrial, runTrials } from '../../electron/services/training/run-trials.ts';
import { NOTHING, type TrialItem, type TrialOutcome } from '../../electron/services/training/trial.ts';
import type { TrialCrew } from '../../electron/services/training/trial-crew.ts';
import { TrialLedger } from '../../electron/services/training/trial-ledger.ts';
import type { SearchMethod, SearchRequest } from '../../shared/contract/search.ts';
import { TrainingRequest } from '../../shared/contract/training.ts';
import { silentTask } from '../helpers/silent-task.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'drydock-trials-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const context = (signal?: AbortSignal) => silentTask(folder, signal);

/** A loss that only the configuration decides; the more rows the nearer to it. */
function lossAt({ params, share, algorithm }: TrialItem): number {
  const text = JSON.stringify([algorithm, params]);
  const random = seededRandom([...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) >>> 0, 7));
  return random() + (1 - share) * 0.1 * random();
}

/** As many workers as are asked for, each trial as long as chance will have it. */
function crewOf(size: number, seed: number): { readonly crew: TrialCrew; readonly most: () => number } {
  const random = seededRandom(seed);
  let [running, most] = [0, 0];
  return {
    most: () => most,
    crew: {
      size,
      async run(item): Promise<TrialOutcome> {
        running += 1;
        most = Math.max(most, running);
        for (let left = Math.floor(random() * 40); left > 0; left--) await turn();
        running -= 1;
        return {
          ...NOTHING,
          value: item.trial % 7 === 5 ? null : lossAt(item),
          isHigherBetter: false,
          seconds: 1,
          threads: 1,
          params: item.params,
          error: null,
        };
      },
      stop: () => undefined,
      close: async () => undefined,
    },
  };
}

const planOf = (method: SearchMethod, algorithm: string, trials: number, ranges: SearchRequest['ranges'] = {}) =>
  planTrials(
    TrainingRequest.parse({
      dataset: 'any',
      target: { column: 'y', over: null },
      algorithm,
      seed: 3,
      search: { method, trials, ranges, warmStart: null },
    }),
    { task: 'binary', trainRows: 40_000, earlier: [] },
  );

async function asked(method: SearchMethod, algorithm: string, { size, seed }: { size: number; seed: number }) {
  const source = planOf(method, algorithm, 40).source(null);
  const items: TrialItem[] = [];
  const { crew, most } = crewOf(size, seed);
  const ended = await runTrials(
    {
      ...source,
      ask() {
        const item = source.ask();
        if (item) items.push(item);
        return item;
      },
    },
    {
      crew,
      ledger: new TrialLedger(join(folder, `${method}-${algorithm}-${size}-${seed}.jsonl`)),
      context: context(),
      endsAt: Number.POSITIVE_INFINITY,
      stage: 'search',
    },
  );
  return { items, most: most(), ended: ended.map(({ item, outcome }) => [item.trial, item.rung, outcome.value]) };
}

describe('what a search asks for', () => {
  it.each([
    ['bayesian', 'boosting'],
    ['halving', 'auto'],
    ['random', 'linear'],
  ] as const)(
    'by %s of %s is the same on one core, on two and on sixteen, however long each trial takes',
    async (method, algorithm) => {
      const alone = await asked(method, algorithm, { size: 1, seed: 1 });
      expect(alone.items.length).toBeGreaterThanOrEqual(40);
      for (const [size, seed] of [
        [2, 2],
        [16, 3],
      ] as const) {
        const many = await asked(method, algorithm, { size, seed });
        expect(many.items).toEqual(alone.items);
        expect(many.ended).toEqual(alone.ended);
        expect(many.most).toBe(Math.min(size, planOf(method, algorithm, 40).source(null).atOnce));
      }
    },
  );

  it('of a number between whole bounds lies between them', () => {
    const source = planOf('random', 'boosting', 5, { l2: { kind: 'integer', low: 0, high: 8 } }).source(null);
    const tried = Array.from({ length: 5 }, () => Number(source.ask()?.params['l2'] ?? 0)).slice(1);
    expect(tried.filter(Number.isInteger)).toEqual([]);
    expect(tried.every((value) => value > 0 && value < 8)).toBe(true);
  });

  it('that fails as a whole ends at once, whoever is waited for', async () => {
    const { crew } = crewOf(4, 5);
    const run = runTrials(planOf('random', 'boosting', 40).source(null), {
      crew: {
        ...crew,
        run: (item, budgetMs) => (item.trial === 6 ? Promise.reject(new Error('broken')) : crew.run(item, budgetMs)),
      },
      ledger: new TrialLedger(join(folder, 'failing.jsonl')),
      context: context(),
      endsAt: Number.POSITIVE_INFINITY,
      stage: 'search',
    });
    await expect(run).rejects.toThrow('broken');
  });
});

describe('a parameter that nothing would hear', () => {
  const plan = (algorithm: string, params: Record<string, unknown>) => () =>
    planTrials(
      TrainingRequest.parse({ dataset: 'any', target: { column: 'y', over: null }, algorithm, params, seed: 3 }),
      { task: 'binary', trainRows: 100, earlier: [] },
    );

  it('is refused: one of no such name, one of another library, one beside the choice of an algorithm', () => {
    expect(plan('boosting', { leafs: 3 })).toThrow('Boosted trees has no parameter "leafs".');
    expect(plan('convnet', { engine: 'tensorflow' })).toThrow('has no parameter "engine".');
    expect(plan('auto', { leaves: 3 })).toThrow('is of one algorithm, and all are tried');
    expect(plan('boosting', { leaves: 3 })).not.toThrow();
  });
});

describe('the last round of a choice', () => {
  const ended = (trial: number, algorithm: string, value: number, more: Partial<TrialItem> = {}): EndedTrial => ({
    item: {
      trial,
      algorithm,
      params: { leaves: trial },
      rung: 2,
      share: 1,
      outer: null,
      judges: 'inner',
      ...more,
    },
    outcome: { ...NOTHING, value, seconds: 2, threads: 1, params: {}, error: null, fittedPath: `fit-${trial}` },
    atSeconds: trial,
  });
  const trials = [
    ended(1, 'linear', 0.6, { params: {} }),
    ended(2, 'boosting', 0.7, { params: {}, share: 0.25, rung: 1 }),
    ended(3, 'boosting', 0.9),
    ended(4, 'network', 0.8),
  ];
  const round = (endsAt: number, valueAt: (item: TrialItem) => number | null) => {
    const judged: TrialItem[] = [];
    const { crew } = crewOf(2, 1);
    return {
      judged,
      trials: lastRound(trials, {
        crew: {
          ...crew,
          async run(item) {
            judged.push(item);
            const folds = valueAt(item) === null ? null : [1, 1, 1];
            return { ...NOTHING, value: valueAt(item), folds, seconds: 9, threads: 1, params: {}, error: null };
          },
        },
        ledger: new TrialLedger(join(folder, `round-${endsAt}.jsonl`)),
        context: context(),
        endsAt,
      }),
    };
  };

  it('judges the best, its algorithm at its defaults and the best of the others on all rows by folds', async () => {
    const { judged, trials: finalists } = round(Number.POSITIVE_INFINITY, ({ trial }) => (trial === 2 ? 0.95 : 0.8));
    const found = await finalists;
    expect(judged.map(({ trial, share, judges }) => [trial, share, judges])).toEqual(
      [3, 2, 4, 1].map((trial) => [trial, 1, 'folds']),
    );
    expect(found.map(({ item, outcome }) => [item.trial, outcome.value])).toEqual([
      [1, 0.8],
      [2, 0.95],
      [3, 0.8],
      [4, 0.8],
    ]);
    // What the search has fitted on all rows is a fit less at the end.
    expect(found.map(({ outcome }) => outcome.folds !== null)).toEqual([true, true, true, true]);
    expect(found[2]?.outcome.fittedPath).toBe('fit-3');
  });

  it('is left out where there is no time for two, or fewer than two can be judged', async () => {
    const late = round(performance.now(), () => 0.8);
    expect(await late.trials).toBe(trials);
    expect(late.judged).toEqual([]);
    const failing = round(Number.POSITIVE_INFINITY, ({ trial }) => (trial === 3 ? 0.8 : null));
    expect(await failing.trials).toBe(trials);
  });

  it('and the last fit are left as much of the time as they will take, and no more than they may', () => {
    const left = (budgetMs: number, hasLastRound: boolean) =>
      leftAfterSearch({ ensemble: 'none', crossValidation: null }, { budgetMs, hasLastRound, atOnce: 2 });
    expect(left(100_000, true)([])).toBe(40_000);
    // One fit of 2 s with slack, and 6 % for what follows.
    expect(left(100_000, false)(trials)).toBeCloseTo(8600, 6);
    // Three folds of four that take 2 s each, two at a time.
    expect(left(100_000, true)(trials)).toBeCloseTo(8600 + (4 * 3 * 2600) / 2, 6);
    // Nothing was fitted on all rows yet.
    expect(left(100_000, false)([ended(1, 'boosting', 0.9, { share: 0.25 })])).toBe(40_000);
    // Too little for two: the search goes on.
    expect(left(10_000, true)(trials)).toBeCloseTo(600 + 2600, 6);
  });
});
