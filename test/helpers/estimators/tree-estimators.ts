import { type Frame, frameColumn } from '../../../electron/compute/frame/frame.ts';
import { detectorOf } from '../../../electron/compute/train/detectors.ts';
import type { LabelledRows, TrainingData } from '../../../electron/compute/train/estimator.ts';
import { seededRandom, standardNormal } from '../../../electron/compute/train/seeded-random.ts';
import { outputsOf } from '../../../electron/compute/train/started-graph.ts';
import type { BoostingState } from '../../../electron/compute/trees/boosting.ts';
import type { ForestState } from '../../../electron/compute/trees/forest.ts';
import { growIsolation } from '../../../electron/compute/trees/isolation/grow-isolation.ts';
import { anomalyScore } from '../../../electron/compute/trees/isolation/path-length.ts';
import { baseScores } from '../../../electron/compute/trees/losses.ts';
import { TreeScorer } from '../../../electron/compute/trees/scoring/tree-scorer.ts';
import { chooseEncodings, encode } from '../../../electron/compute/trees/table.ts';
import type { TreeEnsemble } from '../../../electron/compute/trees/tree.ts';
import { SEED, WORDS } from '../example-fits.ts';
import { finished, keptIn, rowByRow } from './dense-answers.ts';
import { randomRowsLike } from './random-rows.ts';
import { onExampleRows } from './table-estimators.ts';
import type { EndedFit, TestedEstimator } from './tested-estimator.ts';

const namesOf = ({ columns }: TrainingData): string[] => columns.map(({ name }) => name);

/** Sums of the trees by this program's own engine: [rows, classes], row after row. */
async function sumsOf(
  ensemble: TreeEnsemble,
  { features }: TrainingData['train'],
  frame: Frame,
): Promise<Float64Array> {
  const encodings = chooseEncodings(features, [...features.columns.keys()]);
  const scorer = TreeScorer.open(ensemble, 2);
  const sums = scorer?.score(
    encodings.map((encoding) => encode(frameColumn(frame, encoding.column), encoding).values),
    frame.rows,
  );
  await scorer?.close();
  return Float64Array.from(sums ?? [], (sum, at) => sum + (ensemble.base[at % ensemble.classes] ?? 0));
}

/** Values at which numbers are parted, by column. */
function thresholdsOf({ trees }: TreeEnsemble, columns: readonly string[]): Map<string, number[]> {
  const marks = new Map<string, number[]>(columns.map((name) => [name, []]));
  for (const tree of trees)
    for (const [node, feature] of tree.feature.entries())
      if (feature >= 0 && !tree.categories[node]) marks.get(columns[feature] ?? '')?.push(tree.threshold[node] ?? 0);
  return marks;
}

const onTrees = (
  ensembleOf: (ended: EndedFit) => Promise<TreeEnsemble>,
  answerOf: (ended: EndedFit, sums: Float64Array) => Float64Array,
) => ({
  async randomRows(ended: EndedFit, count: number): Promise<Frame> {
    const { features } = ended.data.train;
    return randomRowsLike(features, count, { marks: thresholdsOf(await ensembleOf(ended), namesOf(ended.data)) });
  },
  /** From the sums of each row's trees. */
  async answers(ended: EndedFit, frame: Frame): Promise<Float64Array> {
    const outputs = outputsOf(ended.data);
    const sums = await sumsOf(await ensembleOf(ended), ended.data.train, frame);
    return rowByRow(frame.rows, (row) => answerOf(ended, sums.slice(row * outputs, (row + 1) * outputs)));
  },
});

interface BoostedState {
  readonly boosting: BoostingState;
  readonly best: { readonly round: number };
}

async function boostedTrees({ data, folder }: EndedFit): Promise<TreeEnsemble> {
  const { boosting, best } = (await keptIn<{ state: BoostedState }>(folder)).state;
  const classes = outputsOf(data);
  const loss = data.task === 'regression' ? 'squared' : data.task === 'binary' ? 'logistic' : 'softmax';
  const rows = { targets: Float32Array.from(data.train.targets), weights: null };
  return {
    features: data.columns.length,
    classes,
    base: baseScores(rows, { loss, quantile: 0.5 }, classes),
    // Where nothing is held back to stop by, no round is the best.
    trees: boosting.trees.slice(0, data.validation.targets.length > 0 ? best.round * classes : undefined),
  };
}

export const boosting: TestedEstimator = {
  // From 5000 rows on, training and validation together, several threads grow a tree.
  ...onExampleRows('boosting', 4200),
  ...onTrees(boostedTrees, ({ data }, sums) => finished(data.task, sums)),
  name: 'boosting',
  params: { rounds: 12, learningRate: 0.2 },
  tolerance: 1e-5,
};

