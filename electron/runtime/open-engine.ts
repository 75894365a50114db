import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createEngine, type EngineKind, type ModelEngine, type OrtModule } from './model-engine.ts';

const WASM_MODULE = 'ort.wasm.bundle.min.mjs';
const WASM_BINARY = 'ort-wasm-simd-threaded.wasm';

export interface EngineChoice {
  readonly engine: EngineKind | 'auto';
  /** Folder of the onnxruntime-node package, when it is not installed beside the server. */
  readonly nativePackage?: string | undefined;
}

/** The package's folder when it is installed beside the server or named, undefined otherwise. */
function nativePackageFolder(named: string | undefined): string | undefined {
  if (named) return existsSync(join(named, 'package.json')) ? named : undefined;
  try {
    return dirname(createRequire(join(import.meta.dirname, 'server.mjs')).resolve('onnxruntime-node/package.json'));
  } catch (error) {
    if (
      error instanceof Error &&
      'code' in error &&
      (error.code === 'MODULE_NOT_FOUND' || error.code === 'ERR_PACKAGE_PATH_NOT_EXPORTED')
    )
      return undefined;
    throw error;
  }
}

async function openNative(folder: string, model: Uint8Array): Promise<ModelEngine> {
  const ort = createRequire(join(folder, 'package.json'))(folder) as OrtModule;
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  return createEngine(ort, model, { kind: 'native', label: `onnxruntime-node ${version}` });
}

async function openWasm(model: Uint8Array): Promise<ModelEngine> {
  // Beside the server, never from a bundle named by an option: code comes from one place only.
  const folder = join(import.meta.dirname, 'wasm');
  const ort = (await import(pathToFileURL(join(folder, WASM_MODULE)).href)) as OrtModule;
  const binary = readFileSync(join(folder, WASM_BINARY));
  // One thread needs neither worker nor shared memory, and nothing is looked for anywhere else.
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmBinary = binary.buffer.slice(
    binary.byteOffset,
    binary.byteOffset + binary.byteLength,
  ) as ArrayBuffer;
  return createEngine(ort, model, { kind: 'wasm', label: `onnxruntime-web ${ort.env.versions.web ?? ''}`.trim() });
}

/**
 * Loads the model into onnxruntime-node where it can be found, else into the WebAssembly build the bundle carries.
 * `say` is told why the first was not taken.
 */
export async function openEngine(
  model: Uint8Array,
  { engine, nativePackage, say }: EngineChoice & { say(line: string): void },
): Promise<ModelEngine> {
  if (engine !== 'wasm') {
    const folder = nativePackageFolder(nativePackage);
    if (folder) {
      try {
        return await openNative(folder, model);
      } catch (error) {
        if (engine === 'native') throw error;
        say(`onnxruntime-node does not work here (${error instanceof Error ? error.message : String(error)}).`);
      }
    } else if (engine === 'native') {
      throw new Error('onnxruntime-node is not installed: run "npm ci" beside server.mjs, or use --engine wasm.');
    }
  }
  return openWasm(model);
}
