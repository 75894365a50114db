import { fromWire, toAppError } from '../shared/errors.ts';
import { endWithParent } from './jobs/parent-watch.ts';
import { PauseGate } from './jobs/pause.ts';
import type { TaskContext } from './jobs/task.ts';
import { SERVING_TASKS, TASKS } from './jobs/tasks.ts';
import type { FromWorker, ToWorker } from './jobs/worker-messages.ts';

/** Entry of a worker process: runs one task and ends. It ends too when the engine that started it is gone. */
const abort = new AbortController();
let shouldKeepBest = false;

/** A message is handed over before the process goes on, so that an end right after loses nothing. */
const tell = (message: FromWorker): Promise<void> =>
  new Promise((done) => {
    if (!process.send || !process.connected) return done();
    process.send(message, undefined, undefined, () => done());
  });

/** What a task is given; it holds still while the job of that folder is paused. */
function contextOf(folder: string, pausedWith: string): TaskContext {
  const gate = new PauseGate(pausedWith);
  return {
    signal: abort.signal,
    folder,
    shouldKeepBest: () => shouldKeepBest,
    progress: (progress) => {
      void tell({ kind: 'progressed', progress: { memoryBytes: process.memoryUsage.rss(), ...progress } });
      gate.hold();
    },
    measure: (point) => void tell({ kind: 'measured', point }),
    tried: (trial) => void tell({ kind: 'tried', trial }),
    log: (line) => void tell({ kind: 'logged', line }),
    holds: (device) => tell({ kind: 'held', device }),
  };
}

const wireOf = (error: unknown) =>
  (abort.signal.aborted ? fromWire({ code: 'CANCELLED', message: 'Cancelled.' }) : toAppError(error)).toWire();

async function run({ task: name, params, folder }: Extract<ToWorker, { kind: 'run' }>): Promise<void> {
  const load = TASKS[name];
  try {
    if (!load) throw new Error(`There is no task "${name}".`);
    const task = await load();
    await tell({ kind: 'succeeded', result: await task(params, contextOf(folder, folder)) });
  } catch (error) {
    const stack = error instanceof Error ? error.stack : undefined;
    await tell({ kind: 'failed', error: wireOf(error), stack });
  }
  process.exit(0);
}

/** What answers questions, once it was asked to serve. */
let serving: Promise<(question: unknown) => Promise<unknown>> | undefined;
/** The end of the last question: one is answered after the other. */
let answered: Promise<unknown> = Promise.resolve();

async function startServing({ task: name, params, folder, pausedWith }: Extract<ToWorker, { kind: 'serve' }>) {
  const load = SERVING_TASKS[name];
  if (!load) throw new Error(`There is no serving task "${name}".`);
  const task = await load();
  return task(params, contextOf(folder, pausedWith));
}

async function answer({ id, question }: Extract<ToWorker, { kind: 'ask' }>): Promise<void> {
  try {
    if (!serving) throw new Error('Nothing is served here.');
    const ask = await serving;
    await tell({ kind: 'answered', id, answer: await ask(question) });
  } catch (error) {
    await tell({ kind: 'refused', id, error: wireOf(error) });
  }
}

process.on('message', (message: ToWorker) => {
  switch (message.kind) {
    case 'run':
      void run(message);
      return;
    case 'serve':
      serving = startServing(message);
      // The first question is told why there is nothing to ask.
      serving.catch(() => undefined);
      return;
    case 'ask':
      answered = answered.then(() => answer(message));
      return;
    case 'cancel':
      abort.abort();
      return;
    case 'keepBest':
      shouldKeepBest = true;
  }
});
// A terminal's Ctrl-C reaches the whole group: the engine decides what ends.
process.on('SIGINT', () => {});
process.on('disconnect', () => process.exit(1));
// The disconnect above waits for native code to return; this does not.
endWithParent();
