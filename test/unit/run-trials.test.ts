import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { seededRandom } from '../../electron/compute/train/seeded-random.ts';
import { planTrials } from '../../electron/services/training/plan-trials.ts';
import { runTrials } from '../../electron/services/training/run-trials.ts';
import { NOTHING, type TrialItem, type TrialOutcome } from '../../electron/services/training/trial.ts';
import type { TrialCrew } from '../../electron/services/training/trial-crew.ts';
import { TrialLedger } from '../../electron/services/training/trial-ledger.ts';
import type { SearchMethod } from '../../shared/contract/search.ts';
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

const planOf = (method: SearchMethod, algorithm: string, trials: number) =>
  planTrials(
    TrainingRequest.parse({
      dataset: 'any',
      target: { column: 'y', over: null },
      algorithm,
      seed: 3,
      search: { method, trials, ranges: {}, warmStart: null },
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
