import { createReadStream } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, relative, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type WebSocket, WebSocketServer } from 'ws';
import { AppError, type AppErrorCode, toAppError } from '../../shared/errors.ts';
import { containedFile, findPageFile, pageHeaders } from '../page-files.ts';
import { Access, drawToken } from './access.ts';
import { receiveUpload } from './uploads.ts';

const LOOPBACK = '127.0.0.1';
const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;
const UPLOAD_LIMIT_BYTES = 64 * 1024 ** 3;

/** What a host needs of the engine it stands before. */
export interface HostedEngine {
  readonly uploadsFolder: string;
  readonly exportsFolder: string;
  attachWebSocket(socket: WebSocket): void;
}

export interface HostOptions {
  readonly engine: HostedEngine;
  /** 0 or left out: any free port. */
  readonly port?: number;
  /** Left out: drawn. */
  readonly token?: string;
  /** The built page; left out: only the calls are served. */
  readonly staticFolder?: string;
  readonly uploadLimitBytes?: number;
}

export interface Host {
  /** `http://127.0.0.1:PORT`, without the token. */
  readonly url: string;
  readonly port: number;
  readonly token: string;
  /** Ends it; connected clients are given `patienceMs` to leave by themselves first. */
  close(patienceMs?: number): Promise<void>;
}

const STATUS: Partial<Record<AppErrorCode, number>> = {
  BAD_INPUT: 413,
  DISK_FULL: 507,
  READ_ONLY: 507,
  INVALID_ARGUMENT: 400,
  NOT_FOUND: 404,
};

/** In words for a person who opened the address, else in JSON. */
function sendError(
  request: IncomingMessage,
  response: ServerResponse,
  error: AppError,
  status = STATUS[error.code] ?? 500,
): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const isForPerson = (request.headers.accept ?? '').includes('text/html');
  response.writeHead(status, {
    ...pageHeaders(),
    'Content-Type': isForPerson ? 'text/plain; charset=utf-8' : 'application/json',
    'Cache-Control': 'no-store',
  });
  response.end(
    isForPerson
      ? [error.message, error.remedy].filter((line) => line !== undefined).join('\n')
      : JSON.stringify({ error: error.toWire() }),
  );
}

/** The address that a request names, or undefined where that is no path of this host. */
const addressOf = ({ url = '/' }: IncomingMessage): URL | undefined =>
  url.startsWith('/') ? (URL.parse(`http://${LOOPBACK}${url}`) ?? undefined) : undefined;

const refused = (message: string, remedy: string): AppError => new AppError('INVALID_ARGUMENT', { message, remedy });
const notFound = (what: string): AppError => new AppError('NOT_FOUND', { message: `There is no ${what} here.` });

/**
 * Serves an engine on the loopback interface: the page, its calls over a WebSocket (`/rpc`), uploads and downloads.
 * Every request must name this host, come from its own page or a program, and carry the token.
 */
