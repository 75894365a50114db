import { lstat, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { ModelProto } from 'onnx-buf';
import type { ModelInput, ModelOrigin, ModelTask, PixelScaling } from '../../../shared/contract/models.ts';
import { AppError } from '../../../shared/errors.ts';
import { isLayersFile } from '../../../shared/model-files.ts';
import { inspectModelTrees } from '../../compute/explain/inspect-model-trees.ts';
import { IMAGE_SCALES } from '../../compute/images/image-scales.ts';
import { type AdaptedModel, adaptModel, parseModel } from '../../compute/onnx/adapt-model.ts';
import { checkModel } from '../../compute/onnx/check-model.ts';
import { readExternalData } from '../../compute/onnx/external-data.ts';
import { opsetOf } from '../../compute/onnx/raise-opset.ts';
import { readLayersModel } from '../../compute/tfjs/layers-file.ts';
import { layersToOnnx } from '../../compute/tfjs/layers-model.ts';
import { inspectionLines } from '../../compute/train/inspection-lines.ts';
import type { TaskContext } from '../../jobs/task.ts';
import { hashFile } from '../../store/artifact-store.ts';

export interface ImportModelTaskParams {
  readonly path: string;
  readonly columns: readonly string[] | undefined;
  readonly labels: readonly string[] | undefined;
  readonly scaling: PixelScaling | undefined;
}

export interface ImportModelTaskResult {
  readonly onnxPath: string;
  readonly task: ModelTask;
  readonly classes: string[] | null;
  readonly inputs: ModelInput[];
  readonly origin: ModelOrigin;
  /** What its trees learnt, where it has some. */
  readonly inspectionPath: string | null;
}

/** What a file of the format can hold. */
const MOST_BYTES = 2 ** 31 - 1;
const LONGEST_TEXT = 500;

/** Checks a dropped model, brings it into the form in which models are scored where it fits, and opens it once. */
export async function importModelTask(
  { path, columns, labels, scaling }: ImportModelTaskParams,
  context: TaskContext,
): Promise<ImportModelTaskResult> {
  const fileName = basename(path);
  const tell = (stage: string, done: number) =>
    context.progress({ stage, done, total: 3, unit: 'steps', rate: null, etaMs: null });
  tell('read', 0);
  const found = await lstat(path);
  if (!found.isFile() || found.size === 0 || found.size > MOST_BYTES)
    throw new AppError('MODEL_INVALID', {
      message: `${fileName} ${found.size === 0 ? 'is empty' : found.size > MOST_BYTES ? `has ${found.size} bytes, more than an ONNX file can have` : 'is no file'}.`,
      remedy: 'Choose an ONNX file.',
      kept: 'Nothing was changed.',
    });
  const model = await readModel(path, fileName);
  if (model.graph) await readExternalData(model.graph, dirname(path), MOST_BYTES);
  tell('check', 1);
  checkModel(model);
  const scale = scaling === undefined ? undefined : IMAGE_SCALES[scaling];
  const origin = originOf(model, fileName, await hashFile(path), found.size);
  const adapted = adaptModel(model, { columns, labels, scale });
  tell('open', 2);
  const onnxPath = join(context.folder, 'model.onnx');
  await writeFile(onnxPath, adapted.bytes);
  const inputs = await openOnce(onnxPath, adapted, fileName);
  const classes = adapted.classes ? [...adapted.classes] : null;
  const inspectionPath = await writeInspection(adapted.bytes, classes, context.folder);
  return { onnxPath, task: adapted.task, classes, inputs, origin, inspectionPath };
}

async function writeInspection(bytes: Uint8Array, classes: string[] | null, folder: string): Promise<string | null> {
  const inspected = await inspectModelTrees(bytes, classes);
  if (inspected === null) return null;
  const path = join(folder, 'inspection.json');
  await writeFile(path, inspectionLines(inspected.inspection, inspected.trees));
  return path;
}

/** An ONNX file as it is; a layers model of TensorFlow.js, its weights beside it, as ONNX. */
async function readModel(path: string, fileName: string): Promise<ModelProto> {
  const bytes = await readFile(path);
  if (!/\.json$/i.test(fileName)) return parseModel(bytes, fileName);
  const text = bytes.toString('utf8');
  if (!isLayersFile(text))
    throw new AppError('MODEL_INVALID', {
      message: `${fileName} is no model: it has no "modelTopology".`,
      remedy: 'Choose an ONNX file, or the model.json of a TensorFlow.js layers model.',
      kept: 'Nothing was changed.',
    });
  const layers = await readLayersModel(text, (name) => readWeightsFile(join(dirname(path), name), name));
  return layersToOnnx(layers);
}

async function readWeightsFile(path: string, name: string): Promise<Uint8Array> {
  const found = await lstat(path).catch(() => null);
  if (found?.isFile() && found.size <= MOST_BYTES) return readFile(path);
  throw new AppError('MODEL_INVALID', {
    message: found ? `The weights file ${name} is no file that can be read.` : `The weights file ${name} is not there.`,
    remedy: 'Put all files that were saved with the model beside its model.json.',
    kept: 'Nothing was changed.',
  });
}

/** ONNX Runtime's own word on the model, in this process that ends with the job. Nothing of it is run. */
async function openOnce(path: string, { takes }: AdaptedModel, fileName: string): Promise<ModelInput[]> {
  const { InferenceSession } = await import('onnxruntime-node');
  const session = await InferenceSession.create(path, {
    executionProviders: ['cpu'],
    logSeverityLevel: 3,
    // Folding constants could run what the model holds.
    graphOptimizationLevel: 'disabled',
  }).catch((error: unknown) => {
    throw new AppError('MODEL_INVALID', {
      message: `${fileName} cannot be opened by ONNX Runtime: ${error instanceof Error ? (error.message.split('\n')[0] ?? '').slice(0, LONGEST_TEXT) : String(error)}`,
      remedy: 'Save the model again with the tool that made it.',
      kept: 'Nothing was changed.',
      cause: error,
    });
  });
  const inputs = session.inputMetadata.map((input): ModelInput => {
    const { name } = input;
    if (takes === 'image') return { name, type: 'image' };
    const type = input.isTensor ? input.type : 'sequence';
    if (takes === 'columns') return { name, type: type === 'string' ? 'string' : 'float' };
    const shape = input.isTensor
      ? input.shape.map((size) => (typeof size === 'number' && size < 2 ** 31 ? size : -1))
      : [];
    return { name, type: 'tensor', datatype: DATATYPES[type] ?? type.toUpperCase(), shape };
  });
  await session.release();
  return inputs;
}

const DATATYPES: Readonly<Record<string, string>> = {
  float32: 'FP32',
  float64: 'FP64',
  float16: 'FP16',
  string: 'BYTES',
};

const short = (text: string): string => (text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text);

function originOf(model: ModelProto, fileName: string, sha256: string, sizeBytes: number): ModelOrigin {
  const { graph } = model;
  const parameters = (graph?.initializer ?? []).reduce(
    (sum, { dims }) => sum + Number(dims.reduce((product, size) => product * size, 1n)),
    0,
  );
  return {
    fileName: short(fileName),
    sha256,
    sizeBytes,
    producer: short(`${model.producerName} ${model.producerVersion}`.trim()),
    opset: opsetOf(model) ?? 0,
    nodes: graph?.node.length ?? 0,
    parameters,
    description: short(model.docString || graph?.docString || ''),
  };
}
