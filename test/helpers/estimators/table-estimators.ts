import type { Frame } from '../../../electron/compute/frame/frame.ts';
import { learnTargetScale } from '../../../electron/compute/train/dense-data.ts';
import { encodeFrame, learnEncoding } from '../../../electron/compute/train/design/design-encoding.ts';
import { codeCount, encodeWords } from '../../../electron/compute/train/design/word-codes.ts';
import { estimatorOf } from '../../../electron/compute/train/estimators.ts';
import type { MinimiseState } from '../../../electron/compute/train/minimise.ts';
import { outputsOf } from '../../../electron/compute/train/started-graph.ts';
import { embeddingDimensions } from '../../../electron/compute/train/tabular-network.ts';
import type { Task } from '../../../shared/contract/models.ts';
import { exampleData, exampleRows } from '../example-fits.ts';
import { manyWordsData, withManyWords } from '../many-words.ts';
import { dense, finished, keptIn, keptParameters, partedBy, rectified, rowByRow } from './dense-answers.ts';
import { randomRowsLike } from './random-rows.ts';
import type { EndedFit, TestedEstimator, TestedTask } from './tested-estimator.ts';

/** Tasks of tables, all but the detector's. */
export function taskOf(task: TestedTask): Task {
  if (task === 'anomaly') throw new RangeError('A detector has no target.');
  return task;
}

/** What all estimators of tables have in common here. */
export const onExampleRows = (algorithm: string, rows: number) => {
  const estimator = estimatorOf(algorithm, 'columns');
  return {
    algorithm,
    tasks: estimator.tasks,
    lacks: {},
    leastQuality: 0.75,
    data: async (task: TestedTask) => exampleData(taskOf(task), rows),
    fresh: (task: TestedTask) => exampleRows(1000, taskOf(task), 3),
    fit: estimator.fit,
    randomRows: async ({ data }: EndedFit, count: number) => randomRowsLike(data.train.features, count),
  };
};

const linearExact: TestedEstimator = {
  ...onExampleRows('linear', 1500),
  name: 'linear, solved exactly',
  params: {},
  startsAnew: "Newton's method is taken only where it ends within seconds.",
  tolerance: 2e-5,
  /** From the weights that people are shown. */
  async answers({ data, fitted }, frame) {
    const { inspection } = fitted;
    if (inspection?.kind !== 'linear' || inspection.solver !== 'exact') throw new Error('It was not solved exactly.');
    const encoding = learnEncoding(data.train.features, data.columns);
    const matrix = encodeFrame(frame, encoding);
    const outputs = inspection.outputs.map(({ intercept, weights }) => ({
      intercept: intercept.weight,
      weights: encoding.meanings.map(
        ({ column, part, word }) =>
          weights.find((one) => one.column === column && one.part === part && one.word === word)?.weight ?? Number.NaN,
      ),
    }));
    return rowByRow(frame.rows, (row) =>
      finished(
        data.task,
        Float64Array.from(outputs, ({ intercept, weights }) =>
          weights.reduce((sum, weight, j) => sum + weight * (matrix[row * encoding.width + j] ?? 0), intercept),
        ),
      ),
    );
  },
};

/** Columns of words, each with the step by which its words follow one another. */
const MANY_WORD_COLUMNS = { p: 1, q: 3, r: 7, s: 9, t: 11, u: 13, v: 17, w: 19, x: 21 };

const linearIterative: TestedEstimator = {
  ...onExampleRows('linear', 600),
  name: 'linear, approached step by step',
  params: { strength: 2 },
  tolerance: 2e-5,
  data: async (task) => manyWordsData(exampleData(taskOf(task), 600), MANY_WORD_COLUMNS),
  fresh: (task) => withManyWords(exampleRows(1000, taskOf(task), 3), MANY_WORD_COLUMNS),
  async answers({ data, folder }, frame) {
    const { state } = await keptIn<{ state: MinimiseState }>(folder);
    const encoding = learnEncoding(data.train.features, data.columns);
    const matrix = encodeFrame(frame, encoding);
    const scale = learnTargetScale(data.task, data.train.targets);
    const outputs = outputsOf(data);
    const weights = state.point.subarray(0, encoding.width * outputs);
    const intercepts = state.point.subarray(weights.length);
    return rowByRow(frame.rows, (row) => {
      const scores = dense(matrix.subarray(row * encoding.width, (row + 1) * encoding.width), weights, intercepts);
      return finished(
        data.task,
        scores.map((score) => score * scale.deviation + scale.mean),
      );
    });
  },
};

/** Hidden layers of equal width with a way around, words embedded. */
const HIDDEN = [16, 16];
const NETWORK = { epochs: 8, hidden: HIDDEN, isResidual: true, embedAbove: 2, batchRows: 64, learningRate: 5e-3 };

async function networkAnswers({ data, folder }: EndedFit, frame: Frame): Promise<Float64Array> {
  const encoding = learnEncoding(data.train.features, data.columns, { steps: 16, embedAbove: NETWORK.embedAbove });
  const matrix = encodeFrame(frame, encoding);
  const codes = encodeWords(frame, encoding.embedded);
  const places = encoding.embedded.map((one) => embeddingDimensions(codeCount(one)));
  const outputs = data.task === 'regression' || data.task === 'binary' ? 1 : (data.classes?.length ?? 1);
  const given = encoding.width + places.reduce((sum, place) => sum + place, 0);
  const sizes = [given, ...HIDDEN, outputs];
  const parts = partedBy(
    [
      ...encoding.embedded.map((one, index) => codeCount(one) * (places[index] ?? 0)),
      ...sizes.slice(1).flatMap((to, layer) => [(sizes[layer] ?? 0) * to, to]),
    ],
    await keptParameters(folder),
  );
  const layers = parts.slice(places.length);
  const scale = learnTargetScale(data.task, data.train.targets);
  return rowByRow(frame.rows, (row) => {
    let value: Float64Array = Float64Array.from([
      ...matrix.subarray(row * encoding.width, (row + 1) * encoding.width),
      ...places.flatMap((place, index) => {
        const code = codes[row * places.length + index] ?? 0;
        return [...(parts[index]?.subarray(code * place, (code + 1) * place) ?? [])];
      }),
    ]);
    for (let layer = 0; layer < HIDDEN.length; layer++) {
      const risen = rectified(dense(value, layers[2 * layer] ?? [], layers[2 * layer + 1] ?? []));
      const before = value;
      value = layer === 0 ? risen : risen.map((one, unit) => one + (before[unit] ?? 0));
    }
    const scores = dense(value, layers.at(-2) ?? [], layers.at(-1) ?? []);
    return finished(
      data.task,
      scores.map((score) => score * scale.deviation + scale.mean),
    );
  });
}

const network: TestedEstimator = {
  ...onExampleRows('network', 1500),
  name: 'network',
  params: NETWORK,
  tolerance: 2e-5,
  answers: networkAnswers,
};

const networkByTensorFlow: TestedEstimator = {
  ...network,
  name: 'network by TensorFlow.js',
  params: { ...NETWORK, epochs: 5, engine: 'tensorflow' },
};

export const TABLE_ESTIMATORS: readonly TestedEstimator[] = [
  linearExact,
  linearIterative,
  network,
  networkByTensorFlow,
];