export async function startHost(options: HostOptions): Promise<Host> {
  const token = options.token ?? drawToken();
  const server = createServer();
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false });
  const port = await listen(server, options.port ?? 0);
  const access = new Access(token, port);
  const page = new PageServer(options, access, port);

  server.on('request', (request, response) => {
    page.answer(request, response).catch((error: unknown) => sendError(request, response, toAppError(error)));
  });
  server.on('upgrade', (request, socket, head) => {
    // One who leaves in the middle of a refusal is gone; without this the whole engine would be.
    socket.on('error', () => socket.destroy());
    const url = addressOf(request);
    const isAllowed =
      url !== undefined && access.isOwnHost(request) && access.isOwnOrigin(request) && access.hasToken(request, url);
    if (!isAllowed || url.pathname !== '/rpc') {
      socket.end(`HTTP/1.1 ${isAllowed ? '404 Not Found' : '403 Forbidden'}\r\nConnection: close\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => options.engine.attachWebSocket(webSocket));
  });

  return {
    url: `http://${LOOPBACK}:${port}`,
    port,
    token,
    async close(patienceMs = 0) {
      const until = Date.now() + patienceMs;
      while (sockets.clients.size > 0 && Date.now() < until) await new Promise((done) => setTimeout(done, 20));
      for (const client of sockets.clients) client.terminate();
      server.closeAllConnections();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}

function listen(server: ReturnType<typeof createServer>, port: number): Promise<number> {
  return new Promise((done, fail) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') return fail(error);
      const why = error.code === 'EADDRINUSE' ? 'is taken by another program' : 'may not be used by this account';
      fail(
        new AppError('CONFLICT', {
          message: `Port ${port} ${why}.`,
          remedy: 'Choose another with --port, or leave it out.',
          cause: error,
        }),
      );
    });
    server.listen(port, LOOPBACK, () => done((server.address() as AddressInfo).port));
  });
}

class PageServer {
  readonly #options: HostOptions;
  readonly #access: Access;
  readonly #headers: Record<string, string>;

  constructor(options: HostOptions, access: Access, port: number) {
    this.#options = options;
    this.#access = access;
    this.#headers = pageHeaders([`ws://127.0.0.1:${port}`, `ws://localhost:${port}`]);
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = addressOf(request);
    if (url === undefined) return sendError(request, response, notFound('page'));
    if (!this.#access.isOwnHost(request) || !this.#access.isOwnOrigin(request)) {
      return sendError(
        request,
        response,
        refused('This address may only be used by its own page.', 'Open the address that `npm start` printed.'),
        403,
      );
    }
    if (url.pathname === '/upload') return this.#upload(request, response, url);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return sendError(request, response, refused(`${request.method} is not answered here.`, 'Use GET.'), 405);
    }
    if (url.pathname === '/download') return this.#download(request, response, url);
    return this.#page(request, response, url);
  }

  #requireToken(request: IncomingMessage, response: ServerResponse, url: URL): boolean {
    if (this.#access.hasToken(request, url)) return true;
    sendError(
      request,
      response,
      refused('The token is missing or wrong.', 'Open the whole address that `npm start` printed, with its token.'),
      401,
    );
    return false;
  }

  async #upload(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    if (!this.#requireToken(request, response, url)) return;
    if (request.method !== 'PUT') return sendError(request, response, refused('An upload is a PUT.', 'Use PUT.'), 405);
    try {
      const { searchParams } = url;
      const answer = await receiveUpload(
        request,
        { name: searchParams.get('name') ?? '', joins: searchParams.get('joins') },
        {
          uploadsFolder: this.#options.engine.uploadsFolder,
          limitBytes: this.#options.uploadLimitBytes ?? UPLOAD_LIMIT_BYTES,
        },
      );
      response.writeHead(201, { ...this.#headers, 'Content-Type': 'application/json' });
      response.end(JSON.stringify(answer));
    } catch (error) {
      // The rest of the body is not wanted: the connection ends with the answer.
      response.setHeader('Connection', 'close');
      sendError(request, response, toAppError(error));
    }
  }

  async #download(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    if (!this.#requireToken(request, response, url)) return;
    const folder = this.#options.engine.exportsFolder;
    const path = await containedFile(
      folder,
      relative(resolve(folder), resolve(folder, url.searchParams.get('path') ?? '')),
    );
    if (path === undefined) return sendError(request, response, notFound('exported file of that name'));
    response.writeHead(200, {
      ...this.#headers,
      'Content-Type': 'application/octet-stream',
      'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(basename(path))}`,
      'Cache-Control': 'no-store',
    });
    await this.#send(request, response, path);
  }

  async #page(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const { staticFolder } = this.#options;
    const file = staticFolder === undefined ? undefined : await findPageFile(staticFolder, url.pathname);
    if (file === undefined) return sendError(request, response, notFound('page'));
    const isDocument = file.mediaType.startsWith('text/html');
    if (isDocument && !this.#requireToken(request, response, url)) return;
    response.writeHead(200, {
      ...this.#headers,
      'Content-Type': file.mediaType,
      'Content-Length': file.sizeBytes,
      'Cache-Control': file.isImmutable ? 'public, max-age=31536000, immutable' : 'no-store',
      ...(isDocument && this.#access.hasTokenInAddress(url) ? { 'Set-Cookie': this.#access.cookie } : {}),
    });
    await this.#send(request, response, file.path);
  }

  async #send(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    await pipeline(createReadStream(path), response);
  }
}
