import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { zipSync } from 'fflate';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseSums } from '../../electron/runtime/verify/bundle-sums.ts';
import { ensureSigningKey, signSums } from '../../electron/services/bundles/signing-key.ts';
import type { GoldenFile } from '../../shared/bundle-format.ts';
import type { Bundle } from '../../shared/contract/bundles.ts';
import { BundleWorkspace } from '../helpers/bundle-workspace.ts';

let space: BundleWorkspace;
let bundle: Bundle;

const place = (name: string): string => join(space.folder, name);
const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile())
    .sort();

/** SHA256SUMS of the files it names, as they are now. */
function sumsOf(folder: string): string {
  const names = parseSums(readFileSync(join(folder, 'SHA256SUMS'), 'utf8')).keys();
  const line = (name: string) =>
    `${createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('hex')}  ${name}\n`;
  return [...names].map(line).join('');
}

/** A copy of the bundle somewhere else, to be spoilt. */
function copyOf(name: string): string {
  const folder = place(name);
  cpSync(bundle.path, folder, { recursive: true });
  return folder;
}

const failures = async (path: string): Promise<string[]> =>
  (await space.verify(path)).checks.filter(({ isOk }) => !isOk).map(({ name, detail }) => `${name}: ${detail}`);

beforeAll(async () => {
  space = await BundleWorkspace.open();
  bundle = await space.export(place('out/first'));
});

afterAll(() => space?.close());

describe('a bundle', () => {
  it('verifies on both engines as soon as it is written', () => {
    expect(bundle.verification?.checks.filter(({ isOk }) => !isOk)).toEqual([]);
    expect(bundle.verification?.isVerified).toBe(true);
    const names = bundle.verification?.checks.map(({ name }) => name) ?? [];
    expect(names).toContain('golden answers on onnxruntime-node');
    expect(names).toContain('golden answers on WebAssembly');
  });

  it('holds exactly the files it lists, each with a purpose and its sum', () => {
    expect(filesBelow(bundle.path)).toEqual(bundle.files.map(({ path }) => path).sort());
    expect(bundle.files.filter(({ purpose }) => purpose === 'other')).toEqual([]);
    const check = spawnSync('sha256sum', ['--quiet', '-c', 'SHA256SUMS'], { cwd: bundle.path, encoding: 'utf8' });
    expect(check.stdout + check.stderr).toBe('');
  });

  it('has golden rows from held-out data, with missing values and unknown categories', () => {
    const golden = JSON.parse(readFileSync(join(bundle.path, 'golden.json'), 'utf8')) as GoldenFile;
    expect(golden.requests.length).toBeGreaterThanOrEqual(50);
    expect(golden.requests.filter(({ note }) => note === 'held-out row').length).toBeGreaterThanOrEqual(50);
    const notes = golden.requests.map(({ note }) => note);
    expect(notes).toContain('city missing');
    expect(notes).toContain('job of an unknown category');
    expect(golden.rows).toBe(golden.inputs[0]?.data.length);
  });

  it('names no registry and no place of the machine it was made on', () => {
    const text = filesBelow(bundle.path)
      .filter((name) => !name.startsWith('wasm/') && !name.endsWith('.onnx'))
      .map((name) => readFileSync(join(bundle.path, name), 'utf8'))
      .join('\n');
    expect(text).not.toMatch(/registry\.npmjs|"resolved"/);
    expect(text).not.toContain(space.folder);
    expect(text).not.toContain(process.cwd());
  });

  it('shows a model card that runs nothing and loads nothing, with names escaped', () => {
    const card = readFileSync(join(bundle.path, 'model-card.html'), 'utf8');
    expect(card).toContain('loan &lt;answers&gt;');
    expect(card).not.toMatch(/<script|<link|<img|https?:\/\/(?!127\.0\.0\.1)/);
  });

  it('is byte for byte the same when exported again, but for its signature', async () => {
    const again = await space.export(place('out/second'));
    const different = filesBelow(bundle.path).filter(
      (name) => !readFileSync(join(bundle.path, name)).equals(readFileSync(join(again.path, name))),
    );
    expect(different).toEqual(['signature.json']);
  });

  it('verifies as a copy elsewhere, as a zip, and by the test that ships inside', async () => {
    expect(await failures(copyOf('elsewhere'))).toEqual([]);
    expect(await failures((await space.export(place('zipped.zip'), true)).path)).toEqual([]);
    const inside = spawnSync(process.execPath, ['verify.mjs'], { cwd: place('elsewhere'), encoding: 'utf8', env: {} });
    expect(inside.stdout).toMatch(/^verified: /m);
    expect(inside.status).toBe(0);
  });

  it('may be written over by a newer export, but other files never', async () => {
    const again = await space.export(bundle.path);
    expect(again.id).toBe(bundle.id);
    expect(await failures(bundle.path)).toEqual([]);
    mkdirSync(place('full'));
    writeFileSync(place('full/thesis.txt'), 'mine');
    const job = await space.ended(
      space.bundles.export({ model: space.model.name, out: place('full'), isZip: false, targets: ['oip'] }),
    );
    expect(job.error?.code).toBe('CONFLICT');
    expect(readFileSync(place('full/thesis.txt'), 'utf8')).toBe('mine');
  });

  it('keeps its private key to its owner and out of the bundle', () => {
    const key = join(space.workspace.path, 'keys', 'signing-key.pem');
    expect(statSync(key).mode & 0o777).toBe(0o600);
    const secret = readFileSync(key, 'utf8').split('\n')[1] ?? '';
    for (const name of filesBelow(bundle.path))
      expect(readFileSync(join(bundle.path, name)).includes(secret)).toBe(false);
  });
});

