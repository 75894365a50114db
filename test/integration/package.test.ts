import { execFile, spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MessageFromEngine } from '../../shared/engine-messages.ts';
import { ensureBuilt, ROOT } from '../helpers/shell-driver.ts';

const run = promisify(execFile);

/** Where Electron keeps its fuses inside its binary: a sentinel, a version, a count and one byte each. */
const FUSES = `dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX\u0001\u0008${'1'.repeat(8)}`;

let folder: string;
let unpacked: string;

/** A folder that looks like Electron's runtime to the packager, with a dummy binary. */
async function standInRuntime(): Promise<string> {
  const runtime = join(folder, 'runtime');
  await mkdir(join(runtime, 'locales'), { recursive: true });
  await mkdir(join(runtime, 'resources'));
  await writeFile(join(runtime, 'electron'), `#!/bin/sh\n# ${FUSES}\nexit 0\n`);
  await chmod(join(runtime, 'electron'), 0o755);
  for (const file of [
    'LICENSE',
    'LICENSES.chromium.html',
    'version',
    'chrome-sandbox',
    'libffmpeg.so',
    'locales/en-US.pak',
  ]) {
    await writeFile(join(runtime, file), '');
  }
  return runtime;
}

describe.skipIf(process.platform !== 'linux')('the packaged app', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'drydock-package-'));
    await ensureBuilt();
    const output = join(folder, 'packages');
    await run(
      process.execPath,
      [
        join(ROOT, 'electron', 'launch.mjs'),
        'package',
        '--linux',
        'dir',
        '--publish',
        'never',
        `-c.electronDist=${await standInRuntime()}`,
        `-c.directories.output=${output}`,
      ],
      { cwd: ROOT, maxBuffer: 1e8 },
    );
    unpacked = join(output, 'linux-unpacked');
  }, 300_000);

  afterAll(() => rm(folder, { recursive: true, force: true }));

  const drydock = (...args: readonly string[]) =>
    run(join(unpacked, 'drydock'), [...args, '--workspace', join(folder, 'workspace'), '--quiet', '--json'], {
      cwd: folder,
    });

  it('holds the window, the launcher and a plain Node beside each other', async () => {
    expect(await readdir(unpacked)).toEqual(expect.arrayContaining(['drydock', 'drydock-window', 'resources']));
    const { stdout } = await run(join(unpacked, 'resources', 'node'), ['--version']);
    expect(stdout).toMatch(/^v24\./);
  });

  it('keeps main and preload in the archive, and everything Node runs outside of it', async () => {
    const { stdout } = await run(process.execPath, [
      join(ROOT, 'node_modules', '@electron', 'asar', 'bin', 'asar.js'),
      'list',
      join(unpacked, 'resources', 'app.asar'),
    ]);
    expect(stdout).toContain('/dist/electron/main.mjs');
    expect(stdout).toContain('/dist/electron/preload.cjs');
    expect(stdout).not.toContain('node_modules');
    const outside = join(unpacked, 'resources', 'app.asar.unpacked');
    expect(await readdir(join(outside, 'dist', 'electron'))).toEqual(
      expect.arrayContaining(['engine.mjs', 'worker.mjs', 'cli.mjs']),
    );
    expect(await readdir(join(outside, 'dist', 'renderer'))).toContain('index.html');
  });

  it('imports a file and shows it by the command line inside the package', async () => {
    const file = join(folder, 'apples.csv');
    await writeFile(file, 'weight,kind\n101.5,red\n98,green\n110,red\n');
    const imported = JSON.parse((await drydock('import', file)).stdout) as { dataset: { name: string; rows: number } };
    expect(imported.dataset).toMatchObject({ name: 'apples', rows: 3 });
    const { stdout } = await drydock('show', 'apples');
    expect(JSON.parse(stdout)).toMatchObject({ rows: 3, columns: [{ name: 'weight' }, { name: 'kind' }] });
  });

  it('finds its parts working by the doctor inside the package', async () => {
    const { checks } = JSON.parse((await drydock('doctor')).stdout) as { checks: { name: string; status: string }[] };
    expect(checks.length).toBeGreaterThan(3);
    expect(checks.filter(({ status }) => status === 'failed')).toEqual([]);
  });

  it('starts the engine inside the package as the window does', async () => {
    const resources = join(unpacked, 'resources');
    const engine = join(resources, 'app.asar.unpacked', 'dist', 'electron', 'engine.mjs');
    const child = spawn(join(resources, 'node'), [engine, '--workspace', join(folder, 'other')], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      serialization: 'advanced',
    });
    const first = await new Promise<MessageFromEngine>((done) =>
      child.once('message', (message) => done(message as MessageFromEngine)),
    );
    expect(first).toMatchObject({ kind: 'ready', url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) });
    const ended = new Promise((done) => child.once('exit', done));
    child.send({ kind: 'stop' });
    expect(await ended).toBe(0);
  });
});
