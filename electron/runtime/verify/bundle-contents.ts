import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  BUNDLE_FILES,
  BUNDLE_FORMAT_VERSION,
  type BundleManifest,
  type GoldenFile,
} from '../../../shared/bundle-format.ts';
import { filesOf } from './bundle-sums.ts';
import { need } from './check-list.ts';

const REQUIRED = [
  'model.onnx',
  'schema.json',
  'drift-reference.json',
  'golden.json',
  'model-card.html',
  'sbom.cdx.json',
  'server.mjs',
  'verify.mjs',
  'start.mjs',
  'package.json',
  'package-lock.json',
  'README.md',
  'wasm/ort.wasm.bundle.min.mjs',
  'wasm/ort-wasm-simd-threaded.wasm',
];

const readJson = (folder: string, name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'));

/** Compares bundle.json with what lies beside it. */
export function checkManifest(folder: string): { readonly manifest: BundleManifest; readonly detail: string } {
  const manifest = readJson(folder, BUNDLE_FILES.manifest) as BundleManifest;
  need(
    manifest.formatVersion === BUNDLE_FORMAT_VERSION,
    `bundle.json is of format ${String(manifest.formatVersion)}, not ${BUNDLE_FORMAT_VERSION}.`,
  );
  const files = filesOf(folder);
  const lacking = REQUIRED.filter((name) => !files.includes(name));
  need(lacking.length === 0, `the bundle lacks ${lacking.join(', ')}`);
  const sha256 = createHash('sha256')
    .update(readFileSync(join(folder, 'model.onnx')))
    .digest('hex');
  need(manifest.model.sha256 === sha256, 'bundle.json names another model.onnx.');
  for (const name of ['schema.json', 'drift-reference.json', 'sbom.cdx.json']) readJson(folder, name);
  return { manifest, detail: `${manifest.name} version ${manifest.version}, ${manifest.inputs.length} inputs` };
}

export const readGolden = (folder: string): GoldenFile => readJson(folder, BUNDLE_FILES.golden) as GoldenFile;
