import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'rolldown';
import { DIST, ROOT } from './places.mjs';

const out = join(DIST, 'electron');
const DAY_MS = 86_400_000;

/** Packages with native code or WebAssembly files beside them stay in node_modules; all others are bundled. */
const external = [/^electron$/, /^better-sqlite3/, /^@duckdb\//, /^onnxruntime-/, /^rolldown/, /^vite/];

/** Some bundled packages are CommonJS and ask for Node's own modules by require. */
const banner =
  "import { createRequire as createRequire_ } from 'node:module'; const require = createRequire_(import.meta.url);";

const entries = ['cli', 'engine', 'worker', 'probe', 'start', 'main'].filter((name) =>
  existsSync(join(ROOT, 'electron', `${name}.ts`)),
);

const { output } = await build({
  input: Object.fromEntries(entries.map((name) => [name, join(ROOT, 'electron', `${name}.ts`)])),
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
    banner,
  },
});

// What belongs to this build: parts of older ones lie beside it for a while.
writeFileSync(join(out, 'files.json'), JSON.stringify([...output.map(({ fileName }) => fileName), 'preload.cjs']));

// A sandboxed preload can only be one CommonJS file.
if (existsSync(join(ROOT, 'electron', 'preload.ts'))) {
  await build({
    input: join(ROOT, 'electron', 'preload.ts'),
    external: ['electron'],
    platform: 'node',
    logLevel: 'warn',
    output: { file: join(out, 'preload.cjs'), format: 'cjs', codeSplitting: false },
  });
}

// Parts of older builds may still be wanted by a process that runs, so only old ones go.
for (const file of readdirSync(out)) {
  const path = join(out, file);
  if (file.startsWith('part-') && Date.now() - statSync(path).mtimeMs > DAY_MS) rmSync(path);
}
