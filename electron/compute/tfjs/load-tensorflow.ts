import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import util from 'node:util';
import { AppError } from '../../../shared/errors.ts';
import { nativePart } from './native-part.ts';
import type { LoadedTensorFlow, TensorFlow } from './tensorflow.ts';

const require = createRequire(import.meta.url);
/** `node` and `wasm` insist on one; `auto` takes the native part where it is set up. */
export type TensorFlowBackend = 'auto' | 'node' | 'wasm';

let loaded: Promise<LoadedTensorFlow> | undefined;

/**
 * Loads TensorFlow.js once a process: on its native part where `drydock setup tfjs-node` made one, else on WebAssembly.
 * NOT_YET_AVAILABLE when the optional packages are not installed, or the native part is asked for and not set up.
 */
export function loadTensorFlow(backend: TensorFlowBackend = 'auto'): Promise<LoadedTensorFlow> {
  loaded ??= backend === 'wasm' ? loadWasm() : loadNative(backend === 'node');
  return loaded;
}

async function loadNative(isRequired: boolean): Promise<LoadedTensorFlow> {
  const native = nativePart();
  if (native === null) {
    if (!isRequired) return loadWasm();
    throw new AppError('NOT_YET_AVAILABLE', {
      message: 'The native part of tfjs-node is not set up.',
      remedy: 'Run `drydock setup tfjs-node`.',
    });
  }
  restoreNodeUtil();
  const tf = required(() => {
    standIn('@mapbox/node-pre-gyp', { find: () => native.binding });
    return require('@tensorflow/tfjs-node') as TensorFlow;
  });
  await tf.setBackend('tensorflow');
  await tf.ready();
  return { tf, label: `${named(tf)} on tfjs-node (TensorFlow ${native.tensorflow})`, isNative: true };
}

async function loadWasm(): Promise<LoadedTensorFlow> {
  restoreNodeUtil();
  const tf = required(() => {
    const wasm = require('@tensorflow/tfjs-backend-wasm') as { setWasmPaths(folder: string): void };
    wasm.setWasmPaths(`${dirname(require.resolve('@tensorflow/tfjs-backend-wasm'))}/`);
    return require('@tensorflow/tfjs') as TensorFlow;
  });
  await tf.setBackend('wasm');
  await tf.ready();
  return { tf, label: `${named(tf)} on WebAssembly`, isNative: false };
}

const named = (tf: TensorFlow): string => `TensorFlow.js ${tf.version['tfjs-core'] ?? ''}`;

function required<T>(load: () => T): T {
  try {
    return load();
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND';
    if (!isMissing) throw error;
    throw new AppError('NOT_YET_AVAILABLE', {
      message: 'TensorFlow.js is not installed here.',
      remedy: 'Run `npm ci` without `--omit=optional`, or train with the engine `onnx`.',
      cause: error,
    });
  }
}

/** Node 23 took away two functions that tfjs-node 4.22 still calls in its kernels. */
function restoreNodeUtil(): void {
  const old = util as unknown as Record<string, unknown>;
  old['isNullOrUndefined'] ??= (value: unknown) => value === null || value === undefined;
  old['isArray'] ??= Array.isArray;
}

/** Puts an object in a package's place for tfjs-node, which asks this one where its native part lies. */
function standIn(name: string, exports: unknown): void {
  const fromTfjs = createRequire(require.resolve('@tensorflow/tfjs-node/package.json'));
  const id = fromTfjs.resolve(name);
  const { Module } = require('node:module') as { Module: new (id: string) => NodeJS.Module };
  const module = new Module(id);
  module.exports = exports;
  module.loaded = true;
  require.cache[id] = module;
}
