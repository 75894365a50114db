import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { resolveDriftTest } from '../../electron/compute/drift/drift-tests.ts';
import { NumericSamples } from '../../electron/compute/drift/numeric-samples.ts';
import { DuckDb, quoteLiteral } from '../../electron/compute/frame/duckdb.ts';
import { type Frame, frameColumn } from '../../electron/compute/frame/frame.ts';
import { readColumns } from '../../electron/compute/frame/read-columns.ts';
import type { RowMatrix } from '../../electron/compute/linear/linear-data.ts';
import { linearScores } from '../../electron/compute/linear/linear-fit.ts';
import { logistic } from '../../electron/compute/linear/logistic.ts';
import { FLOAT, GraphBuilder, makeValueInfo, modelBytes } from '../../electron/compute/onnx/graph-builder.ts';
import { openScorer } from '../../electron/compute/onnx/scorer.ts';
import { columnType } from '../../electron/compute/profile/column-type.ts';
import { profileColumns } from '../../electron/compute/profile/profile-columns.ts';
import { delongInterval } from '../../electron/compute/stats/delong.ts';
import type { TrainingData } from '../../electron/compute/train/estimator.ts';
import { estimatorOf } from '../../electron/compute/train/estimators.ts';
import { binFeatures } from '../../electron/compute/trees/bin-features.ts';
import { BOOSTING_DEFAULTS, fitBoosting } from '../../electron/compute/trees/boosting.ts';
import { Crew } from '../../electron/compute/trees/crew.ts';
import { leftSharesOf, pathDependentGames } from '../../electron/compute/trees/explaining/leaf-game.ts';
import { TreeExplainer } from '../../electron/compute/trees/explaining/tree-explainer.ts';
import { fitForest } from '../../electron/compute/trees/forest.ts';
import { TreeScorer } from '../../electron/compute/trees/scoring/tree-scorer.ts';
import { SharedMemory } from '../../electron/compute/trees/shared-memory.ts';
import { ensembleToOnnx } from '../../electron/compute/trees/to-onnx.ts';
import { rawScores, type TreeEnsemble } from '../../electron/compute/trees/tree.ts';
import type { TaskContext } from '../../electron/jobs/task.ts';
import type { Tensor } from '../../electron/runtime/datatypes.ts';
import { MicroBatcher } from '../../electron/runtime/micro-batcher.ts';
import { openEngine } from '../../electron/runtime/open-engine.ts';
import { importTask } from '../../electron/services/datasets/import-task.ts';
import { driftTask } from '../../electron/services/monitoring/drift-task.ts';
import { type Dump, ensembleOfDump } from '../helpers/dumped-ensembles.ts';
import { silentTask } from '../helpers/silent-task.ts';
import { type Bench, type Measurement, median, relativeDifference, timed } from './bench.ts';
import { LINEAR_BENCHES } from './linear-benches.ts';
import { searchBench } from './search-bench.ts';
import { serving } from './serving.ts';
import { windowLive } from './window-bench.ts';
import { windowOpen, windowStart } from './window-open-bench.ts';

