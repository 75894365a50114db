import { Worker } from 'node:worker_threads';

const LOOK_EVERY_MS = 500;

/** Runs in a thread, so that it looks even while native code holds the main thread. Windows keeps a dead parent's number. */
const LOOK = `
const { workerData } = require('node:worker_threads');
const isThere = () => {
  if (process.ppid !== workerData.parent) return false;
  try { return process.kill(workerData.parent, 0); } catch { return false; }
};
const end = () => {
  if (process.platform !== 'win32') try { process.kill(-process.pid, 'SIGKILL'); } catch {}
  process.kill(process.pid, 'SIGKILL');
};
setInterval(() => { if (!isThere()) end(); }, workerData.everyMs);
`;

/** Ends this process, and the group it leads, once the process that started it is gone, however that one died. */
export function endWithParent(): void {
  new Worker(LOOK, { eval: true, workerData: { parent: process.ppid, everyMs: LOOK_EVERY_MS }, execArgv: [] }).unref();
}
