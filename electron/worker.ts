import { fromWire, toAppError } from '../shared/errors.ts';
import { endWithParent } from './jobs/parent-watch.ts';
import { PauseGate } from './jobs/pause.ts';
import { TASKS } from './jobs/tasks.ts';
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

async function run(message: Extract<ToWorker, { kind: 'run' }>): Promise<void> {
  const load = TASKS[message.task];
  try {
    if (!load) throw new Error(`There is no task "${message.task}".`);
    const task = await load();
    const gate = new PauseGate(message.folder);
    const result = await task(message.params, {
      signal: abort.signal,
      folder: message.folder,
      shouldKeepBest: () => shouldKeepBest,
      progress: (progress) => {
        void tell({ kind: 'progressed', progress: { memoryBytes: process.memoryUsage.rss(), ...progress } });
        gate.hold();
      },
      measure: (point) => void tell({ kind: 'measured', point }),
      tried: (trial) => void tell({ kind: 'tried', trial }),
      log: (line) => void tell({ kind: 'logged', line }),
    });
    await tell({ kind: 'succeeded', result });
  } catch (error) {
    const known = abort.signal.aborted ? fromWire({ code: 'CANCELLED', message: 'Cancelled.' }) : toAppError(error);
    await tell({ kind: 'failed', error: known.toWire(), stack: error instanceof Error ? error.stack : undefined });
  }
  process.exit(0);
}

process.on('message', (message: ToWorker) => {
  switch (message.kind) {
    case 'run':
      void run(message);
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
