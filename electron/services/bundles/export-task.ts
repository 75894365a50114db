import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  BUNDLE_FILES,
  BUNDLE_FORMAT_VERSION,
  type BundleInput,
  type BundleManifest,
} from '../../../shared/bundle-format.ts';
import type { BundleFile, VerificationCheck } from '../../../shared/contract/bundles.ts';
import type { ColumnProfile } from '../../../shared/contract/datasets.ts';
import type { EvaluationReport } from '../../../shared/contract/evaluation.ts';
import type { ModelVersion } from '../../../shared/contract/models.ts';
import type { SchemaDocument } from '../../../shared/contract/validation.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Task, TaskContext } from '../../jobs/task.ts';
import { licenceFiles } from './bundle-licences.ts';
import { bundleReadme } from './bundle-readme.ts';
import { bundleSbom, type RuntimePackages } from './bundle-sbom.ts';
import { BundleServer } from './bundle-server.ts';
import { BundleWriter } from './bundle-writer.ts';
import { driftReference } from './drift-reference.ts';
import { askEach, askServer, goldenFile, goldenText } from './golden-file.ts';
import { goldenImages, scoredImages } from './golden-images.ts';
import { goldenRows, heldOutRows } from './golden-rows.ts';
import { goldenTensors } from './golden-tensors.ts';
import { modelCard } from './model-card/model-card.ts';
import { readModelTensors } from './model-tensors.ts';
import { runVerifier } from './run-verifier.ts';
import { signSums } from './signing-key.ts';
import { exportTargets } from './targets/export-targets.ts';
import { zipFolder } from './zip-archive.ts';

export interface ExportTaskParams {
  readonly version: ModelVersion;
  readonly onnxPath: string;
  /** Held-out rows as Parquet with raw columns. */
  readonly testPath: string | null;
  readonly profile: readonly ColumnProfile[];
  readonly schema: SchemaDocument | null;
  readonly evaluation: EvaluationReport | null;
  readonly targets: readonly string[];
  readonly isZip: boolean;
  /** dist/runtime. */
  readonly runtimeFolder: string;
  readonly keyPath: string;
  readonly keyId: string;
  readonly generatorVersion: string;
  readonly createdAt: string;
}

