import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ulid } from 'ulid';
import type { Endpoint } from '../../../shared/contract/bundles.ts';
import { AppError, toAppError } from '../../../shared/errors.ts';
import { BundleServer } from './bundle-server.ts';
import { runtimeFolder } from './runtime-folder.ts';
import { unzipInto } from './zip-archive.ts';

export interface ServeRequest {
  /** Folder or zip of a bundle. */
  readonly path: string;
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly token: string | null;
}

interface Running {
  endpoint: Endpoint;
  server: BundleServer | undefined;
  /** A zip's files while they are served. */
  unpacked: string | undefined;
}

/** What a server needs of a bundle; code in it is never run. */
const SERVED_FILES = new Set(['model.onnx', 'bundle.json']);

/** Bundles served from this machine, each by a server process of its own that ends with the engine. */
export class Endpoints {
  readonly #running = new Map<string, Running>();

  list(): Endpoint[] {
    return [...this.#running.values()].map((running) => this.#now(running)).reverse();
  }

  /** Starts a server and answers once it listens. Throws AppError when it does not. */
  async serve(request: ServeRequest): Promise<Endpoint> {
    const id = ulid();
    const startedAt = new Date().toISOString();
    const endpoint: Endpoint = {
      id,
      name: request.name,
      url: '',
      state: 'starting',
      startedAt,
      requests: 0,
      error: null,
    };
    const running: Running = { endpoint, server: undefined, unpacked: undefined };
    this.#running.set(id, running);
    try {
      const bundleFolder = await this.#folderOf(request.path, running);
      const { host, port, token } = request;
      const server = await BundleServer.start({
        runtimeFolder: await runtimeFolder(),
        bundleFolder,
        host,
        port,
        token,
      });
      running.server = server;
      running.endpoint = { ...running.endpoint, url: server.url, state: 'ready' };
      server.onEnd((code) => this.#ended(running, code));
    } catch (error) {
      const known = toAppError(error);
      running.endpoint = { ...running.endpoint, state: 'failed', error: known.message };
      await this.#cleanUp(running);
      throw known;
    }
    return this.#now(running);
  }

  async stop(id: string): Promise<Endpoint> {
    const running = this.#running.get(id);
    if (!running) {
      throw new AppError('NOT_FOUND', {
        message: `There is no endpoint "${id}".`,
        remedy: 'List the endpoints that run.',
      });
    }
    if (running.endpoint.state === 'ready') {
      running.endpoint = { ...running.endpoint, state: 'stopped' };
      await running.server?.stop();
    }
    return this.#now(running);
  }

  /** Ends every server, at once and without waiting for requests under way. */
  async close(): Promise<void> {
    for (const running of this.#running.values()) {
      running.server?.kill();
      await this.#cleanUp(running);
    }
  }

  #now({ endpoint, server }: Running): Endpoint {
    return { ...endpoint, requests: server?.requests ?? 0 };
  }

  #ended(running: Running, code: number | null): void {
    if (running.endpoint.state === 'ready') {
      running.endpoint = {
        ...running.endpoint,
        state: 'failed',
        error: `The server ended by itself (${code ?? 'killed'}).`,
      };
    }
    void this.#cleanUp(running);
  }

  async #folderOf(path: string, running: Running): Promise<string> {
    if ((await stat(path)).isDirectory()) return path;
    running.unpacked = await mkdtemp(join(tmpdir(), 'drydock-serve-'));
    await unzipInto(path, running.unpacked, (name) => SERVED_FILES.has(name));
    return running.unpacked;
  }

  async #cleanUp(running: Running): Promise<void> {
    if (running.unpacked === undefined) return;
    await rm(running.unpacked, { recursive: true, force: true });
    running.unpacked = undefined;
  }
}
