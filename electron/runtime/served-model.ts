import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BundleColumnType, BundleManifest } from '../../shared/bundle-format.ts';
import { BUNDLE_FILES, BUNDLE_FORMAT_VERSION } from '../../shared/bundle-format.ts';
import type { TensorSpec } from './datatypes.ts';
import type { ModelEngine } from './model-engine.ts';
import { type EngineChoice, openEngine } from './open-engine.ts';
import type { ServedInput } from './tensor-json.ts';

/** A bundle's model, loaded. */
export interface ServedModel {
  readonly name: string;
  readonly version: string;
  readonly engine: ModelEngine;
  readonly inputs: readonly ServedInput[];
  readonly inputIndex: ReadonlyMap<string, number>;
  readonly outputs: readonly TensorSpec[];
}

/** Reads bundle.json of a bundle's folder. Throws an Error that says what is wrong with it. */
export function readManifest(bundle: string): BundleManifest {
  const path = join(bundle, BUNDLE_FILES.manifest);
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as BundleManifest;
  if (manifest.formatVersion !== BUNDLE_FORMAT_VERSION) {
    throw new Error(
      `${path} is of format ${manifest.formatVersion}; this server reads format ${BUNDLE_FORMAT_VERSION}.`,
    );
  }
  return manifest;
}

const describe = (specs: readonly TensorSpec[]): string =>
  specs.map(({ name, datatype, shape }) => `${name} ${datatype}[${shape.join(',')}]`).join(', ');

function compare(what: string, stated: BundleManifest['outputs'], found: readonly TensorSpec[]): void {
  const same =
    stated.length === found.length &&
    stated.every(({ name, datatype }, i) => found[i]?.name === name && found[i]?.datatype === datatype);
  if (!same) throw new Error(`bundle.json does not fit model.onnx: its ${what} are ${describe(found)}.`);
}

/** Loads the model of a bundle's folder after comparing its bytes with the manifest. Throws an Error. */
export async function openServedModel(
  bundle: string,
  choice: EngineChoice & { say(line: string): void },
): Promise<ServedModel> {
  const manifest = readManifest(bundle);
  const model = readFileSync(join(bundle, 'model.onnx'));
  const found = createHash('sha256').update(model).digest('hex');
  if (found !== manifest.model.sha256)
    throw new Error('model.onnx is not the file that bundle.json names: it was changed.');
  const engine = await openEngine(model, choice);
  compare('inputs', manifest.inputs, engine.inputs);
  compare('outputs', manifest.outputs, engine.outputs);
  const types = new Map<string, BundleColumnType | null>(
    manifest.inputs.map(({ name, columnType }) => [name, columnType]),
  );
  return {
    name: manifest.name,
    version: manifest.version,
    engine,
    inputs: engine.inputs.map((input) => ({ ...input, columnType: types.get(input.name) ?? null })),
    inputIndex: new Map(engine.inputs.map(({ name }, index) => [name, index])),
    outputs: engine.outputs,
  };
}
