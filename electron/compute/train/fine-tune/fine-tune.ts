import { readFile } from 'node:fs/promises';
import { fromBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema, type ValueInfoProto } from 'onnx-buf';
import { InferenceSession } from 'onnxruntime-node';
import { z } from 'zod';
import { AppError } from '../../../../shared/errors.ts';
import { frameColumn } from '../../frame/frame.ts';
import { classAnswerNodes } from '../../onnx/answer-nodes.ts';
import { columnTensor, type ScorerInput } from '../../onnx/column-tensor.ts';
import { graft } from '../../onnx/graft-graph.ts';
import { FLOAT, GraphBuilder, makeValueInfo, modelBytes, STRING } from '../../onnx/graph-builder.ts';
import { learnTargetScale, scaledAnswerNodes, type TargetScale } from '../dense-data.ts';
import {
  type Estimator,
  type FitContext,
  type Fitted,
  type LabelledRows,
  type ModelSource,
  startOf,
  type TrainingData,
} from '../estimator.ts';
import { readParams } from '../read-params.ts';
import { type CutModel, featuresOf, uncutGraph } from './cut-model.ts';
import { headInfo, headParams } from './head-params.ts';
import { headNodes, type TrainedHead, trainHead } from './head-training.ts';
import { type RowValues, RowValuesCollector } from './row-values.ts';

const OPSET = 17;
const RUN_ROWS = 4096;

const DEFAULTS = {
  learningRate: 2e-3,
  epochs: 40,
  batchRows: 64,
  patience: 8,
  weightDecay: 1e-3,
  tuneEpochs: 20,
  tuneRate: 5e-4,
};

const Params = z.object(headParams(DEFAULTS));

/** A model of columns, cut before its last layer. */
interface ColumnModel extends CutModel {
  readonly columns: readonly ScorerInput[];
}

/** A model with the columns it takes, not cut yet. Throws MODEL_INVALID where it takes something else. */
export async function readColumnModel({ path, name }: ModelSource): Promise<Omit<ColumnModel, 'features'>> {
  const model = fromBinary(ModelProtoSchema, await readFile(path));
  const { graph, opset, given } = uncutGraph(model, OPSET, name);
  const columns = given.map((input): ScorerInput => ({ name: input.name, type: columnType(input, name) }));
  return { graph, opset, columns, inputs: columns.map((input) => input.name) };
}

/** The same, cut at the result of that name, or at its last features: `featuresOf` says when it throws. */
export async function readCutModel(from: ModelSource, features: string | undefined): Promise<ColumnModel> {
  const model = await readColumnModel(from);
  return { ...model, features: featuresOf(model.graph, features, from.name) };
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
): Promise<readonly RowValues[]> {
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
  const collector = new RowValuesCollector(names, count);
  try {
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
      collector.add(
        outputs.map((name) => answer[name]),
        to - from,
      );
      await new Promise((done) => setImmediate(done));
      context.signal.throwIfAborted();
    }
    return collector.values;
  } finally {
    await session.release();
  }
}

const columnInfos = ({ columns }: ColumnModel): ValueInfoProto[] =>
  columns.map(({ name, type }) => makeValueInfo(name, type === 'string' ? STRING : FLOAT, ['N', 1]));

/** The finished model: the same columns, what stayed of the model, what was trained, the answer. */
function tunedModel(
  model: ColumnModel,
  trained: TrainedHead,
  { task, classes }: TrainingData,
  scale: TargetScale,
): Uint8Array {
  const graph = new GraphBuilder('node_', model.inputs);
  const scores = headNodes(graph, model, new Map(model.inputs.map((name) => [name, name])), trained);
  const outputs =
    classes === null
      ? scaledAnswerNodes(graph, scores, scale)
      : classAnswerNodes(graph, scores, classes, task === 'binary');
  return modelBytes(graph.graph('model', columnInfos(model), outputs), model.opset);
}

async function fit(data: TrainingData, params: z.infer<typeof Params>, context: FitContext): Promise<Fitted> {
  const from = startOf(data);
  const model = await readCutModel(from, params.features);
  const known = new Set(data.columns.map(({ name }) => name));
  const missing = model.inputs.filter((name) => !known.has(name));
  if (missing.length > 0)
    throw new AppError('BAD_INPUT', {
      message: `The dataset lacks ${missing.length === 1 ? 'a column' : 'columns'} that ${from.name} takes: ${missing.join(', ')}.`,
      remedy: 'Choose a dataset with these columns.',
      details: { missing },
    });
  const scale = learnTargetScale(data.task, data.train.targets);
  const trained = await trainHead(
    { ...data, model, params, scale, values: (part, names) => valuesOf(model, data[part], names, context) },
    context,
  );
  return {
    onnx: tunedModel(model, trained, data, scale),
    rowsSeen: trained.rowsSeen,
    stoppedBecause: trained.stoppedBecause,
    provider: trained.provider,
    params: { ...params, from: from.name, features: model.features },
    refit: { ...params, ...trained.refit },
  };
}

/** Trains a registered model of columns on: a new head on what its last layer was given, then, where asked, its last layers. */
export const fineTune: Estimator = {
  algorithm: 'finetune',
  label: 'Fine-tuning',
  description: 'A new head on what a registered model has learnt, then, where asked, its last layers too.',
  tasks: ['binary', 'multiclass', 'regression'],
  rank: 2,
  isProviderChosen: true,
  lower: 'batchRows, or tune fewer layers',
  params: headInfo(DEFAULTS),
  fit: (data, given, context) => fit(data, readParams('finetune', Params, given), context),
};
