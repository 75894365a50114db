import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StartedHost, startBrowserHost } from '../helpers/browser-host.ts';
import { ensureBuilt, ROOT } from '../helpers/shell-driver.ts';

let folder: string;
let workspace: string;
let host: StartedHost;

beforeAll(async () => {
  await ensureBuilt();
  folder = await mkdtemp(join(tmpdir(), 'drydock-start-'));
  workspace = join(folder, 'workspace');
  host = await startBrowserHost(workspace);
});
afterAll(async () => {
  await host?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** `npm start` to its end, with what it printed. */
function startAgain(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<{ code: number | null; output: string }> {
  return new Promise((done) => {
    const child = spawn('npm', ['start', '--silent', '--', '--no-open', ...args], {
      cwd: ROOT,
      env: { ...process.env, ...env },
    });
    let output = '';
    child.stdout.on('data', (chunk) => (output += String(chunk)));
    child.stderr.on('data', (chunk) => (output += String(chunk)));
    child.once('close', (code) => done({ code, output }));
  });
}

const endpoint = async () =>
  JSON.parse(await readFile(join(workspace, 'engine.json'), 'utf8')) as { pid: number; url: string };

describe('npm start in a browser window', () => {
  it('prints the address with its token, and the page is served there', async () => {
    const answer = await fetch(host.address);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('<title>Drydock</title>');
  });

  it.skipIf(existsSync(join(ROOT, 'node_modules', 'electron', 'dist')))(
    'says in one line that there is no window where Electron cannot be had, and decides within 5 seconds',
    async () => {
      const started = Date.now();
      const other = await startAgain(['--workspace', workspace], {
        DISPLAY: ':99',
        ELECTRON_MIRROR: 'http://127.0.0.1:9/',
        ELECTRON_OVERRIDE_DIST_PATH: '',
      });
      expect(other.output).toMatch(
        /^Electron's runtime (cannot be fetched from here|could not be fetched when last tried), so Drydock opens in a browser window\.$/m,
      );
      expect(Date.now() - started).toBeLessThan(10_000);
    },
  );

  it('leads a second start on the same workspace to the page of the first', async () => {
    const { code, output } = await startAgain(['--browser', '--workspace', workspace]);
    expect(code).toBe(0);
    expect(output).toContain(`Drydock is open already at ${host.address}`);
  });

  it('restarts a killed engine at the same address', async () => {
    const before = await endpoint();
    process.kill(before.pid, 'SIGKILL');
    await expect.poll(async () => (await endpoint().catch(() => before)).pid, { timeout: 15_000 }).not.toBe(before.pid);
    await expect.poll(async () => (await endpoint()).url, { timeout: 15_000 }).toBe(before.url);
    expect((await fetch(host.address)).status).toBe(200);
    expect(host.output()).toContain('kept: Everything committed before.');
  });

  it('says what to do when the port is taken', async () => {
    const taken = createServer();
    await new Promise<void>((done) => taken.listen(0, '127.0.0.1', done));
    const { port } = taken.address() as AddressInfo;
    const { code, output } = await startAgain([
      '--browser',
      '--workspace',
      join(folder, 'other'),
      '--port',
      String(port),
    ]);
    taken.close();
    expect(code).toBe(1);
    expect(output).toContain(`error: Port ${port} is taken by another program.`);
    expect(output).toContain('next: Choose another with --port, or leave it out.');
  });

  it('refuses options it does not know with its usage', async () => {
    const { code, output } = await startAgain(['--nope']);
    expect(code).toBe(2);
    expect(output).toContain('Usage: npm start');
  });
});
