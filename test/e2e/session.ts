import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { type StartedHost, startBrowserHost } from '../helpers/browser-host.ts';
import { launchChromium } from '../helpers/chromium.ts';
import { type ContractConnection, connectTo } from '../helpers/contract-client.ts';
import { ensureBuilt } from '../helpers/shell-driver.ts';

export const SAMPLE = resolve(import.meta.dirname, '..', '..', 'resources', 'sample');
export const ARTIFACTS = join(import.meta.dirname, 'artifacts');

export const THEMES = ['light', 'dark'] as const;
export const SIZES = [
  { width: 1440, height: 900 },
  { width: 1024, height: 700 },
] as const;

/** What a person waits for a page, on a machine that also trains. */
const PATIENCE_MS = 90_000;
/** And for a job to end. */
export const LONG_MS = 240_000;

/** A person before the browser: `npm start` runs, its page is open, and what the page complains of is kept. */
export class PersonSession {
  readonly host: StartedHost;
  readonly page: Page;
  /** Errors of the page's console and scripts; a healthy page has none. */
  readonly complaints: string[] = [];
  readonly folder: string;
  /** The same engine as a program calls it: for what a test needs and a person would not wait for. */
  readonly connection: ContractConnection;
  readonly #browser: Browser;

  private constructor(host: StartedHost, connection: ContractConnection, browser: Browser, page: Page, folder: string) {
    this.host = host;
    this.connection = connection;
    this.#browser = browser;
    this.page = page;
    this.folder = folder;
    this.#listen(page);
    page.setDefaultTimeout(PATIENCE_MS);
  }

  #listen(page: Page): void {
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(error.message));
  }

  /** On a new workspace, or on the one given. */
  static async open(workspace?: string): Promise<PersonSession> {
    await ensureBuilt();
    const folder = await mkdtemp(join(tmpdir(), 'drydock-e2e-'));
    const host = await startBrowserHost(workspace ?? join(folder, 'workspace'));
    const browser = await launchChromium();
    const context = await browser.newContext({
      viewport: SIZES[0],
      colorScheme: 'light',
      reducedMotion: 'reduce',
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const session = new PersonSession(host, await connectTo(host.address), browser, await context.newPage(), folder);
    await session.page.goto(host.address);
    await session.page.getByText('Engine ready').waitFor();
    return session;
  }

  /** Opens a place by its address, as a person does with a copied one. */
  async goTo(path: string): Promise<void> {
    await this.page.goto(new URL(path, this.host.address).href);
    await this.page.getByText('Engine ready').waitFor();
  }

  /** Opens a second window of the same browser on the same workspace, as a second tab. */
  async secondWindow(path: string): Promise<Page> {
    const page = await this.page.context().newPage();
    this.#listen(page);
    page.setDefaultTimeout(LONG_MS);
    await page.goto(new URL(path, this.host.address).href);
    await page.getByText('Engine ready').waitFor();
    return page;
  }

  /** Imports a file as another window would. */
  async importFile(path: string, name: string): Promise<void> {
    const { client, finish } = this.connection;
    await finish(await client.datasets.import({ source: { kind: 'path', path }, name }));
  }

  /** Opens a select by its label and takes an option, as with a mouse. */
  async choose(label: string, option: string | RegExp): Promise<void> {
    await this.page.getByLabel(label, { exact: true }).and(this.page.locator('input')).click();
    await this.page.getByRole('option', { name: option, exact: typeof option === 'string' }).click();
  }

  /** The card of a dropped file on the place Import. */
  card(fileName: string): Locator {
    return this.page.getByRole('region', { name: fileName, exact: true });
  }

  /** Drops files and waits until the place Import has a card for each. */
  async dropToImport(paths: readonly string[]): Promise<void> {
    await this.drop(paths, /Drop to import/);
    await this.page.getByRole('heading', { name: 'Import', exact: true }).waitFor();
    for (const path of paths) await this.card(basename(path)).waitFor();
  }

  /** Imports a dropped file under a name; answers its card when the dataset is there. */
  async importAs(fileName: string, name: string): Promise<Locator> {
    const card = this.card(fileName);
    await card.getByLabel('Name of the dataset').fill(name);
    await card.getByRole('button', { name: 'Import', exact: true }).click();
    await card.getByText(`${name} version 1 is imported`).waitFor({ timeout: LONG_MS });
    return card;
  }

  /** Drags files over the middle of the page, waits for what the overlay says, and lets go. */
  async drop(paths: readonly string[], overlay: RegExp): Promise<void> {
    const { page } = this;
    const devtools = await page.context().newCDPSession(page);
    const data = { items: [], files: [...paths], dragOperationsMask: 1 };
    const at = { x: 600, y: 400, data };
    await devtools.send('Input.dispatchDragEvent', { type: 'dragEnter', ...at });
    await devtools.send('Input.dispatchDragEvent', { type: 'dragOver', ...at });
    await page.getByText(overlay).first().waitFor();
    await devtools.send('Input.dispatchDragEvent', { type: 'drop', ...at });
    await devtools.detach();
  }

  async close(): Promise<void> {
    this.connection.close();
    await this.#browser.close();
    await this.host.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}
