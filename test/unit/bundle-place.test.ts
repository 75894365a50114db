import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bundlePlace, placeBundle } from '../../electron/services/bundles/bundle-place.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'drydock-place-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string): string => join(folder, name);
const makeBundle = (name: string, text: string): string => {
  mkdirSync(at(name), { recursive: true });
  for (const file of ['bundle.json', 'SHA256SUMS']) writeFileSync(join(at(name), file), text);
  return at(name);
};
/** The number of a process that is surely gone. */
const GONE = 2 ** 22 + 1;

describe('the place of a bundle', () => {
  it('is the folder or zip asked for, or one of its own in the workspace', async () => {
    const asked = { bundlesFolder: at('ws'), name: 'm-v1', isZip: false };
    expect(await bundlePlace({ ...asked, out: undefined })).toEqual({ path: at('ws/m-v1'), isZip: false });
    expect(await bundlePlace({ ...asked, out: undefined, isZip: true })).toEqual({
      path: at('ws/m-v1.zip'),
      isZip: true,
    });
    expect(await bundlePlace({ ...asked, out: at('x.ZIP') })).toEqual({ path: at('x.ZIP'), isZip: true });
    mkdirSync(at('there'));
    expect(await bundlePlace({ ...asked, out: at('there') })).toEqual({ path: at('there'), isZip: false });
    expect(await bundlePlace({ ...asked, out: at('there'), isZip: true })).toEqual({
      path: at('there/m-v1.zip'),
      isZip: true,
    });
  });

  it('is never one that holds other files', async () => {
    mkdirSync(at('full'));
    writeFileSync(at('full/thesis.txt'), '');
    const asked = { bundlesFolder: at('ws'), name: 'm-v1', isZip: false };
    await expect(bundlePlace({ ...asked, out: at('full') })).rejects.toThrow('holds other files');
    await expect(bundlePlace({ ...asked, out: at('full/thesis.txt') })).rejects.toThrow('is a file');
    makeBundle('older', '1');
    expect((await bundlePlace({ ...asked, out: at('older') })).path).toBe(at('older'));
  });

  it('is taken over from an older bundle, with nothing left beside it', async () => {
    makeBundle('out/b', 'older');
    await placeBundle(makeBundle('staging', 'newer'), at('out/b'));
    expect(readFileSync(at('out/b/bundle.json'), 'utf8')).toBe('newer');
    expect(readdirSync(at('out'))).toEqual(['b']);
    expect(existsSync(at('staging'))).toBe(false);
  });

  it('keeps the older bundle when the newer one is not there', async () => {
    makeBundle('out/b', 'older');
    await expect(placeBundle(at('absent'), at('out/b'))).rejects.toThrow();
    expect(readFileSync(at('out/b/bundle.json'), 'utf8')).toBe('older');
    expect(readdirSync(at('out'))).toEqual(['b']);
  });

  it('heals what a killed export left beside it', async () => {
    makeBundle(`out/.b.${GONE}.old`, 'older');
    makeBundle(`out/.b.${GONE}.new`, 'half');
    await expect(placeBundle(at('absent'), at('out/b'))).rejects.toThrow();
    expect(readFileSync(at('out/b/bundle.json'), 'utf8')).toBe('older');
    expect(readdirSync(at('out'))).toEqual(['b']);
  });
});