describe('a bundle that was changed', () => {
  const spoil = (name: string, change: (folder: string) => void): string => {
    const folder = copyOf(name);
    change(folder);
    return folder;
  };

  it.each(['model.onnx', 'golden.json', 'server.mjs', 'schema.json'])(
    'is caught when %s was edited, and the file is named',
    async (name) => {
      const folder = spoil(`edited-${name}`, (path) => {
        const file = join(path, name);
        const bytes = readFileSync(file);
        bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
        writeFileSync(file, bytes);
      });
      const found = await failures(folder);
      expect(found[0]).toBe(`files: changed: ${name}`);
      expect(found.at(-1)).toContain('server: not started');
    },
  );

  it('is caught when the sums were made to fit the edited file', async () => {
    const folder = spoil('refitted', (path) => {
      writeFileSync(
        join(path, 'golden.json'),
        readFileSync(join(path, 'golden.json'), 'utf8').replace('"yes"', '"no"'),
      );
      writeFileSync(join(path, 'SHA256SUMS'), sumsOf(path));
    });
    expect((await failures(folder))[0]).toMatch(/^signature: .*does not sign/);
  });

  it('is caught when its signature or declared time was edited', async () => {
    for (const [at, pattern] of [
      ['createdAt', /20\d\d-/],
      ['signature', /"signature": "./],
    ] as const) {
      const folder = spoil(`signed-${at}`, (path) => {
        const file = join(path, 'signature.json');
        writeFileSync(
          file,
          readFileSync(file, 'utf8').replace(pattern, at === 'createdAt' ? '1999-' : '"signature": "B'),
        );
      });
      expect((await failures(folder))[0]).toMatch(/^signature: /);
    }
  });

  it('is caught when a file is missing or was added', async () => {
    const folder = spoil('more', (path) => {
      rmSync(join(path, 'schema.json'));
      writeFileSync(join(path, 'extra.mjs'), '');
    });
    expect((await failures(folder))[0]).toBe('files: missing: schema.json; not part of the bundle: extra.mjs');
  });

  it('gets no further than its own folder when another signed it anew with a server of his own', async () => {
    const folder = spoil('foreign', (path) => {
      const own = readFileSync(join(path, 'server.mjs'), 'utf8');
      const breakOut = `import * as fs_ from 'node:fs'; try { fs_.writeFileSync(${JSON.stringify(place('escaped'))}, fs_.readFileSync('/etc/passwd')); } catch {}\n`;
      writeFileSync(join(path, 'server.mjs'), breakOut + own);
      const sums = sumsOf(path);
      writeFileSync(join(path, 'SHA256SUMS'), sums);
      ensureSigningKey(place('foreign-key'));
      const signature = signSums(place('foreign-key'), sums, '2026-01-01T00:00:00.000Z');
      writeFileSync(join(path, 'signature.json'), JSON.stringify(signature));
    });
    const { checks, isVerified } = await space.verify(folder);
    expect(isVerified).toBe(true);
    expect(checks.find(({ name }) => name === 'signature')?.detail).toContain('not a key of this workspace');
    expect(checks.some(({ name }) => name.includes('onnxruntime-node'))).toBe(false);
    expect(existsSync(place('escaped'))).toBe(false);
  });

  it('is answered "not verified" when it is no bundle or a broken archive', async () => {
    writeFileSync(place('broken.zip'), 'PK nonsense');
    expect((await failures(place('broken.zip')))[0]).toMatch(/^archive: /);
    mkdirSync(place('nothing'));
    expect((await space.verify(place('nothing'))).isVerified).toBe(false);
  });

  it('never unpacks a path out of its folder, nor an archive that expands without bound', async () => {
    writeFileSync(place('slip.zip'), zipSync({ '../slipped.txt': new Uint8Array([1]) }));
    expect((await failures(place('slip.zip')))[0]).toMatch(/leads out of its folder/);
    expect(existsSync(place('slipped.txt'))).toBe(false);
    writeFileSync(place('bomb.zip'), zipSync({ 'zeros.bin': [new Uint8Array(300_000_000), { level: 9 }] }));
    expect((await failures(place('bomb.zip')))[0]).toMatch(/expands to more than/);
  });
});

describe('a machine with Node 20 and nothing of ours', () => {
  const node = ['/usr/bin/node', '/usr/local/bin/node'].find((path) => existsSync(path)) ?? process.execPath;

  it('serves the bundle offline and ends when it is told to', async () => {
    const folder = copyOf('machine');
    const child = spawn(node, [join(folder, 'server.mjs'), '--port', '0'], {
      cwd: '/',
      env: { PATH: '/usr/bin:/bin' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    try {
      const url = await new Promise<string>((resolve, reject) => {
        let text = '';
        child.stdout.on('data', (data: Buffer) => {
          text += data;
          const found = /^listening on (\S+)$/m.exec(text)?.[1];
          if (found) resolve(found);
        });
        child.once('exit', (code) => reject(new Error(`ended with ${code}: ${text}`)));
      });
      const row = { age: 40, income: 20000, city: 'Oslo', job: 'nurse' };
      const reply = await fetch(`${url}/invocations`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ dataframe_records: [row] }),
      });
      const { predictions } = (await reply.json()) as { predictions: { label: string; probabilities: number[] }[] };
      expect(predictions[0]?.label).toMatch(/^(yes|no)$/);
      expect((predictions[0]?.probabilities[0] ?? 0) + (predictions[0]?.probabilities[1] ?? 0)).toBeCloseTo(1, 5);
    } finally {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      expect(await ended).toBe(0);
    }
  });

  it('serves by "npm start": installed as its lock file pins it, or on WebAssembly where no registry can be reached', async (context) => {
    const npm = [join(dirname(node), 'npm'), '/usr/bin/npm', '/usr/local/bin/npm'].find((path) => existsSync(path));
    if (!npm) return context.skip('npm is not installed here');
    const folder = copyOf('installed');
    const child = spawn(npm, ['start', '--', '--port', '0'], {
      cwd: folder,
      env: { PATH: `${dirname(npm)}:/usr/bin:/bin`, HOME: process.env['HOME'] },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    try {
      let words = '';
      child.stderr.on('data', (data: Buffer) => {
        words += data;
      });
      let printed = '';
      for await (const data of child.stdout) {
        printed += data;
        if (/^listening on /m.test(printed)) break;
      }
      expect(printed).toMatch(/^listening on http/m);
      for (let i = 0; i < 50 && !words.includes('version 1 on'); i++) await new Promise((done) => setTimeout(done, 20));
      const isInstalled = existsSync(join(folder, 'node_modules', 'onnxruntime-node'));
      expect(words).toContain(isInstalled ? 'on onnxruntime-node' : 'on onnxruntime-web');
    } finally {
      process.kill(-(child.pid ?? 0), 'SIGTERM');
    }
    expect(await failures(folder)).toEqual([]);
  }, 180_000);

  it('verifies the bundle with what ships inside', () => {
    const result = spawnSync(node, [join(place('machine'), 'verify.mjs')], {
      cwd: '/',
      env: { PATH: '/usr/bin:/bin' },
      encoding: 'utf8',
    });
    expect(result.stdout).toMatch(/^verified: /m);
  });
});

describe('an endpoint', () => {
  it('serves a model and a zip, counts requests, asks for its token, and stops', async () => {
    const endpoint = await space.bundles.serve({
      model: space.model.name,
      port: 0,
      host: '127.0.0.1',
      token: 'open sesame',
    });
    expect(endpoint.state).toBe('ready');
    const model = `${endpoint.url}/v2/models/${encodeURIComponent(space.model.name)}`;
    expect((await fetch(model)).status).toBe(401);
    expect((await fetch(model, { headers: { authorization: 'Bearer open sesame' } })).status).toBe(200);
    expect((await fetch(`${endpoint.url}/v2/health/ready`)).status).toBe(200);
    const zip = await space.bundles.serve({ bundle: place('zipped.zip'), port: 0, host: '127.0.0.1', token: null });
    expect((await fetch(`${zip.url}/v2/health/ready`)).status).toBe(200);
    expect(space.bundles.endpoints().map(({ state }) => state)).toEqual(['ready', 'ready']);
    expect((await space.bundles.stop(zip.id)).state).toBe('stopped');
    await expect(fetch(`${zip.url}/v2/health/ready`)).rejects.toThrow();
    await space.bundles.stop(endpoint.id);
    expect(space.bundles.list().some(({ path }) => path.includes('.serving'))).toBe(false);
  });

  it('says which port is taken', async () => {
    const first = await space.bundles.serve({ bundle: bundle.path, port: 0, host: '127.0.0.1', token: null });
    const port = Number(new URL(first.url).port);
    await expect(space.bundles.serve({ bundle: bundle.path, port, host: '127.0.0.1', token: null })).rejects.toThrow(
      `Port ${port}`,
    );
    await space.bundles.stop(first.id);
  });
});
