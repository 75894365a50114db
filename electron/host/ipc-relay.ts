import { EventEmitter } from 'node:events';
import type { Frame, MessageFromEngine, MessageToEngine } from '../../shared/engine-messages.ts';

/** The port an engine is given for one page; what oRPC's message-port handler takes. */
export interface RelayedPort {
  on(event: string, callback: (event?: { data: unknown }) => void): void;
  postMessage(data: unknown): void;
}

export interface PortAcceptor {
  attachPort(port: RelayedPort): void;
}

/** oRPC posts strings, and array buffers where a message holds bytes; IPC carries typed arrays. */
function toFrame(data: unknown): Frame {
  if (typeof data === 'string' || data instanceof Uint8Array) return data;
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  throw new TypeError(`A frame of type ${typeof data} cannot cross to the window.`);
}

/** Tells the process that started this engine something; false when there is none any more. */
export function tellParent(message: MessageFromEngine): boolean {
  return process.connected ? (process.send?.(message) ?? false) : false;
}

/**
 * Serves the pages of the process that started this engine over the IPC channel: each `opened` connection becomes a
 * port for the engine. `onStop` is called when the parent asks for a clean end or is gone.
 */
export function serveIpc(engine: PortAcceptor, onStop: () => void): void {
  const ports = new Map<string, EventEmitter>();
  process.on('message', (message: MessageToEngine) => {
    switch (message.kind) {
      case 'opened': {
        const events = new EventEmitter();
        ports.set(message.connection, events);
        engine.attachPort({
          on: (event, callback) => events.on(event, callback),
          postMessage: (data) => tellParent({ kind: 'frame', connection: message.connection, data: toFrame(data) }),
        });
        return;
      }
      case 'frame':
        ports.get(message.connection)?.emit('message', { data: message.data });
        return;
      case 'closed':
        ports.get(message.connection)?.emit('close');
        ports.delete(message.connection);
        return;
      case 'stop':
        onStop();
    }
  });
  process.once('disconnect', onStop);
}
