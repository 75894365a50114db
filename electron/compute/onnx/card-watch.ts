import { Worker } from 'node:worker_threads';

/**
 * A call that lasts longer has hung: calls are cut to last about a second, the first with one step and what the card has to
 * compile for it.
 */
const HUNG_AFTER_MS = 120_000;
const LOOK_EVERY_MS = 1000;

/**
 * Runs in a thread, for a call holds the main thread. Looks are counted and no clock is read: a machine that sleeps, or a process
 * that is stopped, takes no looks. Windows knows no SIGABRT.
 */
const LOOK = `
const { workerData: { calls, looks, everyMs, label } } = require('node:worker_threads');
let [last, seen] = [0, 0];
setInterval(() => {
  const call = Atomics.load(calls, 0);
  seen = call % 2 === 1 && call === last ? seen + 1 : 0;
  last = call;
  if (seen < looks) return;
  require('node:fs').writeSync(2, label + ' has not answered for ' + Math.round((looks * everyMs) / 1000) + ' s.\\n');
  process.kill(process.pid, process.platform === 'win32' ? 'SIGKILL' : 'SIGABRT');
}, everyMs);
`;

/** Ends this process when a call to a graphics card does not return, which nothing else can: the thread that waits is held. */
export class CardWatch {
  readonly #calls = new Int32Array(new SharedArrayBuffer(4));
  readonly #thread: Worker;

  /** `label` names the card in the last words of the process. */
  constructor(label: string, hungAfterMs = HUNG_AFTER_MS) {
    const everyMs = Math.min(LOOK_EVERY_MS, hungAfterMs / 4);
    const workerData = { calls: this.#calls, looks: Math.ceil(hungAfterMs / everyMs), everyMs, label };
    this.#thread = new Worker(LOOK, { eval: true, workerData, execArgv: [] });
    this.#thread.unref();
  }

  /** Watches while `call` is under way, one at a time. */
  async during<T>(call: () => Promise<T>): Promise<T> {
    Atomics.add(this.#calls, 0, 1);
    try {
      return await call();
    } finally {
      Atomics.add(this.#calls, 0, 1);
    }
  }

  async end(): Promise<void> {
    await this.#thread.terminate();
  }
}
