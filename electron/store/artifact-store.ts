import { createHash } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readdirSync, rmSync, statSync } from 'node:fs';
import { mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../shared/errors.ts';

export type ArtifactKind = 'data' | 'models';

export interface Artifact {
  readonly path: string;
  readonly hash: string;
  readonly sizeBytes: number;
}

export interface Adoption {
  readonly kind: ArtifactKind;
  /** A finished file in the same file system (a job's folder in the workspace). */
  readonly temporaryPath: string;
  /** Of its bytes, lower-case hex; computed when left out. */
  readonly sha256?: string;
  /** With its dot. */
  readonly extension: string;
}

/** Larger pieces fall out of the processor's cache between reading and hashing. */
export const PIECE_BYTES = 1 << 18;

/** Sees the pieces of a file while it is hashed. */
export interface FileLook {
  /** Where the pieces are read to, one after the other. */
  readonly pieces: readonly [Buffer, Buffer];
  /** Gets a piece of the file, in one of `pieces`, before the next is read to the same place. */
  take(piece: Buffer): void;
}

export interface HashOptions {
  readonly look?: FileLook | undefined;
  readonly signal?: AbortSignal;
  /** Asked at the end of the file; answers once there may be more, or that it is all. */
  readonly waitForMore?: () => Promise<boolean>;
}

/** SHA-256 of a file's bytes, lower-case hex. */
export async function hashFile(path: string, { look, signal, waitForMore }: HashOptions = {}): Promise<string> {
  const hash = createHash('sha256');
  const file = await open(path);
  const pieces = look?.pieces ?? [Buffer.allocUnsafe(PIECE_BYTES), Buffer.allocUnsafe(PIECE_BYTES)];
  const readInto = (piece: Buffer) => file.read(piece, 0, piece.length);
  let coming = readInto(pieces[0]);
  try {
    for (let turn: 0 | 1 = 0; ; turn = turn === 0 ? 1 : 0) {
      const { bytesRead, buffer } = await coming;
      signal?.throwIfAborted();
      if (bytesRead === 0 && !(await waitForMore?.())) return hash.digest('hex');
      // The next piece comes while this one is hashed.
      coming = readInto(pieces[turn === 0 ? 1 : 0]);
      coming.catch(() => undefined);
      const read = buffer.subarray(0, bytesRead);
      hash.update(read);
      look?.take(read);
    }
  } finally {
    await coming.catch(() => undefined);
    await file.close();
  }
}

/** Immutable files named by the hash of their bytes. A file is flushed before it gets its name, so a name never lies. */
export class ArtifactStore {
  readonly #root: string;
  readonly #verified = new Set<string>();

  constructor(root: string) {
    this.#root = root;
  }

  pathOf(kind: ArtifactKind, hash: string, extension: string): string {
    return join(this.#root, kind, `${hash}${extension}`);
  }

  /** Moves a finished file into the store. A file that is there already stays; the new copy is removed. */
  async adopt({ kind, temporaryPath, sha256, extension }: Adoption): Promise<Artifact> {
    const file = await open(temporaryPath, 'r+');
    try {
      await file.sync();
    } finally {
      await file.close();
    }
    const hash = sha256 ?? (await hashFile(temporaryPath));
    const path = this.pathOf(kind, hash, extension);
    const sizeBytes = statSync(temporaryPath).size;
    await mkdir(join(this.#root, kind), { recursive: true });
    if (existsSync(path)) rmSync(temporaryPath);
    else await rename(temporaryPath, path);
    syncFolder(join(this.#root, kind));
    return { path, hash, sizeBytes };
  }

  /** The path of an artifact whose bytes were compared with its name, once an opening. Throws NOT_FOUND or CORRUPT. */
  async verified(kind: ArtifactKind, hash: string, extension: string): Promise<string> {
    const path = this.pathOf(kind, hash, extension);
    if (!existsSync(path)) {
      throw new AppError('NOT_FOUND', {
        message: `The workspace lacks the file ${path}.`,
        remedy: 'Restore the workspace folder from a backup.',
      });
    }
    // Size and time of change are part of the key: a file swapped under us is looked at again.
    const { size, mtimeMs } = statSync(path);
    const key = `${path}:${size}:${mtimeMs}`;
    if (this.#verified.has(key)) return path;
    const found = await hashFile(path);
    if (found !== hash) {
      throw new AppError('CORRUPT', {
        message: `The file ${path} was changed: its bytes hash to ${found.slice(0, 12)}…, its name says ${hash.slice(0, 12)}….`,
        remedy: 'Restore the file from a backup, or import or train again.',
        kept: 'All records are kept.',
      });
    }
    this.#verified.add(key);
    return path;
  }

  /** Removes files that no record names. `isNamed` gets a kind and a hash. Answers how many went. */
  collectGarbage(isNamed: (kind: ArtifactKind, hash: string) => boolean): number {
    let removed = 0;
    for (const kind of ['data', 'models'] as const) {
      const folder = join(this.#root, kind);
      for (const name of existsSync(folder) ? readdirSync(folder) : []) {
        const hash = name.slice(0, 64);
        if (/^[0-9a-f]{64}\./.test(name) && isNamed(kind, hash)) continue;
        rmSync(join(folder, name), { recursive: true, force: true });
        removed += 1;
      }
    }
    return removed;
  }
}

/** Flushes a folder's entries, where the system can. */
function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
