import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchShell, type Shell } from '../helpers/shell-driver.ts';

let folder: string;
let shell: Shell;
let page: Page;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drydock-shell-'));
  shell = await launchShell({ workspace: join(folder, 'workspace'), home: join(folder, 'home') });
  page = shell.page;
});

afterAll(async () => {
  await shell?.close();
  await rm(folder, { recursive: true, force: true });
});

const engineReady = () =>
  page
    .getByText(/engine ready|connected/i)
    .first()
    .waitFor();

describe('the window', () => {
  it('is sandboxed and isolated, without Node, at least 1024 x 700, and shown once it has something to show', async () => {
    await page.waitForLoadState('load');
    // Shown at `ready-to-show`, which may come shortly after `load`; a window that never shows fails by time.
    await expect
      .poll(() => shell.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible()), {
        timeout: 15_000,
      })
      .toBe(true);
    const window = await shell.evaluate(({ BrowserWindow }) => {
      const [first] = BrowserWindow.getAllWindows();
      const preferences = (
        first?.webContents as { getLastWebPreferences?(): Record<string, unknown> | null } | undefined
      )?.getLastWebPreferences?.();
      const { sandbox, contextIsolation, nodeIntegration, webviewTag } = preferences ?? {};
      return {
        count: BrowserWindow.getAllWindows().length,
        isVisible: first?.isVisible(),
        sandbox,
        contextIsolation,
        nodeIntegration,
        webviewTag,
      };
    });
    expect(window).toEqual({
      count: 1,
      isVisible: true,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
    });
  });

  it('gives the page the host capabilities and nothing else of the program', async () => {
    const found = await page.evaluate(() => ({
      capabilities: Object.keys((window as unknown as { drydock: object }).drydock).sort(),
      leaks: ['require', 'process', 'module', 'Buffer', 'electron', 'ipcRenderer'].filter((name) => name in window),
    }));
    expect(found).toEqual({
      capabilities: ['chooseFiles', 'chooseFolder', 'kind', 'notify', 'pathOfDrop', 'reveal'],
      leaks: [],
    });
  });

  it('forbids inline scripts and eval by its policy', async () => {
    const violated = await page.evaluate(
      () =>
        new Promise<string>((done) => {
          document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => done(effectiveDirective), {
            once: true,
          });
          const script = document.createElement('script');
          script.textContent = 'window.ranInline = true';
          document.head.append(script);
        }),
    );
    expect(violated).toMatch(/^script-src/);
    expect(await page.evaluate(() => 'ranInline' in window)).toBe(false);
  });

  it('stays on its page and opens no other window', async () => {
    const address = page.url();
    await page.goto('https://example.com/').catch(() => undefined);
    expect(page.url()).toBe(address);
    await page.evaluate(() => void window.open('https://example.com/'));
    await expect.poll(() => page.context().pages().length).toBe(1);
    expect(await shell.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
  });

  it('is denied what a page can ask for', async () => {
    const states = await page.evaluate(async () => ({
      place: (await navigator.permissions.query({ name: 'geolocation' })).state,
      notices: (await navigator.permissions.query({ name: 'notifications' })).state,
    }));
    expect(Object.values(states)).not.toContain('granted');
  });
});

describe('the menu', () => {
  it('leads to places of the page', async () => {
    const labels = await shell.evaluate(({ Menu }) =>
      Menu.getApplicationMenu()
        ?.items.find(({ label }) => label === '&Go')
        ?.submenu?.items.map(({ label }) => label),
    );
    expect(labels).toEqual(['Start', 'Data', 'Train', 'Models', 'Deploy', 'Monitor', 'Jobs', 'Settings']);
    await shell.evaluate(({ Menu }) => {
      const go = Menu.getApplicationMenu()?.items.find(({ label }) => label === '&Go');
      go?.submenu?.items.find(({ label }) => label === 'Models')?.click();
    });
    await expect.poll(() => new URL(page.url()).pathname).toBe('/models');
    await page
      .getByRole('heading', { name: /models/i })
      .first()
      .waitFor();
  });
});

describe('the port to the engine', () => {
  it('carries the calls of the page: the status bar names the workspace that the engine has open', async () => {
    await engineReady();
    await page.getByTitle(`Workspace ${join(folder, 'workspace')}`).waitFor();
  });

  it('is handed over anew when the engine was killed, and the page goes on by itself', async () => {
    const endpoint = async () =>
      JSON.parse(await readFile(join(folder, 'workspace', 'engine.json'), 'utf8')) as {
        pid: number;
        url: string | null;
      };
    const before = await endpoint();
    process.kill(before.pid, 'SIGKILL');
    await expect.poll(async () => (await endpoint().catch(() => before)).pid, { timeout: 15_000 }).not.toBe(before.pid);
    await engineReady();
  });
});

describe('dropped files', () => {
  it('reach the page with their path, and are imported by path', async () => {
    const file = join(folder, 'apples.csv');
    await writeFile(file, 'weight,kind\n101.5,red\n98,green\n110,red\n');
    await shell.drop([file]);
    await page
      .getByRole('region', { name: 'apples.csv' })
      .getByRole('button', { name: 'Import', exact: true })
      .click({ timeout: 30_000 });
    await page.getByText('apples version 1 is imported').waitFor({ timeout: 30_000 });
    // Nothing was uploaded: the engine read the file where it lies.
    expect(await readdir(join(folder, 'workspace', 'uploads'))).toEqual([]);
  });
});

describe('dialogs', () => {
  it('answer the chosen paths to the page alone', async () => {
    await shell.evaluate(({ dialog }) => {
      dialog.showOpenDialog = async () => ({ canceled: false, filePaths: ['/data/a.csv', '/data/b.csv'] });
    });
    const chosen = await page.evaluate(() =>
      (window as unknown as { drydock: { chooseFiles(): Promise<string[]> } }).drydock.chooseFiles(),
    );
    expect(chosen).toEqual(['/data/a.csv', '/data/b.csv']);
  });

  it('refuse a path that is not absolute', async () => {
    const refused = page.evaluate(() =>
      (window as unknown as { drydock: { reveal(path: string): Promise<void> } }).drydock.reveal('../etc'),
    );
    await expect(refused).rejects.toThrow(/absolute/);
  });
});
