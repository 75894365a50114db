import { AppError } from '../../shared/errors.ts';
import type { ConnectionState } from './connection-state.ts';
import { hasPreload } from './host.ts';
import { type Link, openWebSocket, takePort } from './link.ts';
import { messages } from './messages/messages.ts';
import { toPageError } from './page-error.ts';

const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 5_000;
const PATIENCE_MS = 8_000;

/** Names of the hand-over between preload and page; the shell says the same words. */
const PORT_MESSAGE = 'drydock:port';
const WANT_PORT_MESSAGE = 'drydock:want-port';

const unreachable = (cause?: unknown): AppError =>
  new AppError('ENGINE_UNREACHABLE', {
    message: messages.connection.unreachable,
    remedy: messages.connection.unreachableRemedy,
    kept: messages.connection.unreachableKept,
    ...(cause === undefined ? {} : { cause }),
  });

/**
 * The page's one line to the engine. It opens itself again after every loss; calls made while it is down wait a few
 * seconds for it, then fail with ENGINE_UNREACHABLE.
 */
export class Connection {
  #state: ConnectionState = 'connecting';
  #link: Link | undefined;
  #delayMs = FIRST_DELAY_MS;
  readonly #listeners = new Set<() => void>();
  readonly #waiting = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly state = (): ConnectionState => this.#state;

  start(): void {
    if (hasPreload()) this.#awaitPorts();
    else this.#dial();
  }

  /** One call of the contract. Every failure is an AppError, but for an abort by the caller. */
  async call(
    path: readonly string[],
    input: unknown,
    options: { readonly signal?: AbortSignal | undefined },
  ): Promise<unknown> {
    const link = this.#link ?? (await this.#untilOpen(options.signal));
    try {
      return await link.call(path, input, options);
    } catch (error) {
      if (options.signal?.aborted) throw error;
      throw toPageError(error, unreachable);
    }
  }

  /** Resolves when the line is open; at once if it is. Rejects when the signal aborts. */
  opened(signal: AbortSignal): Promise<void> {
    if (this.#link !== undefined) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const done = () => resolve();
      this.#waiting.add(done);
      signal.addEventListener('abort', () => {
        this.#waiting.delete(done);
        reject(signal.reason);
      });
    });
  }

  #untilOpen(signal: AbortSignal | undefined): Promise<Link> {
    const timeout = AbortSignal.timeout(PATIENCE_MS);
    return this.opened(signal === undefined ? timeout : AbortSignal.any([signal, timeout])).then(
      () => this.#link ?? Promise.reject(unreachable()),
      (reason: unknown) => Promise.reject(signal?.aborted ? reason : unreachable(reason)),
    );
  }

  #dial(): void {
    openWebSocket({
      opened: (link) => this.#opened(link),
      closed: () => {
        this.#lost();
        setTimeout(() => this.#dial(), this.#delayMs);
        this.#delayMs = Math.min(this.#delayMs * 2, LONGEST_DELAY_MS);
      },
    });
  }

  #awaitPorts(): void {
    let current: MessagePort | undefined;
    window.addEventListener('message', (event) => {
      const [port] = event.ports;
      if (event.source !== window || event.data !== PORT_MESSAGE || port === undefined) return;
      current?.close();
      current = port;
      takePort(port, {
        opened: (link) => this.#opened(link),
        // The end of an older port says nothing about the one in use.
        closed: () => port === current && this.#lost(),
      });
    });
    window.postMessage(WANT_PORT_MESSAGE, window.location.origin);
  }

  #opened(link: Link): void {
    this.#link = link;
    this.#delayMs = FIRST_DELAY_MS;
    this.#become('open');
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }

  #lost(): void {
    this.#link = undefined;
    this.#become('lost');
  }

  #become(state: ConnectionState): void {
    if (this.#state === state) return;
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}
