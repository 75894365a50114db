import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { BundleFile } from '../../../shared/contract/bundles.ts';
import { purposeOf } from './file-purposes.ts';

const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

/** Writes a bundle's files into a folder and keeps their sums. */
export class BundleWriter {
  readonly folder: string;
  readonly #files = new Map<string, BundleFile>();

  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  /** What was written so far, sorted by path. */
  get files(): BundleFile[] {
    return [...this.#files.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  text(path: string, content: string): void {
    const target = join(this.folder, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content);
    this.#keep(path, Buffer.byteLength(content), sha256(content));
  }

  /** JSON with two spaces: people read these files. */
  json(path: string, value: unknown): void {
    this.text(path, `${JSON.stringify(value, null, 2)}\n`);
  }

  copy(path: string, from: string): void {
    const target = join(this.folder, path);
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(from, target);
    this.#keep(path, statSync(target).size, sha256(readFileSync(target)));
  }

  /** Copies a folder's files, not those of its subfolders. */
  copyFolder(path: string, from: string): void {
    for (const entry of readdirSync(from, { withFileTypes: true }))
      if (entry.isFile()) this.copy(`${path}/${entry.name}`, join(from, entry.name));
  }

  /** Lines of SHA256SUMS, as `sha256sum -c` reads them. */
  sums(): string {
    return this.files.map((file) => `${file.sha256}  ${file.path}\n`).join('');
  }

  #keep(path: string, sizeBytes: number, hash: string): void {
    this.#files.set(path, { path, sizeBytes, sha256: hash, purpose: purposeOf(path) });
  }
}
