import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type * as Electron from 'electron';
import { _electron, chromium, type Page } from 'playwright-core';

export const ROOT = resolve(import.meta.dirname, '..', '..');

type MainWork<Answer, Argument> = (electron: typeof Electron, argument: Argument) => Answer | Promise<Answer>;

/** The desktop shell under test: on Electron's runtime where it is present, else on the stand-in. */
export interface Shell {
  readonly kind: 'electron' | 'stand-in';
  readonly page: Page;
  /** Runs a function in the main process; it sees nothing but its arguments. */
  evaluate<Answer, Argument = undefined>(work: MainWork<Answer, Argument>, argument?: Argument): Promise<Answer>;
  /** Drops files on the middle of the page as the system would. */
  drop(paths: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/** Builds what the shell runs from; quick when nothing has changed. */
export async function ensureBuilt(): Promise<void> {
  await promisify(execFile)(process.execPath, [join(ROOT, 'electron', 'launch.mjs'), 'build'], { cwd: ROOT });
}

async function dropOn(page: Page, paths: readonly string[]): Promise<void> {
  const { width, height } = await page.evaluate(() => ({ width: window.innerWidth, height: window.innerHeight }));
  const devtools = await page.context().newCDPSession(page);
  const data = { items: [], files: [...paths], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await devtools.send('Input.dispatchDragEvent', { type, x: width / 2, y: height / 2, data });
  }
  await devtools.detach();
}

function runtimeFolder(): string | undefined {
  const folders = [process.env.ELECTRON_OVERRIDE_DIST_PATH, join(ROOT, 'node_modules', 'electron', 'dist')];
  return folders.find((folder) => folder !== undefined && existsSync(join(folder, 'version')));
}

/** Starts the shell on a workspace; `home` is where it keeps its own settings. */
export async function launchShell(options: { readonly workspace: string; readonly home: string }): Promise<Shell> {
  await ensureBuilt();
  const folder = runtimeFolder();
  return folder === undefined ? launchStandIn(options) : launchElectron(folder, options);
}

async function launchElectron(
  folder: string,
  { workspace, home }: { workspace: string; home: string },
): Promise<Shell> {
  const application = await _electron.launch({
    executablePath: join(folder, process.platform === 'win32' ? 'electron.exe' : 'electron'),
    args: [ROOT, '--workspace', workspace, `--user-data-dir=${home}`, '--no-sandbox'],
  });
  const page = await application.firstWindow();
  return {
    kind: 'electron',
    page,
    evaluate: (work, argument) => application.evaluate(work as never, argument as never) as never,
    drop: (paths) => dropOn(page, paths),
    close: () => application.close(),
  };
}

class StandInProcess {
  readonly child: ChildProcess;
  readonly debuggingPort: Promise<number>;
  readonly #answers = new Map<number, (answer: { value?: unknown; error?: string }) => void>();
  #next = 0;

  constructor(workspace: string, home: string) {
    this.child = spawn(
      process.execPath,
      [
        '--import',
        join(ROOT, 'test', 'helpers', 'electron-stand-in', 'register.mjs'),
        join(ROOT, 'dist', 'electron', 'main.mjs'),
        '--workspace',
        workspace,
      ],
      {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
        env: { ...process.env, STAND_IN_APP: ROOT, STAND_IN_HOME: home },
      },
    );
    this.debuggingPort = new Promise((done, fail) => {
      this.child.once('exit', (code) => fail(new Error(`The stand-in ended with code ${code}.`)));
      this.child.on('message', (message: { id?: number; debuggingPort?: number; value?: unknown; error?: string }) => {
        if (message.debuggingPort !== undefined) done(message.debuggingPort);
        else if (message.id !== undefined) this.#answers.get(message.id)?.(message);
      });
    });
  }

  async evaluate(source: string, argument: unknown): Promise<unknown> {
    this.#next += 1;
    const id = this.#next;
    const answer = new Promise<{ value?: unknown; error?: string }>((done) => this.#answers.set(id, done));
    this.child.send({ id, source, argument });
    const { value, error } = await answer;
    if (error !== undefined) throw new Error(error);
    return value;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const ended = new Promise((done) => this.child.once('exit', done));
    this.child.disconnect();
    await ended;
  }
}

async function firstPage(debuggingPort: number): Promise<Page> {
  const browser = await chromium.connectOverCDP(`http://127.0.0.1:${debuggingPort}`);
  for (;;) {
    const found = browser
      .contexts()
      .flatMap((context) => context.pages())
      .find((page) => page.url().startsWith('http://127.0.0.1'));
    if (found !== undefined) return found;
    await new Promise((done) => setTimeout(done, 50));
  }
}

async function launchStandIn({ workspace, home }: { workspace: string; home: string }): Promise<Shell> {
  const main = new StandInProcess(workspace, home);
  const page = await firstPage(await main.debuggingPort);
  return {
    kind: 'stand-in',
    page,
    evaluate: (work, argument) => main.evaluate(work.toString(), argument) as never,
    async drop(paths) {
      const known = await Promise.all(
        paths.map(async (path) => [`${basename(path)}|${(await stat(path)).size}`, path] as const),
      );
      await page.evaluate((entries) => {
        const { standInPaths } = window as unknown as { standInPaths: Map<string, string> };
        for (const [key, path] of entries) standInPaths.set(key, path);
      }, known);
      await dropOn(page, paths);
    },
    close: () => main.stop(),
  };
}
