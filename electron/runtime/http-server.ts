import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { RequestError } from './request-error.ts';

/** An answer: a body in one or more parts. */
export interface Answer {
  readonly status: number;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | readonly Buffer[];
}

export interface HttpOptions {
  readonly token: string | undefined;
  /** Paths that need no token: what a supervisor asks. */
  readonly openPaths: ReadonlySet<string>;
  readonly timeLimitMs: number;
  /** Answers a request whose path has no query part. May throw RequestError. */
  handle(request: IncomingMessage, path: string): Answer | Promise<Answer>;
  report(error: unknown): void;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

export const jsonAnswer = (value: unknown, status = 200): Answer => ({ status, body: JSON.stringify(value) });

/** An HTTP server whose every answer is well formed: errors are `{"error"}` with the status of what is at fault. */
export function createHttpServer(options: HttpOptions): Server {
  const wanted = options.token === undefined ? undefined : digest(options.token);

  const isAllowed = (request: IncomingMessage, path: string): boolean => {
    if (!wanted || options.openPaths.has(path)) return true;
    const given = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
    return given !== undefined && timingSafeEqual(digest(given), wanted);
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      const url = request.url ?? '/';
      const query = url.indexOf('?');
      const path = query < 0 ? url : url.slice(0, query);
      if (!isAllowed(request, path)) {
        throw new RequestError(401, 'A bearer token is needed.', { 'www-authenticate': 'Bearer' });
      }
      send(response, await options.handle(request, path));
    } catch (error) {
      send(response, errorAnswer(error, options.report));
    }
  };

  const server = createServer(
    {
      requestTimeout: options.timeLimitMs,
      headersTimeout: Math.min(10_000, options.timeLimitMs),
      keepAliveTimeout: 20_000,
      maxHeaderSize: 16_384,
    },
    (request, response) => void answer(request, response),
  );
  server.on('clientError', (error: Error & { code?: string }, socket) => {
    if (!socket.writable) return;
    const status =
      error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? '408 Request Timeout'
        : error.code === 'HPE_HEADER_OVERFLOW'
          ? '431 Request Header Fields Too Large'
          : '400 Bad Request';
    const body = JSON.stringify({ error: `${status.slice(4)}: not an HTTP request this server can read.` });
    socket.end(
      `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
    );
  });
  return server;
}

function errorAnswer(error: unknown, report: (error: unknown) => void): Answer {
  if (error instanceof RequestError) {
    return { ...jsonAnswer({ error: error.message }, error.status), headers: error.headers };
  }
  report(error);
  return jsonAnswer({ error: 'The server failed; its log says why.' }, 500);
}

function send(response: ServerResponse, { status, type, headers, body }: Answer): void {
  if (response.destroyed) return;
  const isText = typeof body === 'string';
  const length = isText ? Buffer.byteLength(body) : body.reduce((sum, part) => sum + part.length, 0);
  response.writeHead(status, { 'content-type': type ?? 'application/json', 'content-length': length, ...headers });
  if (isText) response.end(body);
  else {
    for (const part of body) response.write(part);
    response.end();
  }
}
