import type { Tensor } from 'onnxruntime-node';
import { GraphBuilder } from '../onnx/graph-builder.ts';
import {
  type EpochOptions,
  meanLossNodes,
  namedBatch,
  rowLossNodes,
  stateNames,
  updateNodes,
} from '../train/epoch-graph.ts';
import type { EngineJob, StepEngine, TrainingRows } from '../train/step-engine.ts';
import { inputName } from '../train/trained-graph.ts';
import { loadTensorFlow, type TensorFlowBackend } from './load-tensorflow.ts';
import { NodeRunner } from './node-runner.ts';
import type { TensorFlow, TfTensor } from './tensorflow.ts';

/**
 * Training steps by TensorFlow.js: it differentiates the network by itself; loss, optimiser, schedule and clipping are the
 * same nodes as elsewhere, so what it learns can be compared step by step, and is the same model when it leaves.
 */
export async function openTensorFlowEngine(
  { options, train, validation }: EngineJob,
  backend: TensorFlowBackend = 'auto',
): Promise<StepEngine> {
  const { tf, label } = await loadTensorFlow(backend);
  const names = stateNames(options);
  const loss = lossRunner(tf, options);
  const update = updateRunner(tf, options);
  const judge = judgeRunner(tf, options, validation.weights !== null);
  const rows = tf.tidy(() => [...rowTensors(tf, train)].map(([name, value]) => [name, tf.keep(value)] as const));

  /** One step; what it answers is kept, what it was given is let go by the caller. */
  const step = (state: readonly TfTensor[], order: Int32Array, learningRate: TfTensor) =>
    tf.tidy(() => {
      const taken = tf.tensor(order, [order.length], 'int32');
      const batch = new Map(rows.map(([name, value]) => [name, tf.gather(value, taken)]));
      const [parameters] = state;
      if (parameters === undefined) throw new RangeError('A training without parameters.');
      const { value, grad } = tf.valueAndGrad((flat) => loss.run(new Map([...batch, ['parameters', flat]]))())(
        parameters,
      );
      const before = names.map((name, index) => [`before_${name}`, state[index] ?? parameters] as const);
      const after = update.run(new Map([...before, ['gradient', grad], ['lr', learningRate]]));
      return { loss: tf.keep(value), state: update.results.map((name) => tf.keep(after(name))) };
    });

  return {
    label,
    async run({ state: given, order, learningRate }) {
      const { batchRows } = options;
      let state = names.map((name) => {
        const values = given[name] ?? new Float32Array();
        return tf.tensor(values, name === 'steps' ? [] : [values.length], 'float32');
      });
      const rate = tf.tensor([learningRate], [], 'float32');
      const losses = new Float32Array(order.length / batchRows);
      for (let at = 0; at < losses.length; at++) {
        const after = step(state, order.subarray(at * batchRows, (at + 1) * batchRows), rate);
        for (const old of state) old.dispose();
        state = after.state;
        losses[at] = after.loss.dataSync()[0] ?? Number.NaN;
        after.loss.dispose();
      }
      const answer = Object.fromEntries(
        names.map((name, index) => [name, Float32Array.from(state[index]?.dataSync() ?? [])]),
      );
      for (const tensor of [...state, rate]) tensor.dispose();
      return { state: answer, losses };
    },
    async judge(parameters, some) {
      return tf.tidy(() => {
        const flat = tf.tensor(parameters, [parameters.length], 'float32');
        return Float32Array.from(
          judge
            .run(new Map([...rowTensors(tf, some), ['parameters', flat]]))()
            .dataSync(),
        );
      });
    },
    async release() {
      for (const [, value] of rows) value.dispose();
      for (const runner of [loss, update, judge]) runner.release();
    },
  };
}

/** A graph's nodes and what is asked of them; the function it answers gives a result by name, the first unless told. */
function runnerOf(tf: TensorFlow, graph: GraphBuilder, results: readonly string[]) {
  const runner = new NodeRunner(tf, graph, results);
  return {
    results,
    run(given: ReadonlyMap<string, TfTensor>) {
      const named = runner.run(given);
      return (name = results[0] ?? ''): TfTensor => named(name);
    },
    release: () => runner.release(),
  };
}

function lossRunner(tf: TensorFlow, options: EpochOptions) {
  const graph = new GraphBuilder('loss_');
  return runnerOf(tf, graph, [meanLossNodes(graph, options, namedBatch(options)).mean]);
}

function updateRunner(tf: TensorFlow, options: EpochOptions) {
  const graph = new GraphBuilder('update_');
  const before = (state: string): string => `before_${state}`;
  return runnerOf(tf, graph, updateNodes(graph, options, { gradient: 'gradient', before }));
}

function judgeRunner(tf: TensorFlow, options: EpochOptions, isWeighted: boolean) {
  const graph = new GraphBuilder('judge_');
  return runnerOf(tf, graph, [rowLossNodes(graph, options, namedBatch({ ...options, isWeighted })).each]);
}

function* rowTensors(
  tf: TensorFlow,
  { inputs, answers, weights }: TrainingRows,
): Generator<readonly [string, TfTensor]> {
  const made = (tensor: Tensor): TfTensor => {
    const data = tensor.data as Float32Array | Int32Array | BigInt64Array;
    if (data instanceof Float32Array) return tf.tensor(data, tensor.dims, 'float32');
    return tf.tensor(data instanceof Int32Array ? data : Int32Array.from(data, Number), tensor.dims, 'int32');
  };
  for (const [index, tensor] of inputs.entries()) yield [inputName(index), made(tensor)];
  yield ['Y', made(answers)];
  if (weights !== null) yield ['S', made(weights)];
}
