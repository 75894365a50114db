import { type ChildProcess, spawn } from 'node:child_process';
import type { MessageFromEngine, MessageToEngine } from '../shared/engine-messages.ts';
import { AppError, fromWire } from '../shared/errors.ts';

/** An engine that dies this often within the window below is not started again. */
const MAX_DEATHS = 5;
const DEATH_WINDOW_MS = 60_000;
const RESTART_DELAY_MS = 250;
const STOP_LIMIT_MS = 8000;

export interface EngineReady {
  readonly url: string;
  readonly token: string;
}

export interface SupervisorOptions {
  /** The plain Node binary. */
  readonly node: string;
  /** The engine's entry file and its arguments; asked anew before each start. */
  readonly command: () => readonly string[];
  readonly environment?: NodeJS.ProcessEnv;
  /** Each time an engine is ready, the first and every restarted one. */
  onReady(ready: EngineReady, isRestart: boolean): void;
  /** A message of a page's connection. */
  onFrame(connection: string, data: string | Uint8Array): void;
  /** The engine is gone; `isFinal` when it will not be started again. */
  onDown(error: AppError, isFinal: boolean): void;
}

/** Keeps one engine process running: starts it, relays to it, starts it again when it dies. */
export class EngineSupervisor {
  readonly #options: SupervisorOptions;
  readonly #deaths: number[] = [];
  #child: ChildProcess | undefined;
  #hasBeenReady = false;
  #isStopping = false;
  #failure: AppError | undefined;

  constructor(options: SupervisorOptions) {
    this.#options = options;
  }

  /** Process id of the engine that runs now. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  start(): void {
    this.#failure = undefined;
    const child = spawn(this.#options.node, [...this.#options.command()], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      serialization: 'advanced',
      env: this.#options.environment ?? process.env,
    });
    this.#child = child;
    child.on('message', (message) => this.#receive(message as MessageFromEngine));
    child.once('error', (error) => this.#died(`The engine could not be started: ${error.message}`));
    child.once('exit', (code, signal) =>
      this.#died(`The engine ended ${signal === null ? `with code ${code}` : `by ${signal}`}.`),
    );
  }

  /** False when there is no engine to take it at this moment. */
  send(message: MessageToEngine): boolean {
    return this.#child?.connected === true && this.#child.send(message);
  }

  /** Asks the engine to end and waits for it; a deaf one is killed. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((done) => child.once('exit', () => done()));
    this.send({ kind: 'stop' });
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
    await ended;
    clearTimeout(timer);
  }

  #receive(message: MessageFromEngine): void {
    switch (message.kind) {
      case 'ready':
        this.#options.onReady({ url: message.url, token: message.token }, this.#hasBeenReady);
        this.#hasBeenReady = true;
        return;
      case 'failed':
        this.#failure = fromWire(message.error);
        return;
      case 'frame':
        this.#options.onFrame(message.connection, message.data);
    }
  }

  #died(how: string): void {
    this.#child = undefined;
    if (this.#isStopping) return;
    const now = Date.now();
    this.#deaths.push(now);
    const recent = this.#deaths.filter((at) => now - at < DEATH_WINDOW_MS).length;
    // An engine that said why it cannot start (a locked or unusable workspace) would only say it again.
    const isFinal = this.#failure !== undefined || recent >= MAX_DEATHS;
    const error =
      this.#failure ??
      new AppError('ENGINE_UNREACHABLE', {
        message: how,
        kept: 'Everything committed before.',
        remedy: isFinal ? 'Start Drydock again.' : 'It is being restarted.',
      });
    this.#options.onDown(error, isFinal);
    if (!isFinal) setTimeout(() => this.#isStopping || this.start(), RESTART_DELAY_MS * recent);
  }
}
