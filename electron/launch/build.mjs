import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { background } from './child.mjs';
import { DIST, NODE, packageFile, ROOT } from './places.mjs';
import { withProgress } from './progress.mjs';
import { stampOf } from './stamp.mjs';
import { refusalOf, Stop } from './stop.mjs';

const ALWAYS = ['package.json', 'package-lock.json'];

/** What is built, from what, by which script. A start needs all; the command line needs no page. */
export const PARTS = {
  page: {
    sources: ['renderer', 'shared', ...ALWAYS],
    outputs: ['dist/renderer/index.html'],
    command: [packageFile('vite', 'bin', 'vite.js'), 'build', '-c', 'renderer/vite.config.ts', '--logLevel', 'error'],
  },
  programs: {
    sources: ['electron', 'shared', ...ALWAYS],
    outputs: [
      'dist/electron/cli.mjs',
      'dist/electron/engine.mjs',
      'dist/electron/worker.mjs',
      'dist/electron/main.mjs',
      'dist/electron/preload.cjs',
    ],
    command: [join(ROOT, 'electron', 'launch', 'build-programs.mjs')],
  },
  runtime: {
    sources: ['electron/runtime', 'electron/compute', 'shared', ...ALWAYS],
    outputs: ['dist/runtime/server.mjs'],
    command: [join(ROOT, 'electron', 'runtime', 'build.ts')],
  },
};

const lockFile = join(DIST, '.building');

const NAMING_MS = 2000;

const isAlive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    // Gone, or never ours: its lock is a leftover.
    return false;
  }
};

/** Two starts at the same moment must not build into each other: the second waits for the first. */
async function whileBuilding(work) {
  mkdirSync(DIST, { recursive: true });
  for (;;) {
    try {
      writeFileSync(lockFile, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') {
        // A full disk leaves the name without the holder.
        rmSync(lockFile, { force: true });
        throw error;
      }
      if (!isHeld()) rmSync(lockFile, { force: true });
      await wait(100);
    }
  }
  try {
    return await work();
  } finally {
    rmSync(lockFile, { force: true });
  }
}

function isHeld() {
  try {
    const holder = Number(readFileSync(lockFile, 'utf8'));
    // Without a number its holder is about to write one, or ended before it did.
    return holder > 0 ? isAlive(holder) : Date.now() - statSync(lockFile).mtimeMs < NAMING_MS;
  } catch {
    // Released between the two looks.
    return true;
  }
}

async function buildPart(name, stamp) {
  // What is built is what is shipped, also where a test asked for it: a test's environment would give React's slow one.
  const { code, output } = await background(NODE, PARTS[name].command, { env: { NODE_ENV: 'production' } });
  if (code !== 0)
    throw (
      refusalOf(output, 'building') ??
      new Stop(
        `Building the ${name} failed:\n${output.trim()}\n`,
        'Correct the source named above and run the same command again.',
      )
    );
  stamp.save();
}

const staleOf = (names) =>
  names
    .map((name) => ({ name, stamp: stampOf(name, PARTS[name].sources, PARTS[name].outputs) }))
    .filter(({ stamp }) => stamp.isStale());

/** Builds those parts whose sources have changed since they were built. */
export async function ensureBuilt(names = Object.keys(PARTS)) {
  if (staleOf(names).length === 0) return;
  await whileBuilding(async () => {
    const stale = staleOf(names);
    if (stale.length === 0) return;
    await withProgress(`Building the ${stale.map(({ name }) => name).join(', ')} ...`, async () => {
      // Settled, not raced: no build may still run when this process ends with an error.
      const outcomes = await Promise.allSettled(stale.map(({ name, stamp }) => buildPart(name, stamp)));
      for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
    });
  });
}
