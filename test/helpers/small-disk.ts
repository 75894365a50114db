import { execFile } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface SmallDisk {
  remount(how: 'ro' | 'rw'): Promise<void>;
  unmount(): Promise<void>;
}

/** A file system of its own with a limited size; undefined where this account may not make one. */
export async function mountSmallDisk(folder: string, sizeBytes: number): Promise<SmallDisk | undefined> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined;
  await mkdir(folder, { recursive: true });
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${sizeBytes}`, 'tmpfs', folder]);
  } catch {
    // A container without the right to mount.
    return undefined;
  }
  return {
    async remount(how) {
      await run('mount', ['-o', `remount,${how}`, folder]);
    },
    async unmount() {
      await run('umount', [folder]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
