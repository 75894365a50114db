import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { zipSync } from 'fflate';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DuckDb, quoteLiteral } from '../../electron/compute/frame/duckdb.ts';
import { decodeImage } from '../../electron/compute/images/decode-image.ts';
import { classFolders } from '../../electron/services/datasets/class-folders.ts';
import { importTask } from '../../electron/services/datasets/import-task.ts';
import { previewTask } from '../../electron/services/datasets/preview-task.ts';
import { silentTask } from '../helpers/silent-task.ts';

const HOSTILE = fileURLToPath(new URL('../fixtures/hostile/', import.meta.url));
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'drydock-images-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const context = (signal?: AbortSignal) => silentTask(folder, signal);
const importPath = (path: string) => importTask({ path, format: undefined, options: {} }, context());

async function rowsOf(path: string | null, columns: string): Promise<string[][]> {
  await using database = await DuckDb.open();
  const rows = await database.rows(`SELECT ${columns} FROM read_parquet(${quoteLiteral(path ?? '')})`);
  return rows.map((row) => row.map(String));
}

describe('importing images', () => {
  it('reads what can be decoded and lists the rest with the reason', async () => {
    const result = await importPath(join(HOSTILE, 'images-some-broken.zip'));
    expect(result.rows).toBe(11);
    expect(result.source.format).toBe('images');
    expect(result.columns.map(({ name, role }) => `${name}: ${role}`)).toEqual([
      'path: id',
      'label: target',
      'width: ignored',
      'height: ignored',
      'image: feature',
    ]);
    expect(await rowsOf(result.quarantinePath, 'text, reason')).toEqual([
      ['set/dog/1.png', expect.stringContaining('cannot be decoded')],
      ['set/readme.txt', expect.stringContaining('no picture')],
    ]);
    const labels = result.profile.find(({ name }) => name === 'label')?.topValues;
    expect(labels?.map(({ value, count }) => `${value} ${count}`)).toEqual(['cat 6', 'dog 5']);
  });

  it('reads odd pictures as a person sees them, and never draws what can hold a program', async () => {
    const result = await importPath(join(HOSTILE, 'odd-images.zip'));
    expect(result.rows).toBe(12);
    const read = await rowsOf(result.dataPath, "path, width || 'x' || height");
    expect(read).toContainEqual(['set/a/turned.jpg', '30x40']);
    expect(read).toContainEqual(['set/b/old.bmp', '40x30']);
    const left = new Map(
      await rowsOf(result.quarantinePath, 'text, reason').then((rows) => rows.map(([a, b]) => [a, b])),
    );
    expect([...left.keys()]).toHaveLength(7);
    expect(left.get('set/b/giant.png')).toContain('60000 x 60000');
    expect(left.get('set/b/script.svg')).toContain('SVG');
    expect(left.get('set/a/empty.png')).toContain('empty');
    expect(left.get('set/a/Thumbs.db')).toContain('operating system');
  });

  it('keeps the names of classes as people wrote them', async () => {
    const odd = await importPath(join(HOSTILE, 'odd-class-names.zip'));
    const labels = (await rowsOf(odd.dataPath, 'DISTINCT label')).flat();
    expect(labels).toHaveLength(6);
    expect(labels).toEqual(expect.arrayContaining(['Äpfel & Birnen', '..hidden', 'a\'b"c', '日本', 'CON']));
    const twice = await importPath(join(HOSTILE, 'same-name-twice.zip'));
    expect(twice.rows).toBe(3);
    expect(twice.warnings.map(({ code }) => code)).toContain('similarLabels');
    const one = await importPath(join(HOSTILE, 'one-class.zip'));
    expect(one.rows).toBe(5);
    expect(one.warnings.map(({ code }) => code)).toContain('oneClass');
  });

  it.each([
    ['symlink.zip', /link.*not followed/],
    ['absolute-and-backslash.zip', /leads out of its folder/],
    ['zip-slip.zip', /leads out of its folder/],
    ['nested.zip', /no image.*archives inside are not unpacked/],
  ])('refuses %s', async (name, words) => {
    await expect(importPath(join(HOSTILE, name))).rejects.toMatchObject({ message: expect.stringMatching(words) });
  });

  it('refuses thousands of entries without an image, and an archive that swells', async () => {
    const empty = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`c${i % 3}/${i}.txt`, new Uint8Array()]));
    writeFileSync(join(folder, 'many.zip'), zipSync(empty));
    await expect(importPath(join(folder, 'many.zip'))).rejects.toThrow(/no image/);
    writeFileSync(join(folder, 'bomb.zip'), zipSync({ 'a/zeros.png': [new Uint8Array(50_000_000), { level: 9 }] }));
    await expect(importPath(join(folder, 'bomb.zip'))).rejects.toThrow(/expands to more than/);
  });

  it('gives the same file for a folder as for a zip of it, follows no link, and sees pictures that are there twice', async () => {
    const png = (grey: number) =>
      sharp({ create: { width: 6, height: 4, channels: 3, background: { r: grey, g: grey, b: grey } } })
        .png()
        .toBuffer();
    const files: Record<string, Uint8Array> = {
      'set/dark/1.png': await png(10),
      'set/dark/2.png': await png(10),
      'set/light/1.png': await png(240),
      'set/light/2.png': await png(10),
    };
    writeFileSync(join(folder, 'set.zip'), zipSync(files));
    for (const [path, bytes] of Object.entries(files)) {
      mkdirSync(join(folder, 'top', path, '..'), { recursive: true });
      writeFileSync(join(folder, 'top', path), bytes);
    }
    const zipped = await importPath(join(folder, 'set.zip'));
    symlinkSync('/etc/hostname', join(folder, 'top/set/dark/link.png'));
    const walked = await importPath(join(folder, 'top'));
    expect(walked.hash).toBe(zipped.hash);
    expect(await rowsOf(walked.quarantinePath, 'text, reason')).toEqual([
      ['set/dark/link.png', expect.stringContaining('not followed')],
    ]);
    expect(zipped.warnings.map(({ code }) => code)).toEqual(['duplicates', 'contradictions']);
  });

  it('previews the classes without decoding anything', async () => {
    const preview = await previewTask(
      { path: join(HOSTILE, 'one-class.zip'), format: undefined, options: {}, suggestedName: 'one-class' },
      context(),
    );
    expect(preview.format).toBe('images');
    expect(preview.warnings[0]?.message).toBe('5 files in 1 class: flat (5).');
    expect(preview.rows[0]).toEqual(['flat/0.png', 'flat']);
  });

  it('stops when it is cancelled', async () => {
    const abort = new AbortController();
    abort.abort();
    await expect(
      importTask({ path: join(HOSTILE, 'one-class.zip'), format: undefined, options: {} }, context(abort.signal)),
    ).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

it('the class is the first folder below the ones that all files share', () => {
  expect(classFolders(['d/0/a.png', 'd/1/b.png'])).toEqual(['0', '1']);
  expect(classFolders(['flat/a.png', 'flat/b.png'])).toEqual(['flat', 'flat']);
  expect(classFolders(['x/cat/tabby/a.png', 'x/dog/b.png', 'x/c.png'])).toEqual(['cat', 'dog', null]);
  expect(classFolders(['a.png', 'b.png'])).toEqual([null, null]);
  expect(classFolders([])).toEqual([]);
});

it('decodes greys, palettes and bitmaps to the colours they hold', async () => {
  const two = await sharp(Buffer.of(0, 255), { raw: { width: 2, height: 1, channels: 1 } })
    .png()
    .toBuffer();
  expect([...(await decodeImage(two)).data]).toEqual([0, 0, 0, 255, 255, 255]);
  const clear = await sharp(Buffer.of(9, 9, 9, 0), { raw: { width: 1, height: 1, channels: 4 } })
    .png()
    .toBuffer();
  expect([...(await decodeImage(clear)).data]).toEqual([255, 255, 255]);
  const bmp = Buffer.alloc(54 + 8);
  bmp.write('BM');
  bmp.writeUInt32LE(54, 10);
  bmp.writeUInt32LE(40, 14);
  bmp.writeInt32LE(1, 18);
  bmp.writeInt32LE(2, 22);
  bmp.writeUInt16LE(24, 28);
  bmp.set([3, 2, 1, 0, 6, 5, 4, 0], 54);
  expect([...(await decodeImage(bmp)).data]).toEqual([4, 5, 6, 1, 2, 3]);
  await expect(decodeImage(bmp.subarray(0, 58))).rejects.toThrow(/ends early/);
});
