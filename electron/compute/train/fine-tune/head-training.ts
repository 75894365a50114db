import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import type { Provider } from '../../../../shared/contract/providers.ts';
import { countText } from '../../../../shared/count-text.ts';
import { AppError } from '../../../../shared/errors.ts';
import { graft } from '../../onnx/graft-graph.ts';
import type { GraphBuilder } from '../../onnx/graph-builder.ts';
import { NO_SCALE, type TargetScale } from '../dense-data.ts';
import { type FitContext, type LabelledRows, type TrainingData, withTimeLeft } from '../estimator.ts';
import { differentiableNodes } from '../gradients/differentiate.ts';
import type { NetworkTrained } from '../network-training.ts';
import { seededRandom } from '../seeded-random.ts';
import { outputsOf, type StartedGraph, startedRows, trainStarted } from '../started-graph.ts';
import { parameterisedNodes } from '../trained-graph.ts';
import type { CutModel } from './cut-model.ts';
import { denseHead, flattenedHead, learnFeatureScale } from './dense-head.ts';
import type { headParams } from './head-params.ts';
import type { RowValues } from './row-values.ts';
import { frontierOf, tuneChoice, tunedNetwork, tunedWeights } from './tuned-layers.ts';

export interface HeadTraining {
  readonly task: TrainingData['task'];
  readonly classes: readonly string[] | null;
  readonly train: LabelledRows;
  readonly validation: LabelledRows;
  readonly model: CutModel;
  readonly params: z.infer<z.ZodObject<ReturnType<typeof headParams>>>;
  /** Of numbers that are predicted. */
  readonly scale?: TargetScale;
  /** What of the model stays as it is gives these values for the rows of a part: computed once and kept. */
  values(part: 'train' | 'validation', names: readonly string[]): Promise<readonly RowValues[]>;
}

/** What was trained, and the values of the model that it starts from. */
export interface TrainedHead {
  readonly network: StartedGraph;
  readonly parameters: readonly Float32Array[];
  readonly frontier: readonly string[];
  readonly rowsSeen: number;
  readonly stoppedBecause: string;
  readonly provider: Provider;
  /** With which all rows together, nothing held back, give this again. */
  readonly refit: Pick<HeadTraining['params'], 'epochs' | 'tuneEpochs' | 'tuneLayers' | 'freeze'>;
}

/** Names of the weights that are trained on. Throws MODEL_INVALID naming node and operator where one has no gradient. */
export function trainedWeights(
  model: CutModel,
  params: Pick<HeadTraining['params'], 'tuneLayers' | 'freeze'>,
): string[] {
  const choice = tuneChoice(params);
  const weights = tunedWeights(model, choice);
  if (choice.layers > 0 && weights.length === 0)
    throw new AppError('INVALID_ARGUMENT', {
      message: 'No layer is left to be trained on: all of the chosen ones are frozen, or hold no weights.',
      remedy: 'Freeze less, choose more layers, or train the head alone.',
    });
  differentiableNodes(model.graph.node, [model.features], weights);
  return weights;
}

/**
 * Trains a new head on a model's features, then, where it is asked for, the last layers from where they are with the head.
 * Tuned layers are kept where validation rows gain by it. Throws MODEL_INVALID naming node and operator where one on the way
 * has no gradient.
 */
export async function trainHead(training: HeadTraining, context: FitContext): Promise<TrainedHead> {
  const { model, params, validation } = training;
  // Features, head and tuned layers share one budget.
  const began = performance.now();
  const weights = trainedWeights(model, params);
  const [learnt] = await training.values('train', [model.features]);
  const [judged] = await training.values('validation', [model.features]);
  const { dims = [], data = new Float32Array() } = learnt ?? {};
  const width = dims.reduce((product, size) => product * size, 1);
  context.log(`${countText(width)} features of ${countText(training.train.targets.length)} rows`);
  const scale = learnFeatureScale(data, width);
  const head = denseHead(width, params.hidden, outputsOf(training), scale, seededRandom(context.seed));
  const flat = flattenedHead(head, dims);
  const trained = await step(training, flat, [[data], [judged?.data ?? new Float32Array()]], {
    context: withTimeLeft(context, began),
    name: 'head',
    learningRate: params.learningRate,
    epochs: params.epochs,
  });
  const { rowsSeen, stoppedBecause, provider, epoch: epochs, parameters } = trained;
  const alone: TrainedHead = {
    network: flat,
    parameters,
    frontier: [model.features],
    rowsSeen,
    stoppedBecause,
    provider,
    refit: { epochs, tuneEpochs: params.tuneEpochs, tuneLayers: 0, freeze: '' },
  };
  if (weights.length === 0) return alone;
  const frontier = frontierOf(model, weights);
  const values = await training.values('train', frontier);
  const held = await training.values('validation', frontier);
  const started = {
    ...head,
    parameters: head.parameters.map((one, i) => ({ ...one, values: parameters[i] ?? one.values })),
  };
  const named = frontier.map((name, index) => ({ name, dims: values[index]?.dims ?? [] }));
  const network = tunedNetwork(model, weights, named, started);
  context.log(`${countText(weights.length)} weights of the model are trained on`);
  const tuned = await step(training, network, [values.map((one) => one.data), held.map((one) => one.data)], {
    context: withTimeLeft(context, began),
    name: 'tuned',
    learningRate: params.tuneRate,
    epochs: params.tuneEpochs,
  });
  if (validation.targets.length > 0 && tuned.loss >= trained.loss) {
    context.log('tuning made validation rows no better: the head alone is kept');
    return alone;
  }
  return {
    network,
    parameters: tuned.parameters,
    frontier,
    rowsSeen: rowsSeen + tuned.rowsSeen,
    provider: tuned.provider,
    stoppedBecause: `head: ${stoppedBecause}; tuned layers: ${tuned.stoppedBecause}`,
    refit: { epochs, tuneEpochs: tuned.epoch, tuneLayers: params.tuneLayers, freeze: params.freeze },
  };
}

async function step(
  training: HeadTraining,
  network: StartedGraph,
  [train, validation]: readonly [readonly Float32Array[], readonly Float32Array[]],
  how: { context: FitContext; name: 'head' | 'tuned'; learningRate: number; epochs: number },
): Promise<NetworkTrained> {
  const { params, scale = NO_SCALE } = training;
  const { context, name, learningRate, epochs } = how;
  const folder = join(context.folder, name);
  await mkdir(folder, { recursive: true });
  const offset = name === 'tuned' ? params.epochs : 0;
  return trainStarted(
    network,
    [
      startedRows(training, training.train, train, scale),
      startedRows(training, training.validation, validation, scale),
    ],
    { ...params, task: training.task, learningRate, epochs, draws: null },
    { ...context, folder, measure: (at, series) => context.measure(offset + at, series) },
  );
}

/** Adds what stayed of the model and what was trained; answers the name of the raw scores. `given` names the model's inputs. */
export function headNodes(
  graph: GraphBuilder,
  model: CutModel,
  given: ReadonlyMap<string, string>,
  { network, parameters, frontier }: TrainedHead,
): string {
  const values = graft(graph, model.graph, given, frontier);
  return parameterisedNodes(graph, network, parameters, values);
}
