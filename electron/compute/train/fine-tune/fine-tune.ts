import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema, type ValueInfoProto } from 'onnx-buf';
import { InferenceSession } from 'onnxruntime-node';
import { AppError } from '../../../../shared/errors.ts';
import { frameColumn } from '../../frame/frame.ts';
import { classAnswerNodes } from '../../onnx/answer-nodes.ts';
import { graft } from '../../onnx/graft-graph.ts';
import { FLOAT, GraphBuilder, makeValueInfo, modelBytes, STRING } from '../../onnx/graph-builder.ts';
import { raiseOpset } from '../../onnx/raise-opset.ts';
import { columnTensor, type ScorerInput } from '../../onnx/scorer.ts';
import { learnTargetScale, type TargetScale } from '../dense-data.ts';
import type { FitContext, Fitted, LabelledRows, TrainingData } from '../estimator.ts';
import type { NetworkTrained } from '../network-training.ts';
import { readParams } from '../read-params.ts';
import { seededRandom } from '../seeded-random.ts';
import { type StartedGraph, type StartedRows, trainStarted } from '../started-graph.ts';
import { type CutModel, featuresOf } from './cut-model.ts';
import { denseHead, flattenedHead, learnFeatureScale } from './dense-head.ts';
import { FineTuneParams } from './fine-tune-params.ts';
import { frontierOf, tuneChoice, tunedNetwork, tunedWeights } from './tuned-layers.ts';

const OPSET = 17;
const RUN_ROWS = 4096;

/** A model of columns, cut before its last layer. */
interface ColumnModel extends CutModel {
  readonly name: string;
  readonly columns: readonly ScorerInput[];
}

