import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** How often a task that is held looks whether it may go on. */
const LOOK_EVERY_MS = 100;

/** While this file lies in a job's folder, its task holds still. */
const fileOf = (folder: string): string => join(folder, 'paused');

export const requestPause = (folder: string): void => writeFileSync(fileOf(folder), '');
export const endPause = (folder: string): void => rmSync(fileOf(folder), { force: true });

/**
 * Holds the calling thread while its job is paused, without using a processor, and lets the clock of this process stand
 * still meanwhile: budgets, rates and times left are of work, not of waiting. A file and not a message, because the thread
 * that would read the message is the one that is held.
 */
export class PauseGate {
  readonly #file: string;
  readonly #sleeper = new Int32Array(new SharedArrayBuffer(4));
  #lastLook = 0;

  constructor(folder: string) {
    this.#file = fileOf(folder);
  }

  /** Returns at once when the job is not paused. Meant to be called often: it looks at most ten times a second. */
  hold(): void {
    const now = performance.now();
    if (now - this.#lastLook < LOOK_EVERY_MS) return;
    this.#lastLook = now;
    if (!existsSync(this.#file)) return;
    const clock = performance.now.bind(performance);
    do Atomics.wait(this.#sleeper, 0, 0, LOOK_EVERY_MS);
    while (existsSync(this.#file));
    const held = clock() - now;
    performance.now = () => clock() - held;
  }
}
