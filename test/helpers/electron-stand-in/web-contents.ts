import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { ipcMain } from './ipc-main.ts';
import type { MessagePortMain } from './message-channel.ts';
import type { PageHost } from './page-host.ts';
import { installPreload } from './page-script.ts';

/** Functions that page-script.ts leaves in the page. */
interface PageHalf {
  standInDeliver(channel: string, sent: unknown[], ports: string[]): void;
  standInPortDeliver(port: string, data: unknown): void;
  standInPortClose(port: string): void;
}

/** The page of a window as main sees it. */
export class WebContents extends EventEmitter {
  readonly #preferences: Record<string, unknown>;
  readonly #host: Promise<PageHost>;
  readonly #page: Promise<Page>;
  readonly #ports = new Map<string, MessagePortMain>();
  #openHandler: (details: { url: string }) => { action: string } = () => ({ action: 'allow' });
  #address = '';

  constructor(host: Promise<PageHost>, preferences: Record<string, unknown>, size: { width: number; height: number }) {
    super();
    this.#host = host;
    this.#preferences = preferences;
    this.#page = host.then((started) => this.#open(started, size));
  }

  get page(): Promise<Page> {
    return this.#page;
  }

  getURL(): string {
    return this.#address;
  }

  getLastWebPreferences(): Record<string, unknown> {
    return this.#preferences;
  }

  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.#openHandler = handler;
  }

  async loadURL(address: string): Promise<void> {
    const page = await this.#page;
    await page.goto((await this.#host).toPage(address));
    this.emit('did-finish-load');
  }

  send(channel: string, ...sent: unknown[]): void {
    void this.#deliver(channel, sent, []);
  }

  postMessage(channel: string, message: unknown, ports: MessagePortMain[] = []): void {
    const names = ports.map((port) => {
      const name = randomUUID();
      this.#ports.set(name, port);
      port.outlet = {
        post: (data) =>
          void this.#inPage(
            ([one, sent]) => (window as unknown as PageHalf).standInPortDeliver(String(one), sent),
            [name, data],
          ),
        close: () =>
          void this.#inPage(([one]) => (window as unknown as PageHalf).standInPortClose(String(one)), [name]),
      };
      return name;
    });
    void this.#deliver(channel, [message], names);
  }

  #deliver(channel: string, sent: unknown[], ports: string[]): Promise<void> {
    return this.#inPage(
      ([name, values, names]) =>
        (window as unknown as PageHalf).standInDeliver(String(name), values as unknown[], names as string[]),
      [channel, sent, ports],
    );
  }

  /** A page that is closed or on its way to another address has nobody to tell. */
  async #inPage(work: (sent: unknown[]) => void, sent: unknown[]): Promise<void> {
    await (await this.#page).evaluate(work, sent).catch((error: unknown) => {
      if (!/closed|destroyed|navigat|not a function/i.test(String(error))) throw error;
    });
  }

  async #open(host: PageHost, size: { width: number; height: number }): Promise<Page> {
    const page = await host.context.newPage();
    await page.setViewportSize(size);
    const event = () => ({ senderFrame: { url: host.fromPage(page.url()) }, sender: this });
    await page.exposeFunction('standInSend', (channel: string, sent: unknown[]) => {
      ipcMain.emit(channel, event(), ...sent);
    });
    await page.exposeFunction('standInInvoke', (channel: string, sent: unknown[]) =>
      ipcMain.invoke(channel, event(), sent),
    );
    await page.exposeFunction('standInPort', (name: string, data: unknown) => {
      this.#ports.get(name)?.other?.arrive(data);
    });
    await page.addInitScript(installPreload, {
      origin: host.origin,
      preload: readFileSync(String(this.#preferences.preload), 'utf8'),
    });
    await page.route('**/*', async (route) => {
      const request = route.request();
      if (!request.isNavigationRequest() || request.frame() !== page.mainFrame() || this.#address === '')
        return route.continue();
      let isPrevented = false;
      this.emit('will-navigate', { url: host.fromPage(request.url()), preventDefault: () => (isPrevented = true) });
      return isPrevented ? route.abort('aborted') : route.continue();
    });
    page.on('popup', (popup) => {
      if (this.#openHandler({ url: popup.url() }).action === 'deny') void popup.close();
    });
    page.on('framenavigated', (frame) => {
      if (frame !== page.mainFrame() || !frame.url().startsWith(host.origin)) return;
      const address = host.fromPage(frame.url());
      this.#address = address;
    });
    page.on('domcontentloaded', () => this.#endPorts());
    return page;
  }

  /** A page that was loaded anew holds none of the ports of the one before. */
  #endPorts(): void {
    const ended = [...this.#ports.values()];
    this.#ports.clear();
    for (const port of ended) port.other?.close();
  }
}