/** Names of the columns a model takes, or MODEL_INVALID where it takes something else. */
export async function readColumnModel(
  { path, name }: { readonly path: string; readonly name: string },
  features: string | undefined,
): Promise<ColumnModel> {
  const model = fromBinary(ModelProtoSchema, await readFile(path));
  if (!model.graph) throw new AppError('MODEL_INVALID', { message: `${name} holds no graph.` });
  const from = Number(model.opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx')?.version ?? 0n);
  const opset = Math.max(from, OPSET);
  const graph = raiseOpset(model.graph, from, opset);
  const constants = new Set(graph.initializer.map((tensor) => tensor.name));
  const columns = graph.input
    .filter((input) => !constants.has(input.name))
    .map((input): ScorerInput => ({ name: input.name, type: columnType(input, name) }));
  return {
    name,
    graph,
    opset,
    columns,
    inputs: columns.map((input) => input.name),
    features: featuresOf(graph, features, name),
  };
}

function columnType(input: ValueInfoProto, name: string): ScorerInput['type'] {
  const type = input.type?.value;
  if (type?.case === 'tensorType' && type.value.elemType === FLOAT) return 'float';
  if (type?.case === 'tensorType' && type.value.elemType === STRING) return 'string';
  throw new AppError('MODEL_INVALID', {
    message: `${name}: its input "${input.name}" is no column of numbers or text.`,
    remedy: 'Import the model with its columns named (--columns), or train on images.',
    kept: 'No model was made.',
  });
}

/** Values of the frozen part for every row. */
async function valuesOf(
  model: ColumnModel,
  rows: LabelledRows,
  names: readonly string[],
  context: FitContext,
): Promise<{ readonly dims: readonly number[]; readonly data: Float32Array }[]> {
  const graph = new GraphBuilder('cache_', model.inputs);
  const outputs = graft(graph, model.graph, new Map(model.inputs.map((name) => [name, name])), names);
  const bytes = modelBytes(
    graph.graph(
      'cache',
      columnInfos(model),
      outputs.map((name) => makeValueInfo(name, FLOAT, null)),
    ),
    model.opset,
  );
  const session = await InferenceSession.create(bytes, {
    executionProviders: ['cpu'],
    logSeverityLevel: 3,
    intraOpNumThreads: context.threads,
  });
  const count = rows.targets.length;
  const values: { dims: readonly number[]; data: Float32Array }[] = [];
  for (let from = 0; from < count; from += RUN_ROWS) {
    const to = Math.min(count, from + RUN_ROWS);
    const answer = await session.run(
      Object.fromEntries(
        model.columns.map((input) => [
          input.name,
          columnTensor(input, frameColumn(rows.features, input.name), from, to),
        ]),
      ),
    );
    for (const [index, name] of outputs.entries()) {
      const value = answer[name];
      if (!(value?.data instanceof Float32Array) || value.dims[0] !== to - from)
        throw new AppError('MODEL_INVALID', {
          message: `"${names[index]}" of ${model.name} is no row of numbers for each row.`,
          remedy: 'Cut the model at another result, or freeze more of it.',
        });
      const width = value.data.length / (to - from);
      values[index] ??= { dims: value.dims.slice(1), data: new Float32Array(count * width) };
      values[index]?.data.set(value.data, from * width);
    }
    await new Promise((done) => setImmediate(done));
    context.signal.throwIfAborted();
  }
  await session.release();
  return values;
}

const columnInfos = ({ columns }: ColumnModel): ValueInfoProto[] =>
  columns.map(({ name, type }) => makeValueInfo(name, type === 'string' ? STRING : FLOAT, ['N', 1]));

function rowsOf(
  { task }: TrainingData,
  { targets, weights }: LabelledRows,
  inputs: readonly Float32Array[],
  outputs: number,
  scale: TargetScale,
): StartedRows {
  const rows = targets.length;
  const scaled = task === 'regression' ? targets.map((value) => (value - scale.mean) / scale.deviation) : targets;
  const answers = new Float32Array(rows * outputs);
  for (const [row, target] of scaled.entries()) {
    if (task === 'multiclass') answers[row * outputs + target] = 1;
    else answers[row] = target;
  }
  return {
    rows,
    inputs,
    answers,
    weights: weights && Float32Array.from(weights),
  };
}

/**
 * Trains a registered model on: a new head on what its last layer was given, then, where asked, its last layers from where
 * they are. Its other weights stay. Throws MODEL_INVALID naming node and operator where one on the way has no gradient.
 */
export async function fineTune(
  data: TrainingData,
  from: { readonly path: string; readonly name: string },
  given: unknown,
  context: FitContext,
): Promise<Fitted> {
  const params = readParams('finetune', FineTuneParams, given);
  const model = await readColumnModel(from, params.features);
  const known = new Set(data.columns.map(({ name }) => name));
  const missing = model.inputs.filter((name) => !known.has(name));
  if (missing.length > 0)
    throw new AppError('BAD_INPUT', {
      message: `The dataset lacks ${missing.length === 1 ? 'a column' : 'columns'} that ${from.name} takes: ${missing.join(', ')}.`,
      remedy: 'Choose a dataset with these columns.',
      details: { missing },
    });
  const outputs = data.task === 'multiclass' ? (data.classes?.length ?? 1) : 1;
  const scale = learnTargetScale(data.task, data.train.targets);
  const { features } = model;
  const [learnt] = await valuesOf(model, data.train, [features], context);
  const [judged] = await valuesOf(model, data.validation, [features], context);
  if (!learnt) throw new AppError('BAD_INPUT', { message: 'There are no rows to learn from.' });
  const width = learnt.dims.reduce((product, size) => product * size, 1);
  const featureScale = learnFeatureScale(learnt.data, width);
  const head = denseHead(width, params.hidden, outputs, featureScale, seededRandom(context.seed));
  const flat = flattenedHead(head, learnt.dims);
  const rows = (part: LabelledRows, values: readonly Float32Array[]) => rowsOf(data, part, values, outputs, scale);
  const trained = await train(
    'head',
    { data, network: flat, params, learningRate: params.learningRate, epochs: params.epochs },
    rows(data.train, [learnt.data]),
    rows(data.validation, [judged?.data ?? new Float32Array()]),
    context,
  );
  const tuned = await tune();
  const best = tuned ?? { network: flat, frontier: [features], trained };
  return {
    onnx: tunedModel(model, best, data, scale),
    rowsSeen: trained.rowsSeen + (tuned?.trained.rowsSeen ?? 0),
    stoppedBecause: tuned
      ? `head: ${trained.stoppedBecause}; tuned layers: ${tuned.trained.stoppedBecause}`
      : trained.stoppedBecause,
    params: { ...params, from: from.name, features },
    refit: params,
  };

  async function tune() {
    const weights = tunedWeights(model, tuneChoice(params));
    if (weights.length === 0) return null;
    const frontier = frontierOf(model, weights);
    const values = await valuesOf(model, data.train, frontier, context);
    const held = await valuesOf(model, data.validation, frontier, context);
    const started: StartedGraph = {
      ...head,
      parameters: head.parameters.map((one, index) => ({ ...one, values: trained.parameters[index] ?? one.values })),
    };
    const network = tunedNetwork(
      model,
      weights,
      frontier.map((name, index) => ({ name, dims: values[index]?.dims ?? [] })),
      started,
    );
    context.log(`${weights.length} weights of ${from.name} are trained on`);
    const after = await train(
      'tuned',
      { data, network, params, learningRate: params.tuneRate, epochs: params.tuneEpochs },
      rows(
        data.train,
        values.map((value) => value.data),
      ),
      rows(
        data.validation,
        held.map((value) => value.data),
      ),
      context,
    );
    if (data.validation.targets.length > 0 && after.loss >= trained.loss) {
      context.log('tuning made validation rows no better: the head alone is kept');
      return null;
    }
    return { network, frontier, trained: after };
  }
}

async function train(
  name: 'head' | 'tuned',
  how: {
    readonly data: TrainingData;
    readonly network: StartedGraph;
    readonly params: FineTuneParams;
    readonly learningRate: number;
    readonly epochs: number;
  },
  learnt: StartedRows,
  judged: StartedRows,
  context: FitContext,
): Promise<NetworkTrained> {
  const { data, network, params, learningRate, epochs } = how;
  const folder = join(context.folder, name);
  await mkdir(folder, { recursive: true });
  const offset = name === 'tuned' ? params.epochs : 0;
  return trainStarted(
    network,
    [learnt, judged],
    {
      task: data.task,
      learningRate,
      batchRows: params.batchRows,
      epochs,
      patience: params.patience,
      weightDecay: params.weightDecay,
      draws: null,
    },
    { ...context, folder, measure: (step, series) => context.measure(offset + step, series) },
  );
}

/** The finished model: the same columns, what stayed of the model, what was trained, the answer. */
function tunedModel(
  model: ColumnModel,
  { network, frontier, trained }: { network: StartedGraph; frontier: readonly string[]; trained: NetworkTrained },
  { task, classes }: TrainingData,
  scale: TargetScale,
): Uint8Array {
  const graph = new GraphBuilder('node_', model.inputs);
  const values = graft(graph, model.graph, new Map(model.inputs.map((name) => [name, name])), frontier);
  const names = new Map(
    network.parameters.map(({ name, dims }, index) => [name, graph.floats(trained.parameters[index] ?? [], dims)]),
  );
  const scores = network.forward(graph, values, (name) => names.get(name) ?? name);
  if (classes === null) {
    const scaled = graph.add('Mul', [scores, graph.float(scale.deviation)]);
    graph.add('Add', [scaled, graph.float(scale.mean)], {}, { output: 'prediction' });
  }
  const outputs =
    classes === null
      ? [makeValueInfo('prediction', FLOAT, ['N', 1])]
      : classAnswerNodes(graph, scores, classes, task === 'binary');
  return modelBytes(graph.graph('model', columnInfos(model), outputs), model.opset);
}
