import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { AppError } from '../../../shared/errors.ts';

export interface BundleServerOptions {
  /** dist/runtime: the server that runs is ours, never one found in a bundle. */
  readonly runtimeFolder: string;
  readonly bundleFolder: string;
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  readonly token: string | null;
  readonly signal?: AbortSignal;
}

const START_MS = 60_000;
const STOP_MS = 11_000;

/** Where onnxruntime-node is installed, undefined when it is not. */
export function nativePackageFolder(): string | undefined {
  try {
    return dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'));
  } catch {
    // Not installed: the WebAssembly build serves.
    return undefined;
  }
}

/** A server process over a bundle's folder. */
export class BundleServer {
  readonly url: string;
  requests = 0;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.url = url;
    child.on('message', (message: unknown) => {
      if (
        typeof message === 'object' &&
        message !== null &&
        'requests' in message &&
        typeof message.requests === 'number'
      )
        this.requests = message.requests;
    });
  }

  /** Starts a server and waits until it listens. Throws AppError with the server's own words when it does not. */
  static async start(options: BundleServerOptions): Promise<BundleServer> {
    const nativePackage = nativePackageFolder();
    const { SERVER_TOKEN: _, NODE_OPTIONS: __, HOST: ___, PORT: ____, ...environment } = process.env;
    const child = spawn(
      process.execPath,
      [
        join(options.runtimeFolder, 'server.mjs'),
        '--bundle',
        options.bundleFolder,
        '--host',
        options.host,
        '--port',
        String(options.port),
        ...(nativePackage === undefined ? [] : ['--onnxruntime-node', nativePackage]),
      ],
      {
        cwd: options.bundleFolder,
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        // Arguments can be read by everyone on the machine, the environment cannot.
        env: { ...environment, ...(options.token === null ? {} : { SERVER_TOKEN: options.token }) },
      },
    );
    return new BundleServer(child, await untilListening(child, options));
  }

  /** Told once, when the process has ended, whatever the reason. */
  onEnd(tell: (code: number | null) => void): void {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) tell(this.#child.exitCode);
    else this.#child.once('exit', (code) => tell(code));
  }

  /** Lets requests under way finish, then ends the process. */
  async stop(): Promise<void> {
    const ended = new Promise<void>((resolve) => this.onEnd(() => resolve()));
    const killer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_MS);
    this.#child.kill('SIGTERM');
    await ended;
    clearTimeout(killer);
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}

function untilListening(child: ChildProcess, { host, port, signal }: BundleServerOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    let words = '';
    let printed = '';
    const fail = (message: string): void => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      const isTaken = /Port \d+ is taken/.test(words);
      reject(
        new AppError(isTaken ? 'CONFLICT' : 'INTERNAL', {
          message: isTaken ? `Port ${port} on ${host} is taken.` : `${message} ${words.trim()}`.trim(),
          remedy: isTaken
            ? 'Choose another port, or 0 for any free one.'
            : 'Verify the bundle: it says what is wrong with it.',
        }),
      );
    };
    const timer = setTimeout(() => fail(`The server did not listen within ${START_MS / 1000} s.`), START_MS);
    signal?.addEventListener('abort', () => fail('Cancelled.'), { once: true });
    child.stderr?.on('data', (data: Buffer) => {
      words = `${words}${data}`.slice(-2000);
    });
    child.stdout?.on('data', (data: Buffer) => {
      printed = `${printed}${data}`.slice(-2000);
      const url = /^listening on (http:\/\/\S+)$/m.exec(printed)?.[1];
      if (url === undefined) return;
      clearTimeout(timer);
      resolve(url);
    });
    child.once('error', (error) => fail(error.message));
    child.once('exit', (code, by) => fail(`The server ended (${code ?? by}) before it listened.`));
  });
}
