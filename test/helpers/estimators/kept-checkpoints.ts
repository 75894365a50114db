import { cpSync, readdirSync, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { vi } from 'vitest';
import type { FitContext } from '../../../electron/compute/train/estimator.ts';

/** Milliseconds by which the clock jumps after each round or epoch: more than any pause between checkpoints. */
const JUMP_MS = 600_000;

/** The state of all checkpoints in a folder, as text that changes whenever one is written. */
const writtenIn = (folder: string): string =>
  readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('checkpoint.bin'))
    .map((name) => {
      const { ino, mtimeNs } = statSync(join(folder, name), { bigint: true });
      return `${name} ${ino} ${mtimeNs}`;
    })
    .sort()
    .join();

/**
 * Runs a fit on a clock that jumps, so that every checkpoint that may be written is, and keeps the fit's folder as it was after
 * each, the last one with what the fit left at its end: what a kill at that moment leaves.
 */
export async function fitKeepingCheckpoints<T>(
  work: (context: FitContext) => Promise<T>,
  context: FitContext,
  kept: string,
): Promise<{ readonly fitted: T; readonly checkpoints: readonly string[] }> {
  await mkdir(kept, { recursive: true });
  const checkpoints: string[] = [];
  let last = '';
  const keep = (): void => {
    const written = writtenIn(context.folder);
    if (written === last) return;
    last = written;
    const copy = join(kept, String(checkpoints.length));
    cpSync(context.folder, copy, { recursive: true });
    checkpoints.push(copy);
  };
  const now = performance.now.bind(performance);
  let jumps = 0;
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now() + JUMP_MS * jumps);
  try {
    const shouldStop = (): boolean => {
      keep();
      jumps += 1;
      return context.shouldStop();
    };
    const fitted = await work({ ...context, shouldStop });
    keep();
    return { fitted, checkpoints };
  } finally {
    clock.mockRestore();
  }
}
