import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findRuntime } from '../../electron/start/electron-runtime.ts';

/** What the product promises for the decision. */
const DECISION_LIMIT_MS = 5000;

let folder: string;
let connections = 0;
/** Takes connections and never answers, as a firewall that swallows packets does. */
const silent: Server = createServer(() => {
  connections += 1;
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'drydock-electron-'));
  mkdirSync(join(folder, 'electron'));
  writeFileSync(join(folder, 'electron', 'package.json'), '{"version": "1.2.3"}');
  connections = 0;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
afterAll(() => {
  silent.close();
});

const find = (environment: NodeJS.ProcessEnv) => findRuntime({ packages: folder, environment, platform: 'linux' });

describe("Electron's runtime", () => {
  it('is not looked for where no window could open', async () => {
    expect(await find({})).toEqual({ kind: 'missing', why: 'There is no display for a window' });
  });

  it('is used where it lies', async () => {
    mkdirSync(join(folder, 'electron', 'dist'));
    writeFileSync(join(folder, 'electron', 'dist', 'electron'), '');
    expect(await find({ DISPLAY: ':0' })).toEqual({
      kind: 'found',
      executable: join(folder, 'electron', 'dist', 'electron'),
    });
  });

  it('is given up within five seconds when its source is silent, and not looked for on the next start', {
    timeout: 2 * DECISION_LIMIT_MS,
  }, async () => {
    await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done));
    const { port } = silent.address() as AddressInfo;
    const environment = { DISPLAY: ':0', ELECTRON_MIRROR: `http://127.0.0.1:${port}/` };
    const limit = new Promise<'too late'>((done) => setTimeout(() => done('too late'), DECISION_LIMIT_MS));
    expect(await Promise.race([find(environment), limit])).toEqual({
      kind: 'missing',
      why: "Electron's runtime cannot be fetched from here",
    });
    expect(connections).toBe(1);
    expect(await find(environment)).toMatchObject({ why: expect.stringContaining('when last tried') });
    expect(connections).toBe(1);
    expect(JSON.parse(readFileSync(join(folder, '.cache', 'drydock-electron.json'), 'utf8'))).toMatchObject({
      mirror: environment.ELECTRON_MIRROR,
    });
  });
});
