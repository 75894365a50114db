import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BrowserContext } from 'playwright-core';
import { launchChromium } from '../chromium.ts';

type ProtocolHandler = (request: Request) => Promise<Response> | Response;

/** Chromium and the loopback server that stands for the custom protocol. */
export class PageHost {
  readonly handlers = new Map<string, ProtocolHandler>();
  readonly debuggingPort: number;
  readonly context: BrowserContext;
  readonly #server: Server;
  readonly #port: number;

  private constructor(context: BrowserContext, server: Server, debuggingPort: number) {
    this.context = context;
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
    this.debuggingPort = debuggingPort;
    server.on('request', async (request, response) => {
      const handler = this.handlers.get('app');
      const answer =
        handler === undefined
          ? new Response(null, { status: 404 })
          : await handler(new Request(`app://drydock${request.url ?? '/'}`));
      response.writeHead(answer.status, Object.fromEntries(answer.headers));
      response.end(Buffer.from(await answer.arrayBuffer()));
    });
  }

  static async start(): Promise<PageHost> {
    const server = createServer();
    const probe = createServer();
    await Promise.all([server, probe].map((one) => new Promise<void>((done) => one.listen(0, '127.0.0.1', done))));
    const debuggingPort = (probe.address() as AddressInfo).port;
    await new Promise((done) => probe.close(done));
    const browser = await launchChromium([`--remote-debugging-port=${debuggingPort}`]);
    const context = await browser.newContext();
    return new PageHost(context, server, debuggingPort);
  }

  get origin(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  toPage(address: string): string {
    return address.replace(/^app:\/\/drydock/, this.origin);
  }

  fromPage(address: string): string {
    return address.startsWith(this.origin) ? `app://drydock${address.slice(this.origin.length)}` : address;
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await this.context.browser()?.close();
  }
}
