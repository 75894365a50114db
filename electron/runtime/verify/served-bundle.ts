import { type ChildProcess, spawn } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { BUNDLE_FILES } from '../../../shared/bundle-format.ts';
import type { EngineKind } from '../model-engine.ts';
import { CheckFailure } from './check-list.ts';

export interface ServedBundleOptions {
  readonly folder: string;
  readonly engine: EngineKind;
  readonly nativePackage?: string | undefined;
}

const START_MS = 60_000;
const STOP_MS = 5000;

/** On the WebAssembly engine the server needs to read its own folder and nothing else: Node is told so where it can be. */
function confinement({ folder, engine }: ServedBundleOptions): string[] {
  if (engine !== 'wasm' || !process.allowedNodeEnvironmentFlags.has('--permission')) return [];
  return ['--permission', `--allow-fs-read=${join(realpathSync(folder), '*')}`, '--disable-warning=SecurityWarning'];
}

/** A freshly started server of a bundle, on a free port of this machine. */
export class ServedBundle {
  readonly url: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.url = url;
  }

  static async start(options: ServedBundleOptions): Promise<ServedBundle> {
    const folder = realpathSync(options.folder);
    const { PATH, SystemRoot, TMPDIR } = process.env;
    const child = spawn(
      process.execPath,
      [
        ...confinement(options),
        join(folder, BUNDLE_FILES.server),
        '--host',
        '127.0.0.1',
        '--port',
        '0',
        '--engine',
        options.engine,
        ...(options.nativePackage === undefined ? [] : ['--onnxruntime-node', options.nativePackage]),
      ],
      {
        cwd: folder,
        // The channel is how the server learns that its verifier is gone.
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        env: { PATH, ...(SystemRoot ? { SystemRoot } : {}), ...(TMPDIR ? { TMPDIR } : {}) },
      },
    );
    return new ServedBundle(child, await listening(child));
  }

  /** Ends the server as an operator would; true when it ended by itself. */
  async stop(): Promise<boolean> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return true;
    const ended = new Promise<number | null>((resolve) => this.#child.once('exit', (code) => resolve(code)));
    const killer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_MS);
    this.#child.kill('SIGTERM');
    const code = await ended;
    clearTimeout(killer);
    return code === 0;
  }
}

function listening(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let words = '';
    let printed = '';
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new CheckFailure(`the server did not listen within ${START_MS / 1000} s. ${words}`));
    }, START_MS);
    child.stderr?.on('data', (data: Buffer) => {
      words = `${words}${data}`.slice(-2000);
    });
    child.stdout?.on('data', (data: Buffer) => {
      printed += data;
      const url = /^listening on (http:\/\/\S+)$/m.exec(printed)?.[1];
      if (url === undefined) return;
      clearTimeout(timer);
      resolve(url);
    });
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      reject(new CheckFailure(`the server ended (${code ?? signal}) before it listened. ${words.trim()}`));
    });
  });
}
