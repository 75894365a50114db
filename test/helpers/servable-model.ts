import { createHash } from 'node:crypto';
import { copyFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BundleInput, BundleManifest, BundleTensor } from '../../shared/bundle-format.ts';
import { fixtureModel } from './bundle-workspace.ts';

interface Signature {
  readonly inputs: readonly BundleInput[];
  readonly outputs: readonly BundleTensor[];
}

const column = (name: string, datatype: string): BundleInput => ({
  name,
  datatype,
  shape: [-1, 1],
  columnType: datatype === 'BYTES' ? 'text' : 'number',
});

const PROBABILITIES = { name: 'probabilities', datatype: 'FP32', shape: [-1, 2] };

const SIGNATURES: Readonly<Record<'tabular' | 'tensor', Signature>> = {
  tabular: {
    inputs: [column('age', 'FP32'), column('income', 'FP32'), column('city', 'BYTES'), column('job', 'BYTES')],
    outputs: [{ name: 'label', datatype: 'BYTES', shape: [-1] }, PROBABILITIES],
  },
  tensor: {
    inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 28], columnType: null }],
    outputs: [{ name: 'label', datatype: 'INT64', shape: [-1] }, PROBABILITIES],
  },
};

/** Writes what a server needs of a bundle, for one of the two small models: the model, bundle.json and the built server. */
export function writeServable(name: 'tabular' | 'tensor', folder: string, runtime: string): string {
  mkdirSync(folder, { recursive: true });
  copyFileSync(fixtureModel(`${name}.onnx`), join(folder, 'model.onnx'));
  const model = readFileSync(join(folder, 'model.onnx'));
  const manifest: BundleManifest = {
    formatVersion: 1,
    name,
    version: '1',
    task: 'binary',
    algorithm: 'network',
    target: { column: 'answer', over: null },
    classes: ['no', 'yes'],
    model: { path: 'model.onnx', sha256: createHash('sha256').update(model).digest('hex'), sizeBytes: model.length },
    ...SIGNATURES[name],
    targets: ['oip'],
    trainedAt: '2026-01-01T00:00:00.000Z',
    generator: { name: 'drydock', version: '0.1.0' },
  };
  writeFileSync(join(folder, 'bundle.json'), JSON.stringify(manifest));
  copyFileSync(join(runtime, 'server.mjs'), join(folder, 'server.mjs'));
  cpSync(join(runtime, 'wasm'), join(folder, 'wasm'), { recursive: true });
  return folder;
}
