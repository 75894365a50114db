import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildRuntime } from '../../electron/runtime/build.ts';
import { writeServable } from './servable-model.ts';

export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Headers;
}

/** The built server over one of the two small models, in a process of its own. */
export class RunningServer {
  readonly url: string;
  readonly model: string;
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(url: string, model: string, child: ChildProcess, folder: string) {
    this.url = url;
    this.model = model;
    this.#child = child;
    this.#folder = folder;
  }

  /** `files` are written into the bundle's folder beforehand, by name. */
  static async start(
    model: 'tabular' | 'tensor',
    options: readonly string[] = [],
    files: Readonly<Record<string, unknown>> = {},
  ): Promise<RunningServer> {
    const folder = mkdtempSync(join(tmpdir(), 'drydock-server-'));
    const bundle = writeServable(model, folder, await buildRuntime());
    for (const [name, document] of Object.entries(files)) writeFileSync(join(bundle, name), JSON.stringify(document));
    const args = [join(bundle, 'server.mjs'), '--port', '0', '--engine', 'wasm', ...options];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let words = '';
    child.stderr?.on('data', (data: Buffer) => {
      words += data;
    });
    for await (const data of child.stdout ?? []) {
      const url = /^listening on (\S+)$/m.exec(String(data))?.[1];
      if (url) return new RunningServer(url, model, child, folder);
    }
    throw new Error(`The server did not start: ${words}`);
  }

  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  signal(name: NodeJS.Signals): Promise<number | null> {
    const ended = new Promise<number | null>((resolve) => this.#child.once('exit', resolve));
    this.#child.kill(name);
    return ended;
  }

  async ask(path: string, init: RequestInit = {}): Promise<Answer> {
    const response = await fetch(this.url + path, init);
    const text = await response.text();
    let body: Record<string, unknown>;
    try {
      body = JSON.parse(text);
    } catch {
      // Not JSON: kept as it is, under a name no answer has.
      body = { text };
    }
    return { status: response.status, body, headers: response.headers };
  }

  post(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.ask(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' || body instanceof Uint8Array ? (body as BodyInit) : JSON.stringify(body),
    });
  }

  infer(body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.post(`/v2/models/${this.model}/infer`, body, headers);
  }

  async close(): Promise<void> {
    if (this.isAlive) await this.signal('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
