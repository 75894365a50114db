import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';

/** Writing takes at most this share of the time of a fit, and happens at most once a second. */
const WRITING_SHARE = 0.05;
const LEAST_MS = 1000;

interface Stored<State> {
  /** What the state is of: a checkpoint of other data or parameters is not gone on from. */
  readonly of: string;
  readonly state: State;
}

/** The state of a fit in its folder, written beside and renamed, so that a kill leaves the old one or the new one. */
export class Checkpoint<State> {
  readonly #path: string;
  readonly #of: string;
  #next = 0;

  constructor(folder: string, of: unknown) {
    this.#path = join(folder, 'checkpoint.bin');
    this.#of = JSON.stringify(of);
    this.#next = performance.now() + LEAST_MS;
  }

  /** The state that is left here, or null where there is none, or one of another fit. */
  async read(): Promise<State | null> {
    if (!existsSync(this.#path)) return null;
    const stored = deserialize(await readFile(this.#path)) as Stored<State>;
    return stored.of === this.#of ? stored.state : null;
  }

  async write(state: State): Promise<void> {
    const began = performance.now();
    const stored: Stored<State> = { of: this.#of, state };
    await writeFile(`${this.#path}.new`, serialize(stored));
    await rename(`${this.#path}.new`, this.#path);
    const now = performance.now();
    this.#next = now + Math.max(LEAST_MS, (now - began) / WRITING_SHARE);
  }

  /** Writes where the last time is long enough ago. */
  async writeIfDue(state: () => State): Promise<void> {
    if (performance.now() >= this.#next) await this.write(state());
  }
}
