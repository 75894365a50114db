import { setImmediate as nextTurn } from 'node:timers/promises';
import { joinData, sliceData, type Tensor } from './datatypes.ts';
import type { ModelEngine } from './model-engine.ts';
import { RequestError } from './request-error.ts';

export interface BatcherOptions {
  /** Requests that may wait; more are answered 503. */
  readonly mostWaiting: number;
  /** How long a request may wait and compute before it is answered 503. */
  readonly timeLimitMs: number;
  /** A run is made as large as this time allows by the cost measured so far: other requests wait behind it. */
  readonly targetRunMs: number;
}

interface Work {
  readonly feeds: readonly Tensor[];
  readonly rows: number;
  readonly deadline: number;
  readonly resolve: (outputs: readonly Tensor[]) => void;
  readonly reject: (error: unknown) => void;
}

const FEWEST_ROWS = 16;
/** What a network makes of so many rows stays in the cache of a core: eight times as many take a third longer each. */
const MOST_ROWS = 1024;
/** Weight of the newest run in the measured cost of a row. */
const NEWEST = 0.2;

const hasFreeRows = (shape: readonly number[]): boolean => shape[0] === -1;
const rowWidth = ({ data }: Tensor, rows: number): number => data.length / rows;

const rowsOf = (tensor: Tensor, from: number, to: number, rows: number): Tensor => {
  const width = rowWidth(tensor, rows);
  return {
    datatype: tensor.datatype,
    shape: [to - from, ...tensor.shape.slice(1)],
    data: sliceData(tensor.data, from * width, to * width),
  };
};

/** One tensor of the rows of all parts; their other dimensions are equal. */
const stack = (parts: readonly Tensor[], rows: number): Tensor => {
  const [first] = parts;
  if (!first) throw new Error('Nothing to stack.');
  if (parts.length === 1) return first;
  return {
    datatype: first.datatype,
    shape: [rows, ...first.shape.slice(1)],
    data: joinData(
      first.datatype,
      parts.map((part) => part.data),
    ),
  };
};

/**
 * Runs the requests of one turn of the event loop as one batch, and a large request in slices, each as many rows as
 * the measured cost of a row allows within `targetRunMs`. A failing batch is run again request by request, so that
 * only the one at fault fails.
 */
export class MicroBatcher {
  readonly #engine: ModelEngine;
  readonly #options: BatcherOptions;
  readonly #canBatch: boolean;
  #queue: Work[] = [];
  #isRunning = false;
  #rowMs = 0.01;
  #mostRows = FEWEST_ROWS;
  runs = 0;
  rows = 0;

  constructor(engine: ModelEngine, options: BatcherOptions) {
    this.#engine = engine;
    this.#options = options;
    const free = (specs: ModelEngine['inputs']) =>
      specs.every(({ shape }) => hasFreeRows(shape) && shape.slice(1).every((size) => size > 0));
    this.#canBatch = free(engine.inputs) && engine.outputs.every(({ shape }) => hasFreeRows(shape));
  }

  get waiting(): number {
    return this.#queue.length;
  }

  /** Answers the outputs for these rows. Throws RequestError 503 when too many wait or it took too long. */
  submit(feeds: readonly Tensor[], rows: number): Promise<readonly Tensor[]> {
    if (this.#queue.length >= this.#options.mostWaiting) {
      return Promise.reject(new RequestError(503, 'Too many requests are waiting.', { 'retry-after': '1' }));
    }
    return new Promise((resolve, reject) => {
      this.#queue.push({ feeds, rows, deadline: performance.now() + this.#options.timeLimitMs, resolve, reject });
      if (!this.#isRunning) {
        this.#isRunning = true;
        setImmediate(() => void this.#drain());
      }
    });
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0) {
      const batch = this.#take();
      const [first] = batch;
      if (first && batch.length === 1) await this.#runOne(first);
      else if (first) await this.#runMany(batch);
      if (this.#queue.length > 0) await nextTurn();
    }
    this.#isRunning = false;
  }

  /** The requests at the head of the queue that fit one run; at least one. */
  #take(): Work[] {
    let rows = 0;
    let count = 0;
    for (const work of this.#queue) {
      rows += work.rows;
      if (count > 0 && (!this.#canBatch || rows > this.#mostRows)) break;
      count += 1;
    }
    return this.#queue.splice(0, count);
  }

  async #runMany(batch: readonly Work[]): Promise<void> {
    const live = batch.filter((work) => !this.#isLate(work));
    const [first] = live;
    if (!first) return;
    const total = live.reduce((sum, work) => sum + work.rows, 0);
    let outputs: readonly Tensor[];
    try {
      outputs = await this.#run(
        first.feeds.map((_, i) =>
          stack(
            live.flatMap((work) => work.feeds[i] ?? []),
            total,
          ),
        ),
        total,
      );
    } catch {
      // Which request is at fault shows when each runs alone.
      for (const work of live) await this.#runOne(work);
      return;
    }
    let from = 0;
    for (const work of live) {
      const to = from + work.rows;
      const start = from;
      work.resolve(outputs.map((output) => rowsOf(output, start, to, total)));
      from = to;
    }
  }

  async #runOne(work: Work): Promise<void> {
    try {
      if (this.#isLate(work)) return;
      const parts: (readonly Tensor[])[] = [];
      for (let from = 0; from < work.rows; ) {
        const to = this.#canBatch ? Math.min(work.rows, from + this.#mostRows) : work.rows;
        const start = from;
        const feeds =
          to - from === work.rows ? work.feeds : work.feeds.map((feed) => rowsOf(feed, start, to, work.rows));
        parts.push(await this.#run(feeds, to - from));
        from = to;
        if (from < work.rows) {
          await nextTurn();
          if (this.#isLate(work)) return;
        }
      }
      const [only] = parts;
      work.resolve(
        parts.length === 1 && only
          ? only
          : this.#engine.outputs.map((_, i) =>
              stack(
                parts.flatMap((part) => part[i] ?? []),
                work.rows,
              ),
            ),
      );
    } catch (error) {
      // Types and shapes were checked before: what the graph still refuses lies in the values.
      const reason = error instanceof Error ? error.message : String(error);
      work.reject(new RequestError(422, `The model cannot compute this request: ${reason.slice(0, 300)}`));
    }
  }

  #isLate(work: Work): boolean {
    if (performance.now() <= work.deadline) return false;
    work.reject(
      new RequestError(503, `No answer within ${this.#options.timeLimitMs / 1000} s.`, { 'retry-after': '1' }),
    );
    return true;
  }

  async #run(feeds: readonly Tensor[], rows: number): Promise<readonly Tensor[]> {
    const began = performance.now();
    const outputs = await this.#engine.run(feeds);
    const rowMs = (performance.now() - began) / rows;
    this.runs += 1;
    this.rows += rows;
    // Small runs say little about a row: their fixed cost would keep batches small.
    if (rows >= FEWEST_ROWS || rowMs < this.#rowMs) this.#rowMs += NEWEST * (rowMs - this.#rowMs);
    const fitting = Math.floor(this.#options.targetRunMs / Math.max(this.#rowMs, 1e-6));
    this.#mostRows = Math.max(FEWEST_ROWS, Math.min(MOST_ROWS, this.#mostRows * 2, fitting));
    return outputs;
  }
}
