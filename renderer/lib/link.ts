import { RPCLink as MessagePortLink } from '@orpc/client/message-port';
import { RPCLink as WebSocketLink } from '@orpc/client/websocket';

/** What carries one call to the engine: either transport of the contract. */
export interface Link {
  call(
    path: readonly string[],
    input: unknown,
    options: { readonly signal?: AbortSignal | undefined },
  ): Promise<unknown>;
}

/** One living connection: its link, and a promise-free way to learn of its end. */
export interface LinkEvents {
  readonly opened: (link: Link) => void;
  readonly closed: () => void;
}

const bare = (link: WebSocketLink<Record<never, never>> | MessagePortLink<Record<never, never>>): Link => ({
  call: (path, input, { signal }) =>
    link.call([...path], input, { context: {}, ...(signal === undefined ? {} : { signal }) }),
});

/** Opens a WebSocket to the host that served this page; its cookie carries the token. */
export function openWebSocket(events: LinkEvents): void {
  const socket = new WebSocket(`${window.location.origin.replace(/^http/, 'ws')}/rpc`);
  socket.binaryType = 'arraybuffer';
  const link = bare(new WebSocketLink({ websocket: socket }));
  socket.addEventListener('open', () => events.opened(link));
  socket.addEventListener('close', events.closed);
}

/** Takes a port that preload handed over; the engine's end closes it when the engine is gone. */
export function takePort(port: MessagePort, events: LinkEvents): void {
  const link = bare(new MessagePortLink({ port }));
  port.addEventListener('close', events.closed);
  port.start();
  events.opened(link);
}
