import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { unzipInto, zipFolder } from '../../electron/services/bundles/zip-archive.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'drydock-zip-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string): string => join(folder, name);

describe('a zip of a bundle', () => {
  it('holds the same bytes whatever the order and the times of its files', async () => {
    writeFileSync(at('b.txt'), 'two');
    writeFileSync(at('a.bin'), new Uint8Array(5000).fill(7));
    const first = zipFolder(folder, ['b.txt', 'a.bin']);
    writeFileSync(at('b.txt'), 'two');
    const second = zipFolder(folder, ['a.bin', 'b.txt']);
    expect(Buffer.from(first).equals(second)).toBe(true);
    writeFileSync(at('c.zip'), first);
    await unzipInto(at('c.zip'), at('out'));
    expect(readFileSync(at('out/b.txt'), 'utf8')).toBe('two');
    expect(readFileSync(at('out/a.bin')).length).toBe(5000);
  });

  it.each(['../up.txt', '/root.txt', 'a/../../up.txt', 'C:\\x.txt', 'a\\b.txt', './a.txt', 'a//b.txt'])(
    'is refused when it holds the path %s',
    async (name) => {
      writeFileSync(at('bad.zip'), zipSync({ [name]: new Uint8Array([1]) }));
      await expect(unzipInto(at('bad.zip'), at('out'))).rejects.toThrow('leads out of its folder');
    },
  );

  it('is refused when an entry lies about its size, is cut off, or is no zip', async () => {
    const zip = Buffer.from(zipSync({ 'a.txt': new Uint8Array(2_000_000) }));
    const list = zip.readUInt32LE(zip.length - 6);
    zip.writeUInt32LE(10, list + 24);
    writeFileSync(at('lies.zip'), zip);
    await expect(unzipInto(at('lies.zip'), at('out'))).rejects.toThrow('"a.txt" cannot be unpacked');
    writeFileSync(at('cut.zip'), zip.subarray(0, zip.length >> 1));
    await expect(unzipInto(at('cut.zip'), at('out'))).rejects.toThrow('no zip archive');
    writeFileSync(at('empty.zip'), '');
    await expect(unzipInto(at('empty.zip'), at('out'))).rejects.toThrow('no zip archive');
  });

  it('is refused when it would expand without bound', async () => {
    writeFileSync(at('bomb.zip'), zipSync({ 'zeros.bin': [new Uint8Array(50_000_000), { level: 9 }] }));
    await expect(unzipInto(at('bomb.zip'), at('out'))).rejects.toThrow('expands to more than');
  });
});
