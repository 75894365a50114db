import { EventEmitter } from 'node:events';

/** One end of a channel as main sees it: messages that arrive before `start` wait for it. */
export class MessagePortMain extends EventEmitter {
  other: MessagePortMain | undefined;
  /** Set once this end lies in a page: what is posted to the other end goes there. */
  outlet: { post(data: unknown): void; close(): void } | undefined;
  #isStarted = false;
  #isClosed = false;
  #waiting: unknown[] = [];

  start(): void {
    this.#isStarted = true;
    for (const data of this.#waiting.splice(0)) this.emit('message', { data, ports: [] });
  }

  postMessage(data: unknown): void {
    if (!this.#isClosed) this.other?.arrive(data);
  }

  arrive(data: unknown): void {
    if (this.#isClosed) return;
    if (this.outlet !== undefined) this.outlet.post(data);
    else if (this.#isStarted) this.emit('message', { data, ports: [] });
    else this.#waiting.push(data);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.outlet?.close();
    this.emit('close');
    this.other?.close();
  }
}

export class MessageChannelMain {
  readonly port1 = new MessagePortMain();
  readonly port2 = new MessagePortMain();

  constructor() {
    this.port1.other = this.port2;
    this.port2.other = this.port1;
  }
}
