import { connect, type Socket } from 'node:net';

export interface LoadOptions {
  readonly url: URL;
  /** Bodies are sent in turn, so that no server can answer from memory. */
  readonly bodies: readonly string[];
  readonly clients: number;
  readonly seconds: number;
  /** Left out of the figures: the first seconds warm the server up. */
  readonly warmUpSeconds: number;
}

export interface LoadResult {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly requests: number;
  readonly failures: number;
}

const END_OF_HEAD = Buffer.from('\r\n\r\n');

/** Calls `whole` with the status of each response; responses may come in pieces. Only bodies with a content-length. */
function readResponses(socket: Socket, whole: (status: number) => void): void {
  let rest: Buffer = Buffer.alloc(0);
  socket.on('data', (data: Buffer) => {
    rest = rest.length === 0 ? data : Buffer.concat([rest, data]);
    for (;;) {
      const end = rest.indexOf(END_OF_HEAD);
      if (end < 0) return;
      const head = rest.toString('latin1', 0, end);
      const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
      const total = end + 4 + length;
      if (rest.length < total) return;
      rest = rest.subarray(total);
      whole(Number(head.slice(9, 12)));
    }
  });
}

/** Closed loop: each client keeps one connection and sends its next request when the last was answered. */
export async function generateLoad({ url, bodies, clients, seconds, warmUpSeconds }: LoadOptions): Promise<LoadResult> {
  const requests = bodies.map((body) =>
    Buffer.from(
      `POST ${url.pathname} HTTP/1.1\r\nhost: ${url.host}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    ),
  );
  const began = performance.now();
  const from = began + warmUpSeconds * 1000;
  const to = from + seconds * 1000;
  const times: number[] = [];
  let failures = 0;
  let next = 0;
  const client = () =>
    new Promise<void>((resolve, reject) => {
      const socket = connect(Number(url.port), url.hostname);
      socket.setNoDelay(true);
      let sentAt = 0;
      const send = () => {
        const now = performance.now();
        if (now >= to) {
          socket.end();
          resolve();
          return;
        }
        sentAt = now;
        socket.write(requests[next++ % requests.length] ?? '');
      };
      readResponses(socket, (status) => {
        if (status !== 200) failures += 1;
        if (sentAt >= from) times.push(performance.now() - sentAt);
        send();
      });
      socket.once('connect', send);
      socket.once('error', reject);
    });
  await Promise.all(Array.from({ length: clients }, client));
  const sorted = Float64Array.from(times).sort();
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  return {
    requestsPerSecond: times.length / seconds,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    requests: times.length,
    failures,
  };
}