/** A task's context that listens to nobody, in a folder of its own. */
async function withContext<T>(work: (context: TaskContext) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'drydock-bench-'));
  try {
    return await work(silentTask(folder));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const csvImport: Bench = {
  name: 'import',
  target: 'at most 1.3x DuckDB to Parquet, profile and quarantine included',
  data: { kind: 'table', rows: 10_000_000 },
  peers: [{ job: 'csv-to-parquet', peer: 'duckdb' }],
  async ours(folder, repeat) {
    const written: number[] = [];
    const { seconds, last } = await timed(repeat, () =>
      withContext((context) => {
        const began = performance.now();
        const progress: TaskContext['progress'] = ({ stage, done }) => {
          if (stage === 'profile' && done === 0) written.push((performance.now() - began) / 1000);
        };
        return importTask(
          { path: join(folder, 'table.csv'), format: undefined, options: {} },
          { ...context, progress },
        );
      }),
    );
    const { rows, quarantined } = last;
    return { seconds, rows, figures: { rows, quarantined, writtenAfter: median(written) } };
  },
  accuracy: (ours, peer) =>
    ours.figures['rows'] === peer.figures['rows']
      ? `equal rows, written after ${Number(ours.figures['writtenAfter']).toFixed(2)} s; the rest is the profile`
      : `${ours.figures['rows']} rows against ${peer.figures['rows']}`,
};

const profile: Bench = {
  name: 'profile',
  target: 'at least 2x SUMMARIZE',
  data: { kind: 'table', rows: 10_000_000 },
  peers: [{ job: 'profile', peer: 'duckdb-summarize' }],
  async ours(folder, repeat) {
    const path = join(folder, 'table.parquet');
    const relation = `read_parquet(${quoteLiteral(path)})`;
    const { seconds, last } = await timed(repeat, async () => {
      await using database = await DuckDb.open();
      const columns = (await database.describe(`SELECT * FROM ${relation}`)).map(({ name, type }) => ({
        name,
        storageType: type,
        type: columnType(type),
        role: 'feature' as const,
      }));
      return await profileColumns(database, path, columns, () => undefined);
    });
    return { seconds, rows: last[0]?.rows ?? 0, figures: { columns: last.length } };
  },
  accuracy: (ours, peer) =>
    ours.figures['columns'] === peer.figures['columns']
      ? 'equal columns, histograms and top values besides'
      : 'columns differ',
};

async function samples(folder: string): Promise<readonly [Float64Array, Float64Array]> {
  const read = async (name: string): Promise<Float64Array> => {
    const column = frameColumn(await readColumns(join(folder, `${name}.parquet`), ['x1']), 'x1');
    if (column.kind !== 'number') throw new Error('x1 holds no numbers');
    return column.values;
  };
  return [await read('reference'), await read('current')];
}

/** A drift test as a report runs it, on samples at hand. */
const statistic = (name: string, job: string, target: string): Bench => ({
  name,
  target,
  data: { kind: 'pair', rows: 10_000_000 },
  peers: [{ job, peer: job === 'psi' ? 'numpy' : 'scipy' }],
  async ours(folder, repeat) {
    const [x, y] = await samples(folder);
    const { seconds, last } = await timed(repeat, () => resolveDriftTest(job).run(NumericSamples.of(x, y), {}));
    return { seconds, rows: x.length + y.length, figures: { statistic: last?.statistic ?? null } };
  },
  accuracy: (ours, peer) => `statistic ${relativeDifference(ours.figures['statistic'], peer.figures['statistic'])}`,
});

const driftReport: Bench = {
  name: 'drift-report',
  target: 'at least 25x Evidently',
  data: { kind: 'pair', rows: 200_000 },
  fullData: { kind: 'pair', rows: 1_000_000 },
  peers: [{ job: 'drift-report', peer: 'evidently' }],
  async ours(folder, repeat) {
    const names = [...Array.from({ length: 8 }, (_, i) => `x${i}`), ...Array.from({ length: 4 }, (_, i) => `c${i}`)];
    const { seconds, last } = await timed(repeat, () =>
      withContext((context) =>
        driftTask(
          {
            referencePath: join(folder, 'reference.parquet'),
            currentPath: join(folder, 'current.parquet'),
            columns: names.map((name) => ({ name, type: name.startsWith('x') ? 'number' : 'text' })),
            tests: {},
            model: null,
            labels: null,
            chunk: null,
            time: null,
          },
          context,
        ),
      ),
    );
    return { seconds, rows: last.columns[0]?.referenceRows ?? 0, figures: { columns: last.columns.length } };
  },
  accuracy: () => 'four tests a column where the peer runs one; reading the files included',
};

interface Higgs {
  readonly train: Frame;
  readonly test: Frame;
  readonly trainLabels: Float64Array;
  readonly testLabels: Float64Array;
  readonly names: readonly string[];
}

async function higgs(folder: string): Promise<Higgs> {
  const names = Array.from({ length: 28 }, (_, i) => `f${String(i).padStart(2, '0')}`);
  const frame = await readColumns(join(folder, 'higgs.parquet'), [...names, 'label']);
  const labels = frameColumn(frame, 'label');
  if (labels.kind !== 'number') throw new Error('labels are no numbers');
  const cut = Math.floor(frame.rows * 0.8);
  const part = (from: number, to: number): Frame => ({
    rows: to - from,
    columns: new Map(
      names.map((name) => {
        const column = frameColumn(frame, name);
        return [
          name,
          { kind: 'number', values: column.kind === 'number' ? column.values.slice(from, to) : new Float64Array() },
        ];
      }),
    ),
  });
  return {
    names,
    train: part(0, cut),
    test: part(cut, frame.rows),
    trainLabels: labels.values.slice(0, cut),
    testLabels: labels.values.slice(cut),
  };
}

const auc = (labels: Float64Array, scores: Float64Array): number => delongInterval(labels, scores).value ?? Number.NaN;
const aucAccuracy = (ours: Measurement, peer: Measurement): string =>
  `AUC ${Number(ours.figures['auc']).toFixed(4)} against ${Number(peer.figures['auc']).toFixed(4)}`;

/** The first rows of each column. */
const floatColumns = ({ names }: Higgs, frame: Frame, rows: number): Float32Array[] =>
  names.map((name) => {
    const column = frameColumn(frame, name);
    return Float32Array.from(column.kind === 'number' ? column.values.subarray(0, rows) : []);
  });

/** Training columns as tree features and answers, and test rows as a matrix. */
function treeRows(data: Higgs) {
  const features = floatColumns(data, data.train, data.train.rows).map((values) => ({ values, isCategorical: false }));
  return { features, targets: Float32Array.from(data.trainLabels), testRows: matrixOf(data.test, data.names) };
}

/** Columns of numbers as one matrix, row after row. */
function matrixOf(frame: Frame, names: readonly string[]): Float32Array {
  const matrix = new Float32Array(frame.rows * names.length);
  for (const [index, name] of names.entries()) {
    const column = frameColumn(frame, name);
    if (column.kind === 'number')
      for (let row = 0; row < frame.rows; row++) matrix[row * names.length + index] = column.values[row] ?? 0;
  }
  return matrix;
}

const boosting: Bench = {
  name: 'boosting',
  target: 'at least 1.3x LightGBM at equal AUC, at least 1.0x its quantised mode',
  data: { kind: 'higgs', rows: 1_000_000 },
  peers: [
    { job: 'boosting', peer: 'lightgbm' },
    { job: 'boosting', peer: 'lightgbm-quantised' },
    { job: 'boosting', peer: 'xgboost' },
  ],
  async ours(folder, repeat) {
    const data = await higgs(folder);
    const { features, targets, testRows } = treeRows(data);
    const { seconds, last } = await timed(repeat, () =>
      fitBoosting(
        { features, targets, weights: null, classes: 1 },
        { ...BOOSTING_DEFAULTS, threads: availableParallelism() },
      ),
    );
    return {
      seconds,
      rows: targets.length,
      figures: { auc: auc(data.testLabels, rawScores(last, testRows)) },
    };
  },
  accuracy: aucAccuracy,
};

const binning: Bench = {
  name: 'binning',
  target: 'at most 0.6 s a million rows of 28 columns on one core',
  data: { kind: 'higgs', rows: 1_000_000 },
  peers: [{ job: 'binning', peer: 'lightgbm', args: ['--threads', '1'] }],
  async ours(folder, repeat) {
    const { features, targets } = treeRows(await higgs(folder));
    const { seconds } = await timed(repeat, () => {
      const memory = new SharedMemory();
      return binFeatures(memory, new Crew(memory, 1), features, targets.length);
    });
    return { seconds, rows: targets.length, figures: {} };
  },
  accuracy: () => 'bounds of equal frequency on both sides',
};

const forest: Bench = {
  name: 'forest',
  target: 'at least 10x scikit-learn (100 trees of depth 12, 5 of 28 columns drawn at each split)',
  data: { kind: 'higgs', rows: 500_000 },
  peers: [{ job: 'forest', peer: 'sklearn' }],
  async ours(folder, repeat) {
    const data = await higgs(folder);
    const { features, targets, testRows } = treeRows(data);
    const { seconds, last } = await timed(repeat, () =>
      fitForest(
        { features, targets, weights: null, classes: 1 },
        {
          trees: 100,
          leaves: 4096,
          maxDepth: 12,
          minRows: 1,
          // As scikit-learn draws them for classes: the root of their number.
          featureShare: Math.floor(Math.sqrt(features.length)) / features.length,
          isExtra: false,
          isBootstrapped: true,
          seed: 0,
          threads: availableParallelism(),
        },
      ),
    );
    return { seconds, rows: targets.length, figures: { auc: auc(data.testLabels, rawScores(last, testRows)) } };
  },
  accuracy: aucAccuracy,
};

const logisticFit: Bench = {
  name: 'logistic',
  target: "no slower than scikit-learn's Newton method; its L-BFGS stops at fewer digits",
  data: { kind: 'higgs', rows: 1_000_000 },
  peers: [
    { job: 'logistic', peer: 'sklearn' },
    { job: 'logistic', peer: 'sklearn-lbfgs' },
  ],
  async ours(folder, repeat) {
    const data = await higgs(folder);
    const matrix = (frame: Frame): RowMatrix => ({
      rows: frame.rows,
      columns: data.names.length,
      values: matrixOf(frame, data.names),
    });
    const x = matrix(data.train);
    const { seconds, last } = await timed(repeat, async () => logistic({ x, y: data.trainLabels }, { C: 1 }));
    const scores = linearScores(matrix(data.test), last.coefficients, last.intercept);
    return { seconds, rows: x.rows, figures: { auc: auc(data.testLabels, scores) } };
  },
  accuracy: aucAccuracy,
};

/** The ensemble that is scored and explained: 100 trees of depth 6 on at most 100,000 rows. */
async function smallBoosting(data: Higgs) {
  const trainRows = Math.min(100_000, data.train.rows);
  const ensemble = await fitBoosting(
    {
      features: floatColumns(data, data.train, trainRows).map((values) => ({ values, isCategorical: false })),
      targets: Float32Array.from(data.trainLabels.subarray(0, trainRows)),
      weights: null,
      classes: 1,
    },
    { ...BOOSTING_DEFAULTS, maxDepth: 6, leaves: 64, threads: availableParallelism() },
  );
  return ensemble;
}

const treeScoring: Bench = {
  name: 'tree-scoring',
  target: 'at least 3x XGBoost, 6x ONNX Runtime (100 trees of depth 6; each side scores trees of its own)',
  data: { kind: 'higgs', rows: 1_000_000 },
  peers: [
    { job: 'tree-scoring', peer: 'xgboost' },
    { job: 'tree-scoring', peer: 'lightgbm' },
    { job: 'tree-scoring', peer: 'onnxruntime' },
  ],
  async ours(folder, repeat) {
    const data = await higgs(folder);
    const ensemble = await smallBoosting(data);
    const rows = data.test.rows;
    const test = floatColumns(data, data.test, rows);
    const scorer = TreeScorer.open(ensemble, availableParallelism());
    if (!scorer) throw new Error('the kernel does not take the trees');
    // Threads start with the first call; a short job needs many runs for a median that holds.
    scorer.score(test, rows);
    const { seconds, last } = await timed(Math.max(repeat, 15), () => scorer.score(test, rows));
    await scorer.close();
    return { seconds, rows, figures: { differing: await rowsUnlikeRuntime(ensemble, data, last), rows } };
  },
  accuracy: (ours) => `${ours.figures['differing']} of ${ours.rows} rows unlike ONNX Runtime's answer for our graph`,
};

const treeShap: Bench = {
  name: 'tree-shap',
  target: 'at least 8x XGBoost and LightGBM (100 trees of depth 6, 5,000 rows; each side explains trees of its own)',
  data: { kind: 'higgs', rows: 1_000_000 },
  peers: [
    { job: 'tree-shap', peer: 'xgboost' },
    { job: 'tree-shap', peer: 'lightgbm' },
  ],
  async ours(folder, repeat) {
    const data = await higgs(folder);
    const ensemble = await smallBoosting(data);
    const rows = 5000;
    const test = floatColumns(data, data.test, rows);
    // The tables are made anew each time: whoever explains once waits for them too.
    const { seconds, last: figures } = await timed(repeat, async () => {
      const began = performance.now();
      const explainer = openExplainer(ensemble, availableParallelism());
      const compiledMs = performance.now() - began;
      explainer.explain(test, rows);
      await explainer.close();
      return { compiledMs };
    });
    return { seconds, rows, figures };
  },
  accuracy(mine, { figures }) {
    const { x, values, dump } = figures as { x: number[][]; values: number[][]; dump: Dump };
    const columns = Array.from(x[0] ?? [], (_, at) => Float32Array.from(x, (row) => row[at] ?? 0));
    const ensemble = ensembleOfDump(dump, columns.length, new Float64Array(1));
    const ours = openExplainer(ensemble, 1).explain(columns, x.length);
    const differences = values.flat().map((value, at) => Math.abs(value - (ours[at] ?? 0)));
    const once = `${Math.round(Number(mine.figures['compiledMs']))} ms of our time are tables, made once a model`;
    return `values for the peer's trees differ by at most ${Math.max(...differences).toExponential(1)}; ${once}`;
  },
};

function openExplainer(ensemble: TreeEnsemble, threads: number): TreeExplainer {
  const explainer = TreeExplainer.open(ensemble, pathDependentGames(ensemble.trees.map(leftSharesOf)), threads);
  if (!explainer) throw new Error('the kernel does not take the trees');
  return explainer;
}

const rowsAnswered = (ours: Measurement, peer: Measurement): string =>
  `${ours.figures['rows']} rows answered against ${peer.figures['rows']}`;

/** A matrix on one thread, as the server of every bundle scores it; the peer's on one thread too. */
const networkScoring: Bench = {
  name: 'network-scoring',
  target: 'at least 0.95x ONNX Runtime in Python (28-128-64-1 from a matrix, one thread, 4096 rows at once)',
  data: { kind: 'higgs', rows: 1_000_000 },
  peers: [{ job: 'network-scoring', peer: 'onnxruntime', args: ['--threads', '1'] }],
  async ours(folder, repeat) {
    const { names, test } = await higgs(folder);
    const nativePackage = fileURLToPath(new URL('../../node_modules/onnxruntime-node', import.meta.url));
    const say = (line: string): void => console.error(line);
    const engine = await openEngine(networkOf(names, true), { engine: 'native', nativePackage, say });
    const batcher = new MicroBatcher(engine, { mostWaiting: 1, timeLimitMs: 60_000, targetRunMs: 4 });
    const matrix = matrixOf(test, names);
    const batch = 4096;
    const { seconds, last } = await timed(Math.max(repeat, 7), async () => {
      let finite = 0;
      for (let from = 0; from < test.rows; from += batch) {
        const to = Math.min(test.rows, from + batch);
        const data = matrix.subarray(from * names.length, to * names.length);
        const feed: Tensor = { datatype: 'FP32', shape: [to - from, names.length], data };
        const [answer] = await batcher.submit([feed], to - from);
        for (const value of answer?.data ?? []) finite += Number(Number.isFinite(value));
      }
      return finite;
    });
    return { seconds, rows: test.rows, figures: { rows: last } };
  },
  accuracy: rowsAnswered,
};

const columnScoring: Bench = {
  name: 'network-scoring-columns',
  target: 'the same network from 28 raw columns of double precision, beside ONNX Runtime on a finished matrix',
  data: { kind: 'higgs', rows: 1_000_000 },
  peers: [{ job: 'network-scoring', peer: 'onnxruntime' }],
  async ours(folder, repeat) {
    const { names, test } = await higgs(folder);
    const scorer = await openScorer(networkOf(names, false), { threads: availableParallelism() });
    await scorer.score(test);
    const { seconds, last } = await timed(Math.max(repeat, 7), () => scorer.score(test));
    await scorer.close();
    const finite = last.kind === 'numbers' ? last.predictions.filter(Number.isFinite).length : 0;
    return { seconds, rows: test.rows, figures: { rows: finite } };
  },
  accuracy: rowsAnswered,
};

/** A network of the peers' size behind a matrix or raw columns, with weights that are no zeros. */
function networkOf(names: readonly string[], isMatrix: boolean): Uint8Array {
  const inputNames = isMatrix ? ['x'] : names;
  const graph = new GraphBuilder('net_', inputNames);
  const sizes = [names.length, 128, 64, 1];
  let last = isMatrix ? 'x' : graph.add('Concat', inputNames, { axis: 1 });
  for (const [layer, width] of sizes.slice(1).entries()) {
    const from = sizes[layer] ?? 0;
    const weights = Float32Array.from({ length: from * width }, (_, i) => Math.sin(i + layer) / 10);
    last = graph.add('Gemm', [last, graph.floats(weights, [from, width]), graph.floats(new Float32Array(width))]);
    if (width > 1) last = graph.add('Relu', [last]);
  }
  graph.add('Identity', [last], {}, { output: 'prediction' });
  const inputs = inputNames.map((name) => makeValueInfo(name, FLOAT, ['N', isMatrix ? names.length : 1]));
  return modelBytes(graph.graph('network', inputs, [makeValueInfo('prediction', FLOAT, ['N', 1])]));
}

/** Rows whose sums differ from ONNX Runtime's for the exported graph by more than single precision explains. */
async function rowsUnlikeRuntime(ensemble: TreeEnsemble, data: Higgs, sums: Float32Array): Promise<number> {
  const graph = ensembleToOnnx(
    ensemble,
    data.names.map((column) => ({ kind: 'number', column })),
    null,
  );
  const session = await openScorer(graph);
  const scores = await session.score(data.test);
  await session.close();
  if (scores.kind !== 'numbers') throw new Error('the graph answers classes');
  return scores.predictions.reduce((count, wanted, row) => {
    const got = Math.fround((sums[row] ?? Number.NaN) + (ensemble.base[0] ?? 0));
    return count + Number(!(Math.abs(got - wanted) <= 1e-5 * (1 + Math.abs(wanted))));
  }, 0);
}

const network: Bench = {
  name: 'network',
  target: 'at least 2x scikit-learn and 3x PyTorch on the CPU (three epochs of 28-128-64-1, batch 256, Adam)',
  data: { kind: 'higgs', rows: 1_000_000 },
  peers: [
    { job: 'network', peer: 'sklearn' },
    { job: 'network', peer: 'torch' },
  ],
  async ours(folder, repeat) {
    const data = await higgs(folder);
    const none: Frame = {
      rows: 0,
      columns: new Map(data.names.map((name) => [name, { kind: 'number', values: new Float64Array() }])),
    };
    const training: TrainingData = {
      task: 'binary',
      classes: ['0', '1'],
      columns: data.names.map((name) => ({ name, type: 'number' })),
      train: { features: data.train, targets: data.trainLabels, weights: null },
      validation: { features: none, targets: new Float64Array(), weights: null },
    };
    const { seconds, last } = await timed(repeat, () =>
      withContext((context) =>
        estimatorOf('network').fit(
          training,
          { epochs: 3, weightDecay: 0 },
          {
            ...context,
            seed: 1,
            threads: availableParallelism(),
            budgetMs: Number.POSITIVE_INFINITY,
            shouldStop: () => false,
            progress: () => undefined,
            measure: () => undefined,
          },
        ),
      ),
    );
    const scorer = await openScorer(last.onnx);
    const scores = await scorer.score(data.test);
    await scorer.close();
    const positive =
      scores.kind === 'classes'
        ? Float64Array.from({ length: data.test.rows }, (_, row) => scores.probabilities[row * 2 + 1] ?? 0)
        : new Float64Array();
    return { seconds, rows: data.train.rows * 3, figures: { auc: auc(data.testLabels, positive) } };
  },
  accuracy: aucAccuracy,
};

/** Every line of the table, in order. */
export const BENCHES: readonly Bench[] = [
  csvImport,
  profile,
  statistic('kolmogorov-smirnov', 'ks', 'at least 10x scipy'),
  statistic('wasserstein', 'wasserstein', 'at least 15x scipy'),
  statistic('population-stability-index', 'psi', 'at least 10x numpy'),
  driftReport,
  network,
  binning,
  boosting,
  forest,
  logisticFit,
  ...LINEAR_BENCHES,
  ...['branin', 'hartmann6', 'surface'].map(searchBench),
  treeScoring,
  treeShap,
  networkScoring,
  columnScoring,
  serving,
  windowLive,
  windowStart,
  windowOpen,
];
