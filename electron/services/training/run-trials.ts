import { rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { Trial } from '../../../shared/contract/search.ts';
import type { TaskContext } from '../../jobs/task.ts';
import { listedTrials } from './choose-trial.ts';
import { type TrialItem, type TrialOutcome, trialFolder } from './trial.ts';
import type { TrialCrew } from './trial-crew.ts';
import type { TrialLedger } from './trial-ledger.ts';
import type { TrialSource } from './trial-source.ts';

/** A configuration on the last rung it reached. */
export interface EndedTrial {
  readonly item: TrialItem;
  readonly outcome: TrialOutcome;
  readonly atSeconds: number;
}

export interface RunTrialsOptions {
  readonly crew: TrialCrew;
  readonly ledger: TrialLedger;
  readonly context: TaskContext;
  /** `performance.now()` at which no trial is started any more and those under way stop; Infinity without a budget. */
  readonly endsAt: number;
  /** Milliseconds before that which are left to what comes after, by what has ended so far; left out: none. */
  readonly left?: (ended: readonly EndedTrial[]) => number;
  /** Tells a trial to the world; left out inside of a nested cross-validation. */
  readonly tried?: (trial: Trial) => void;
  readonly stage: string;
}

/**
 * Removes files of trials that no leaderboard can hold any more, and their names: a search of a thousand trials keeps a dozen
 * models.
 */
function forget(ended: Map<number, EndedTrial>, folder: string): void {
  const trials = [...ended].filter(([, { item }]) => item.share >= 1);
  if (trials.length <= KEPT_WITHOUT_LOOKING) return;
  const kept = new Set(listedTrials(trials.map(([, end]) => end)));
  for (const [trial, end] of trials) {
    if (kept.has(end) || end.outcome.fittedPath === null) continue;
    rmSync(trialFolder(folder, end.item), { recursive: true, force: true });
    ended.set(trial, { ...end, outcome: { ...end.outcome, fittedPath: null, answersPath: null } });
  }
}

interface Flying {
  readonly item: TrialItem;
  /** Kept in the ledger by the time it is known. */
  readonly outcome: Promise<TrialOutcome>;
  isOver: boolean;
}

/** The trial of the leaderboard; `state` on a rung below the last is `stopped`. */
export const trialOf = ({ item, outcome, atSeconds }: EndedTrial): Trial => ({
  trial: item.trial,
  algorithm: item.algorithm,
  params: item.params,
  state: outcome.value === null ? 'failed' : item.share < 1 ? 'stopped' : 'finished',
  rows: outcome.rows,
  metric: outcome.metric,
  isHigherBetter: outcome.isHigherBetter,
  value: outcome.value,
  lower: outcome.lower,
  upper: outcome.upper,
  metrics: outcome.metrics,
  folds: outcome.folds === null ? null : [...outcome.folds],
  seconds: outcome.seconds,
  atSeconds,
  error: outcome.error?.message ?? null,
  isEarlier: false,
});

const HEARTBEAT_MS = 200;
const KEPT_WITHOUT_LOOKING = 16;

/**
 * Runs what the source asks for until it has no more, the budget is used up or the user stops; outcomes that the ledger has
 * are not run again. The source is told outcomes in the order of its asking, and each only when it has no room for one more
 * under way: what it asks for depends neither on how many workers there are nor on how long each takes. Answers each
 * configuration on the last rung it reached, in order of number.
 */
export async function runTrials(
  source: TrialSource,
  { crew, ledger, context, endsAt, left, tried, stage }: RunTrialsOptions,
): Promise<EndedTrial[]> {
  const { folder } = context;
  const began = performance.now();
  const spentBefore = ledger.spentMs;
  const spentMs = (): number => spentBefore + performance.now() - began;
  const ended = new Map<number, EndedTrial>();
  /** In the order of asking, those under way and those that have ended but were not told yet. */
  const untold: Flying[] = [];
  let done = 0;
  const leftMs = (): number => endsAt - performance.now() - (left?.([...ended.values()]) ?? 0);
  const tell = (): void =>
    context.progress({
      stage,
      done,
      total: source.total,
      unit: 'trials',
      threads: availableParallelism(),
      rate: done / ((performance.now() - began) / 1000),
      etaMs: Number.isFinite(endsAt)
        ? Math.max(0, leftMs())
        : source.total === null || done === 0
          ? null
          : ((performance.now() - began) / done) * (source.total - done),
    });
  // Where a trial runs elsewhere nothing else would tell, and a paused job is held by what it tells.
  const beat = (): void => {
    tell();
    if (context.shouldKeepBest()) crew.stop();
  };
  const heart = crew.size > 1 ? setInterval(beat, HEARTBEAT_MS) : undefined;
  const run = async (item: TrialItem): Promise<TrialOutcome> => {
    const known = ledger.outcome(item);
    const outcome = known?.outcome ?? (await crew.run(item, leftMs()));
    const atMs = known?.atMs ?? spentMs();
    if (!known) ledger.keep(item, outcome, atMs);
    const end: EndedTrial = { item, outcome, atSeconds: atMs / 1000 };
    const before = ended.get(item.trial);
    if (!before || before.item.rung <= item.rung) ended.set(item.trial, end);
    done = ended.size;
    forget(ended, folder);
    tried?.(trialOf(end));
    tell();
    return outcome;
  };
  const tellSource = async ([first]: readonly Flying[]): Promise<void> => {
    if (!first) return;
    source.tell(first.item, await first.outcome);
    untold.shift();
  };
  try {
    for (;;) {
      context.signal.throwIfAborted();
      if (untold.length >= source.atOnce) {
        await tellSource(untold);
        continue;
      }
      const running = untold.filter(({ isOver }) => !isOver);
      if (running.length >= crew.size) {
        await Promise.race(running.map(({ outcome }) => outcome));
        continue;
      }
      const isOut = ended.size > 0 && (leftMs() <= 0 || context.shouldKeepBest());
      const item = isOut ? null : source.ask();
      if (item === null) {
        if (untold.length === 0) break;
        await tellSource(untold);
        continue;
      }
      const flight: Flying = { item, outcome: run(item), isOver: false };
      // Whoever waits for another one first must not leave this one's error unheard.
      flight.outcome.then(
        () => (flight.isOver = true),
        () => undefined,
      );
      untold.push(flight);
    }
  } finally {
    clearInterval(heart);
  }
  return [...ended.values()].sort((a, b) => a.item.trial - b.item.trial);
}
