import { Tensor } from 'onnxruntime-node';
import type { Task } from '../../../shared/contract/models.ts';
import { IMAGE_OPSET } from '../onnx/image-opset.ts';
import type { TargetScale } from './dense-data.ts';
import { lossOfTask } from './dense-network.ts';
import type { FitContext, LabelledRows, TrainingData } from './estimator.ts';
import { type NetworkTrained, NetworkTraining } from './network-training.ts';
import type { RowDraws } from './row-draws.ts';
import type { TrainingRows } from './step-engine.ts';
import type { TrainedGraph, TrainedParameter } from './trained-graph.ts';

/** A network with the place each of its parameters starts from. */
export interface StartedGraph extends TrainedGraph {
  readonly parameters: readonly StartedParameter[];
}

export interface StartedParameter extends TrainedParameter {
  readonly values: Float32Array;
}

/** Rows to learn from or to be judged by; tensors hold row after row, in the order of the network's inputs. */
export interface StartedRows {
  readonly rows: number;
  readonly inputs: readonly Float32Array[];
  /** One-hot for several classes, 0 or 1 for two, the number otherwise: [rows, outputs]. */
  readonly answers: Float32Array;
  /** Null: all weigh the same. */
  readonly weights: Float32Array | null;
}

export interface StartedTraining {
  readonly task: Task;
  readonly learningRate: number;
  readonly batchRows: number;
  readonly epochs: number;
  readonly patience: number;
  readonly weightDecay: number;
  readonly draws: RowDraws | null;
}

/** Numbers answered a row: one a class, one for two classes or a number. */
export const outputsOf = ({ task, classes }: Pick<TrainingData, 'task' | 'classes'>): number =>
  task === 'multiclass' ? (classes?.length ?? 1) : 1;

/** Rows for a training from what was made of them: the class one-hot, 0 and 1 where there are two, the scaled number. */
export function startedRows(
  data: Pick<TrainingData, 'task' | 'classes'>,
  { targets, weights }: Pick<LabelledRows, 'targets' | 'weights'>,
  inputs: readonly Float32Array[],
  scale: TargetScale,
): StartedRows {
  const outputs = outputsOf(data);
  const answers = new Float32Array(targets.length * outputs);
  for (const [row, target] of targets.entries()) {
    if (outputs === 1) answers[row] = (target - scale.mean) / scale.deviation;
    else answers[row * outputs + target] = 1;
  }
  return { rows: targets.length, inputs, answers, weights: weights && Float32Array.from(weights) };
}

/** Trains a network on from where it stands: AdamW, the rate falling along a cosine, every step shared by all threads. */
export function trainStarted(
  network: StartedGraph,
  [train, validation]: readonly [StartedRows, StartedRows],
  { task, ...options }: StartedTraining,
  context: FitContext,
): Promise<NetworkTrained> {
  const training = new NetworkTraining(
    {
      ...options,
      network,
      loss: lossOfTask(task),
      start: network.parameters.map(({ values }) => values),
      optimiser: 'adamw',
      schedule: 'cosine',
      stepThreads: context.threads,
      opset: IMAGE_OPSET,
    },
    context,
  );
  return training.run(tensorsOf(network, train), tensorsOf(network, validation));
}

function tensorsOf({ inputs, outputs }: StartedGraph, given: StartedRows): TrainingRows {
  const { rows, answers, weights } = given;
  return {
    rows,
    inputs: inputs.map(
      ({ dims }, index) => new Tensor('float32', given.inputs[index] ?? new Float32Array(), [rows, ...dims]),
    ),
    answers: new Tensor('float32', answers, [rows, outputs]),
    weights: weights && new Tensor('float32', weights, [rows, 1]),
  };
}