/** Leaves of a finished forest hold its share of their mean; in a checkpoint the difference from the mean of all rows. */
async function forestTrees({ data, folder }: EndedFit): Promise<TreeEnsemble> {
  const { trees } = (await keptIn<{ state: ForestState }>(folder)).state;
  const classes = outputsOf(data);
  const { targets } = data.train;
  const means = Array.from({ length: classes }, (_, k) =>
    Math.fround(
      targets.reduce((sum, target) => sum + (classes > 1 ? Number(target === k) : target), 0) / targets.length,
    ),
  );
  return {
    features: data.columns.length,
    classes,
    base: new Float64Array(classes),
    trees: trees.map((tree, index) => ({
      ...tree,
      value: tree.value.map((value) => ((means[index % classes] ?? 0) + value) * (classes / trees.length)),
    })),
  };
}

export const forestOf = (algorithm: 'forest' | 'extraTrees'): TestedEstimator => ({
  ...onExampleRows(algorithm, 1000),
  ...onTrees(forestTrees, ({ data: { task } }, shares) => {
    if (task === 'regression') return shares;
    const bounded = shares.map((share) => Math.min(1, Math.max(task === 'binary' ? 0 : 1e-7, share)));
    if (task === 'binary') return Float64Array.of(1 - (bounded[0] ?? 0), bounded[0] ?? 0);
    const total = bounded.reduce((sum, share) => sum + share, 0);
    return bounded.map((share) => share / total);
  }),
  name: algorithm,
  params: { trees: 8, leaves: 64 },
  tolerance: 1e-5,
});

/** Usual rows around zero with a word each; of every fifty one far off, with a word of its own. Targets say which. */
function rowsWithOutliers(rows: number, seed: number): LabelledRows {
  const random = seededRandom(seed);
  const targets = Float64Array.from({ length: rows }, (_, row) => Number(row % 50 === 0));
  const around = (by: number): Float64Array => targets.map((isOff) => standardNormal(random) + by * isOff);
  const [a, b] = [around(5), around(-5)];
  return {
    features: {
      rows,
      columns: new Map([
        ['a', { kind: 'number', values: a.map((value) => (random() < 0.1 ? Number.NaN : value)) }],
        ['b', { kind: 'number', values: b }],
        [
          'word',
          {
            kind: 'text',
            codes: Int32Array.from(targets, (isOff) => (isOff === 1 ? 3 : Math.floor(random() * 4) - 1)),
            dictionary: WORDS,
          },
        ],
      ]),
    },
    targets,
    weights: null,
  };
}

const isolationForest: TestedEstimator = {
  ...onTrees(isolationTrees, ({ fitted }, paths) =>
    paths.map((path) => anomalyScore(path, Number(fitted.params['sampleRows']))),
  ),
  name: 'isolation forest',
  algorithm: 'isolationForest',
  tasks: ['anomaly'],
  params: { trees: 60, contamination: 0.02 },
  lacks: { weights: 'Which rows are usual is learnt from few of them drawn at random: it takes no weights.' },
  startsAnew: 'A hundred trees of 256 rows each are grown within a fraction of a second.',
  hearsLate: 'It is grown at once.',
  tolerance: 1e-5,
  leastQuality: 0.95,
  data: async () => ({
    task: 'regression',
    classes: null,
    columns: ['a', 'b', 'word'].map((name) => ({ name, type: name === 'word' ? 'text' : 'number' })),
    train: rowsWithOutliers(1500, 1),
    validation: rowsWithOutliers(0, 2),
  }),
  fresh: () => rowsWithOutliers(1000, 3),
  fit: ({ train }, params, context) => detectorOf('isolationForest').fit(train.features, params, context),
};

/** Grown once more: it leaves no checkpoint. */
async function isolationTrees({ data, fitted }: EndedFit): Promise<TreeEnsemble> {
  const { features } = data.train;
  const encodings = chooseEncodings(features, [...features.columns.keys()]);
  const columns = encodings.map((encoding) => encode(frameColumn(features, encoding.column), encoding));
  const [trees, sampleRows] = [Number(fitted.params['trees']), Number(fitted.params['sampleRows'])];
  return growIsolation(columns, features.rows, { trees, sampleRows, random: seededRandom(SEED) });
}

export const TREE_ESTIMATORS: readonly TestedEstimator[] = [
  boosting,
  forestOf('forest'),
  forestOf('extraTrees'),
  isolationForest,
];
