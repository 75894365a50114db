import { randomUUID } from 'node:crypto';
import { type BrowserWindow, ipcMain, MessageChannelMain, type MessagePortMain } from 'electron';
import type { Frame, MessageToEngine } from '../../shared/engine-messages.ts';
import { CHANNELS } from './channels.ts';
import { isOwnAddress } from './confinement.ts';

/** Relays the frames of the page's port to the engine and back; knows nothing of what they say. */
export class PageRelay {
  readonly #window: BrowserWindow;
  readonly #send: (message: MessageToEngine) => boolean;
  readonly #ports = new Map<string, MessagePortMain>();
  #isEngineReady = false;
  #isPageWaiting = false;

  constructor(window: BrowserWindow, send: (message: MessageToEngine) => boolean) {
    this.#window = window;
    this.#send = send;
    ipcMain.on(CHANNELS.portWanted, (event) => {
      if (!isOwnAddress(event.senderFrame?.url ?? '')) return;
      this.#isPageWaiting = true;
      if (this.#isEngineReady) this.#open();
    });
  }

  /** A new engine is there: a page that has asked once gets a new port. */
  engineReady(): void {
    this.#isEngineReady = true;
    if (this.#isPageWaiting) this.#open();
  }

  /** The engine is gone: the page learns it by the end of its port. */
  engineDown(): void {
    this.#isEngineReady = false;
    for (const port of this.#ports.values()) port.close();
    this.#ports.clear();
  }

  deliver(connection: string, data: Frame): void {
    this.#ports.get(connection)?.postMessage(data);
  }

  #open(): void {
    if (this.#window.isDestroyed()) return;
    const connection = randomUUID();
    const { port1, port2 } = new MessageChannelMain();
    this.#ports.set(connection, port2);
    this.#send({ kind: 'opened', connection });
    port2.on('message', ({ data }: { data: unknown }) => {
      if (typeof data === 'string' || data instanceof Uint8Array) this.#send({ kind: 'frame', connection, data });
      else if (data instanceof ArrayBuffer) this.#send({ kind: 'frame', connection, data: new Uint8Array(data) });
    });
    // A reload of the page ends its port.
    port2.on('close', () => {
      if (this.#ports.delete(connection)) this.#send({ kind: 'closed', connection });
    });
    port2.start();
    this.#window.webContents.postMessage(CHANNELS.portOpened, null, [port1]);
  }
}
