import { createHash, randomUUID } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { build } from 'rolldown';
import { installableLock, type LockFile, packagesOf } from './bundle-packages.ts';

/**
 * Builds what every bundle carries into dist/runtime/: server.mjs, verify.mjs and start.mjs, each one file that needs
 * nothing beside it; the WebAssembly build of ONNX Runtime; package.json with its own lock file; facts and licences of
 * the packages. Nothing is done when none of its sources has changed.
 */
const ROOT = join(import.meta.dirname, '..', '..');
const OUT = join(ROOT, 'dist', 'runtime');
const WASM_FILES = ['ort.wasm.bundle.min.mjs', 'ort-wasm-simd-threaded.wasm'] as const;
const SHARED_SOURCES = ['bundle-format.ts', 'column-type.ts', 'errors.ts'] as const;
const RULES = join(ROOT, 'electron', 'compute', 'rules');

const read = (...path: readonly string[]): string => readFileSync(join(ROOT, ...path), 'utf8');

function sourceHash(): string {
  const hash = createHash('sha256');
  const folder = join(import.meta.dirname);
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    if (entry.endsWith('.ts')) hash.update(entry).update(readFileSync(join(folder, entry)));
  }
  for (const name of readdirSync(RULES).sort()) hash.update(name).update(readFileSync(join(RULES, name)));
  for (const name of SHARED_SOURCES) hash.update(read('shared', name));
  return hash.update(read('package-lock.json')).digest('hex');
}

async function bundlePrograms(folder: string, version: string): Promise<void> {
  for (const name of ['server', 'verify', 'start']) {
    await build({
      input: join(import.meta.dirname, `${name}.ts`),
      external: [/^node:/],
      platform: 'node',
      logLevel: 'warn',
      transform: { target: 'node20', define: { RUNTIME_VERSION: JSON.stringify(version) } },
      output: { file: join(folder, `${name}.mjs`), format: 'esm', codeSplitting: false, sourcemap: false },
    });
  }
}

function writePackages(folder: string): void {
  const lock = JSON.parse(read('package-lock.json')) as LockFile;
  const native = packagesOf(lock, 'onnxruntime-node');
  const { packageJson, packageLock } = installableLock(lock, native);
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(packageJson, null, 2)}\n`);
  writeFileSync(join(folder, 'package-lock.json'), `${JSON.stringify(packageLock, null, 2)}\n`);
  const web = packagesOf(lock, 'onnxruntime-web').filter(({ path }) => path === 'node_modules/onnxruntime-web');
  const zod = packagesOf(lock, 'zod').filter(({ path }) => path === 'node_modules/zod');
  const facts = { carried: [...web, ...zod], installed: native };
  writeFileSync(join(folder, 'packages.json'), `${JSON.stringify(facts, null, 2)}\n`);
}

/** Puts a finished folder in the place of dist/runtime; another build of the same sources may have been faster. */
function replaceFolder(folder: string, hash: string): void {
  const old = `${OUT}.${randomUUID()}.old`;
  if (existsSync(OUT)) renameSync(OUT, old);
  try {
    renameSync(folder, OUT);
  } catch (error) {
    if (!existsSync(join(OUT, 'source-hash')) || readFileSync(join(OUT, 'source-hash'), 'utf8') !== hash) throw error;
  } finally {
    rmSync(old, { recursive: true, force: true });
  }
}

export async function buildRuntime(): Promise<string> {
  const stamp = join(OUT, 'source-hash');
  const hash = sourceHash();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return OUT;
  const { version } = JSON.parse(read('package.json')) as { version: string };
  // Written beside and then renamed: two builds at once never leave half of one.
  const folder = `${OUT}.${randomUUID()}`;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'wasm'), { recursive: true });
  try {
    await bundlePrograms(folder, version);
    writePackages(folder);
    for (const name of WASM_FILES)
      copyFileSync(join(ROOT, 'node_modules', 'onnxruntime-web', 'dist', name), join(folder, 'wasm', name));
    copyFileSync(join(ROOT, 'LICENSE'), join(folder, 'LICENSE'));
    writeFileSync(join(folder, 'source-hash'), hash);
    replaceFolder(folder, hash);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return OUT;
}

if (import.meta.main) await buildRuntime();
