/** Hands values to any number of listeners, each of whom reads at its own pace. */
export class EventStream<Value> {
  readonly #listeners = new Set<(value: Value | undefined) => void>();

  emit(value: Value): void {
    for (const listener of this.#listeners) listener(value);
  }

  /** Values from now on; ends when the signal aborts. Nothing that is emitted while the reader is busy is lost. */
  async *listen(signal?: AbortSignal): AsyncGenerator<Value, void> {
    const waiting: Value[] = [];
    let wake: (() => void) | undefined;
    const listener = (value: Value | undefined) => {
      if (value !== undefined) waiting.push(value);
      wake?.();
    };
    const stop = () => wake?.();
    this.#listeners.add(listener);
    signal?.addEventListener('abort', stop, { once: true });
    try {
      while (!signal?.aborted) {
        const next = waiting.shift();
        if (next !== undefined) {
          yield next;
          continue;
        }
        await new Promise<void>((resolve) => {
          wake = resolve;
          if (waiting.length > 0 || signal?.aborted) resolve();
        });
      }
    } finally {
      this.#listeners.delete(listener);
      signal?.removeEventListener('abort', stop);
    }
  }
}