export interface ExportTaskResult {
  /** The finished folder or zip, in the job's folder. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly files: readonly BundleFile[];
  readonly checks: readonly VerificationCheck[];
}

/** Rows scored for the reference of the model's answers, fewer when they are wide. */
const SCORED = 2000;
const SCORED_CELLS = 400_000;
const STAGES = ['model and server', 'golden answers', 'documents', 'signature', 'verification'] as const;

/** Writes a bundle into the job's folder, signs it and runs its conformance test on fresh servers. */
export const exportTask: Task<ExportTaskParams, ExportTaskResult> = async (params, context) => {
  const folder = join(context.folder, 'bundle');
  // A first attempt that was cut off leaves nothing behind in the second.
  rmSync(folder, { recursive: true, force: true });
  const stage = (index: number): void => {
    context.signal.throwIfAborted();
    context.progress({
      stage: STAGES[index] ?? 'archive',
      done: index,
      total: STAGES.length,
      unit: 'steps',
      rate: null,
      etaMs: null,
    });
  };

  stage(0);
  const writer = new BundleWriter(folder);
  const manifest = await writeProgram(writer, params);
  stage(1);
  const { golden, scored } = await withServer(params, folder, context, async (url) => {
    if (params.version.task === 'tensors') {
      const drawn = goldenTensors(manifest.inputs);
      return { golden: await goldenFile(url, manifest, drawn, () => stage(1), false), scored: [] };
    }
    const image = params.version.inputs.find(({ type }) => type === 'image');
    const { signal } = context;
    const rows = image
      ? await goldenImages(params.testPath, image.column ?? image.name, signal)
      : await goldenRows(params.testPath, manifest.inputs, params.profile);
    const file = await goldenFile(url, manifest, rows, () => stage(1));
    if (image) {
      const images = await scoredImages(params.testPath, image.column ?? image.name, signal);
      return { golden: file, scored: await askEach(url, manifest, images, () => stage(1)) };
    }
    const held = await heldOutRows(
      params.testPath,
      manifest.inputs,
      Math.min(SCORED, Math.ceil(SCORED_CELLS / manifest.inputs.length)),
    );
    return { golden: file, scored: held.length > 0 ? await askServer(url, manifest, held) : [] };
  });
  context.log(`${golden.requests.length} golden requests answered`);
  stage(2);
  const packages = JSON.parse(readFileSync(join(params.runtimeFolder, 'packages.json'), 'utf8')) as RuntimePackages;
  writer.text(BUNDLE_FILES.golden, goldenText(golden));
  writer.json('drift-reference.json', driftReference(params.version, params.profile, scored));
  writer.json('schema.json', schemaOf(params));
  writer.text('model-card.html', modelCard({ ...params, manifest, golden }));
  writer.text('README.md', bundleReadme(manifest, golden.requests[0]));
  const licences = licenceFiles(packages, readFileSync(join(params.runtimeFolder, 'LICENSE'), 'utf8'));
  for (const [path, text] of Object.entries(licences)) writer.text(path, text);
  for (const target of exportTargets(params.targets)) {
    for (const [path, text] of Object.entries(target.files(manifest))) writer.text(path, text);
  }
  writer.json('sbom.cdx.json', bundleSbom(manifest, packages, writer.files));
  stage(3);
  const sums = writer.sums();
  writer.text(BUNDLE_FILES.sums, sums);
  writer.json(BUNDLE_FILES.signature, signSums(params.keyPath, sums, params.createdAt));
  stage(4);
  const checks = await runVerifier({
    runtimeFolder: params.runtimeFolder,
    bundleFolder: folder,
    keyId: params.keyId,
    signal: context.signal,
    tell: ({ name, isOk, detail }) => {
      context.log(`${isOk ? 'ok' : 'FAILED'} ${name}: ${detail}`);
      stage(4);
    },
  });
  const { files } = writer;
  const path = params.isZip ? writeZip(context.folder, folder, files) : folder;
  const sizeBytes = params.isZip ? statSync(path).size : files.reduce((sum, file) => sum + file.sizeBytes, 0);
  return { path, sizeBytes, files, checks };
};

function writeZip(folder: string, bundle: string, files: readonly BundleFile[]): string {
  const path = join(folder, 'bundle.zip');
  writeFileSync(
    path,
    zipFolder(
      bundle,
      files.map((file) => file.path),
    ),
  );
  return path;
}

/** Model, manifest and server: what a server needs to start. */
async function writeProgram(writer: BundleWriter, params: ExportTaskParams): Promise<BundleManifest> {
  const { version, runtimeFolder, profile } = params;
  writer.copy('model.onnx', params.onnxPath);
  for (const name of ['server.mjs', 'start.mjs', 'verify.mjs', 'package-lock.json'])
    writer.copy(name, join(runtimeFolder, name));
  writer.copyFolder('wasm', join(runtimeFolder, 'wasm'));
  writer.copy('package.json', join(runtimeFolder, 'package.json'));
  // npm before 11 does not know `allowScripts`; no package here needs a script.
  writer.text('.npmrc', 'ignore-scripts=true\n');
  const { inputs, outputs } = await readModelTensors(params.onnxPath);
  const types = new Map(profile.map(({ name, type }) => [name, type]));
  const model = writer.files.find(({ path }) => path === 'model.onnx');
  if (model?.sha256 !== version.hash) {
    throw new AppError('CORRUPT', {
      message: `The model file of ${version.name} was changed.`,
      remedy: 'Restore it from a backup or train again.',
    });
  }
  const manifest: BundleManifest = {
    formatVersion: BUNDLE_FORMAT_VERSION,
    name: version.name,
    version: String(version.version),
    task: version.task,
    algorithm: version.algorithm,
    target: version.target,
    classes: version.classes,
    model: { path: 'model.onnx', sha256: model.sha256, sizeBytes: model.sizeBytes },
    inputs: inputs.map((input): BundleInput => {
      const type = types.get(input.name) ?? null;
      // A picture is a tensor of pixels, no cell of a column.
      return { ...input, columnType: type === 'image' ? null : type };
    }),
    outputs,
    targets: exportTargets(params.targets).map(({ target }) => target),
    trainedAt: version.createdAt,
    generator: { name: 'drydock', version: params.generatorVersion },
  };
  writer.json(BUNDLE_FILES.manifest, manifest);
  return manifest;
}

/** schema.json: the columns the model takes, and the rules of the dataset that speak of them. */
function schemaOf({ version, schema, profile }: ExportTaskParams) {
  const names = new Set(version.inputs.map(({ name }) => name));
  const types = new Map(profile.map(({ name, type }) => [name, type]));
  const known = new Map(schema?.columns.map((column) => [column.name, column]));
  return {
    formatVersion: 1,
    columns: version.inputs.map(({ name, type }) => ({
      name,
      type: known.get(name)?.type ?? types.get(name) ?? (type === 'string' ? 'text' : 'number'),
      isRequired: true,
    })),
    rules: (schema?.rules ?? []).filter(({ column }) => column !== null && names.has(column)),
  };
}

async function withServer<T>(
  { runtimeFolder }: ExportTaskParams,
  bundleFolder: string,
  { signal }: TaskContext,
  work: (url: string) => Promise<T>,
): Promise<T> {
  mkdirSync(bundleFolder, { recursive: true });
  const server = await BundleServer.start({
    runtimeFolder,
    bundleFolder,
    host: '127.0.0.1',
    port: 0,
    token: null,
    signal,
  });
  try {
    return await work(server.url);
  } finally {
    await server.stop();
  }
}
