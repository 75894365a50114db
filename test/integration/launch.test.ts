import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, type TestContext } from 'vitest';
import { mountSmallDisk, type SmallDisk } from '../helpers/small-disk.ts';

const ROOT = resolve(import.meta.dirname, '..', '..');

let clone: string;

/** A clone with nothing installed: the launcher, package.json and the lock file. */
async function freshClone(folder: string): Promise<void> {
  await mkdir(join(folder, 'electron'), { recursive: true });
  await cp(join(ROOT, 'electron', 'launch'), join(folder, 'electron', 'launch'), { recursive: true });
  for (const file of ['electron/launch.mjs', 'package.json', 'package-lock.json', '.npmrc'])
    await cp(join(ROOT, file), join(folder, file));
}

beforeEach(async () => {
  clone = await mkdtemp(join(tmpdir(), 'drydock-clone-'));
  await freshClone(clone);
});
afterEach(() => rm(clone, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function launch(
  args: readonly string[],
  options: { nodeArgs?: readonly string[]; env?: NodeJS.ProcessEnv; folder?: string } = {},
): Promise<Ended> {
  const folder = options.folder ?? clone;
  return new Promise((done) => {
    const child = spawn(
      process.execPath,
      [...(options.nodeArgs ?? []), join(folder, 'electron', 'launch.mjs'), ...args],
      {
        cwd: folder,
        env: { ...process.env, ...options.env },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => (stdout += chunk));
    child.stderr.on('data', (chunk) => (stderr += chunk));
    child.once('close', (code) => done({ code, stdout, stderr }));
  });
}

/** Work in a clone on a disk of 4 MB; skipped where this account may not mount one. */
async function onSmallDisk(
  skip: TestContext['skip'],
  work: (disk: string, mounted: SmallDisk) => Promise<void>,
): Promise<void> {
  const disk = join(clone, 'disk');
  const mounted = await mountSmallDisk(disk, 4e6);
  if (mounted === undefined) return skip();
  try {
    await freshClone(disk);
    await work(disk, mounted);
  } finally {
    await mounted.unmount();
  }
}

describe('a bad start says one clear sentence and the remedy', () => {
  it('on a Node that is too old', async () => {
    const pretend = `data:text/javascript,Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.19.1' } })`;
    const { code, stderr } = await launch(['start'], { nodeArgs: ['--import', pretend] });
    expect(code).toBe(2);
    expect(stderr.trim()).toBe(
      'Drydock needs Node 20 or newer to start, and this is Node 18.19.1. Install a current Node from https://nodejs.org and run the same command again.',
    );
  });

  it('without a network', async () => {
    const { code, stderr } = await launch(['start'], {
      env: {
        npm_config_registry: 'http://127.0.0.1:9',
        npm_config_cache: join(clone, 'cache'),
        npm_config_fetch_retries: '0',
      },
    });
    expect(code).toBe(1);
    expect(stderr).toContain(
      'The packages could not be fetched because the npm registry cannot be reached. Connect to the network',
    );
    expect(stderr).not.toContain('    at ');
  });

  it('on a full disk', ({ skip }) =>
    onSmallDisk(skip, async (disk) => {
      const { code, stderr } = await launch(['start'], { folder: disk });
      expect(code).toBe(1);
      expect(stderr).toMatch(/^The disk has 0\.0 GB left and installing needs 2\.5 GB\. Free some space/);
    }));

  it.skipIf(process.platform === 'win32')('on a disk that fills up while npm goes on', async () => {
    const npm = join(clone, 'npm');
    await writeFile(
      npm,
      '#!/bin/sh\necho "npm warn tar TAR_ENTRY_ERROR ENOSPC: no space left on device, write" >&2\nexec sleep 600\n',
      { mode: 0o755 },
    );
    const { code, stderr } = await launch(['start'], { env: { PATH: `${clone}:${process.env.PATH}` } });
    expect(code).toBe(1);
    expect(stderr).toContain('The disk became full while installing. Free some space and run the same command again.');
  });

  it('in a folder that cannot be written to', ({ skip }) =>
    onSmallDisk(skip, async (disk, mounted) => {
      await mounted.remount('ro');
      const { code, stderr } = await launch(['start'], { folder: disk });
      expect(code).toBe(1);
      expect(stderr).toBe(
        `This folder cannot be written to: ${disk}. Clone into a folder of your own and try there.\n`,
      );
    }));
});

describe('installing', () => {
  it('is not done again where npm ci was run by hand, and is remembered by a stamp', async () => {
    await symlink(join(ROOT, 'node_modules'), join(clone, 'node_modules'));
    const { ensureInstalled } = (await import(
      pathToFileURL(join(clone, 'electron', 'launch', 'install.mjs')).href
    )) as {
      ensureInstalled(): Promise<void>;
    };
    await ensureInstalled();
    expect(await readFile(join(clone, 'node_modules', '.drydock-installed'), 'utf8')).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('what was built', () => {
  it('stands while its sources are the same, touched or not, and is stale once one changes', async () => {
    const { stampOf } = (await import(pathToFileURL(join(clone, 'electron', 'launch', 'stamp.mjs')).href)) as {
      stampOf(name: string, sources: string[], outputs: string[]): { isStale(): boolean; save(): void };
    };
    const source = join(clone, 'source', 'a.ts');
    const stamp = () => stampOf('part', ['source'], ['dist/a.mjs']);
    await mkdir(join(clone, 'source'));
    await mkdir(join(clone, 'dist'));
    await writeFile(source, 'one');
    expect(stamp().isStale()).toBe(true);
    await writeFile(join(clone, 'dist', 'a.mjs'), 'built');
    stamp().save();
    expect(stamp().isStale()).toBe(false);
    await utimes(source, new Date(0), new Date(0));
    expect(stamp().isStale()).toBe(false);
    await writeFile(source, 'two');
    expect(stamp().isStale()).toBe(true);
    stamp().save();
    await rm(join(clone, 'dist', 'a.mjs'));
    expect(stamp().isStale()).toBe(true);
  });
});
