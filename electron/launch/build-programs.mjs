import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'rolldown';
import { DIST, ROOT } from './places.mjs';

const out = join(DIST, 'electron');
const DAY_MS = 86_400_000;

/** Packages with native code or WebAssembly files beside them stay in node_modules; all others are bundled. */
const external = [
  /^electron$/,
  /^better-sqlite3/,
  /^@duckdb\//,
  /^onnxruntime-/,
  /^sharp$/,
  /^@img\//,
  /^rolldown/,
  /^vite/,
];

/** Files that Node starts, by the name they get in dist/electron: processes, and threads that a task starts itself. */
const STARTED = {
  cli: 'cli.ts',
  engine: 'engine.ts',
  worker: 'worker.ts',
  probe: 'probe.ts',
  start: 'start.ts',
  main: 'main.ts',
  'crew-member': 'compute/trees/crew-member.ts',
  'row-member': 'compute/trees/scoring/row-member.ts',
};

const { output } = await build({
  input: Object.fromEntries(Object.entries(STARTED).map(([name, path]) => [name, join(ROOT, 'electron', path)])),
  external,
  platform: 'node',
  logLevel: 'warn',
  output: {
    dir: out,
    format: 'esm',
    entryFileNames: '[name].mjs',
    // Flat: program-files.ts finds its neighbours by its own folder.
    chunkFileNames: 'part-[hash].mjs',
    sourcemap: true,
  },
});

// What belongs to this build: parts of older ones lie beside it for a while.
writeFileSync(join(out, 'files.json'), JSON.stringify([...output.map(({ fileName }) => fileName), 'preload.cjs']));

// A sandboxed preload can only be one CommonJS file.
await build({
  input: join(ROOT, 'electron', 'preload.ts'),
  external: ['electron'],
  platform: 'node',
  logLevel: 'warn',
  output: { file: join(out, 'preload.cjs'), format: 'cjs', codeSplitting: false },
});

// Parts of older builds may still be wanted by a process that runs, so only old ones go.
for (const file of readdirSync(out)) {
  const path = join(out, file);
  if (file.startsWith('part-') && Date.now() - statSync(path).mtimeMs > DAY_MS) rmSync(path);
}
