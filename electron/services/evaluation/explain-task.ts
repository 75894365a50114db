import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import type { ColumnType } from '../../../shared/column-type.ts';
import type { AskedRows } from '../../../shared/contract/asked-rows.ts';
import type { Explanation } from '../../../shared/contract/explanation.ts';
import type { Task as LearningTask, TargetSpec } from '../../../shared/contract/models.ts';
import { countText } from '../../../shared/count-text.ts';
import { AppError } from '../../../shared/errors.ts';
import { leadingLoss } from '../../compute/evaluation/metrics.ts';
import { plainAnswers } from '../../compute/evaluation/scored-rows.ts';
import { answerScale } from '../../compute/explain/answer-scale.ts';
import { type Attribution, columnImportance, explainedAnswers } from '../../compute/explain/attribution.ts';
import { openTreeAttributor } from '../../compute/explain/explain-trees.ts';
import { explainedTrees } from '../../compute/explain/explained-trees.ts';
import { permutationImportance } from '../../compute/explain/permutation-importance.ts';
import { MOST_EXACT_COLUMNS, shapleyByAsking } from '../../compute/explain/shapley-by-asking.ts';
import { toCell } from '../../compute/frame/cell.ts';
import { DuckDb } from '../../compute/frame/duckdb.ts';
import { type Frame, frameColumn } from '../../compute/frame/frame.ts';
import { parquetColumns } from '../../compute/frame/parquet-columns.ts';
import { readColumns } from '../../compute/frame/read-columns.ts';
import { openScorer, type Scorer, type Scores } from '../../compute/onnx/scorer.ts';
import { columnType } from '../../compute/profile/column-type.ts';
import type { TaskContext } from '../../jobs/task.ts';
import { type AnsweredModel, readAnsweredRows } from './answered-rows.ts';
import { columnEffects } from './column-effects.ts';
import { readSpread } from './spread-rows.ts';

export interface ExplainTaskParams extends Pick<AnsweredModel, 'path' | 'inputs' | 'classes'> {
  readonly onnxPath: string;
  readonly backgroundPath: string | null;
  readonly rows: number;
  readonly seed: number;
  /** `anomaly` has no answers to lose by. */
  readonly task: LearningTask | 'anomaly';
  readonly target: TargetSpec | null;
}

export type ExplanationBody = Omit<Explanation, keyof AskedRows>;

/** Rows over which trees' importance is taken, and by which nodes are counted where the model does not say. */
const TREE_ROWS = 20_000;
/** Background rows that are taken of a dataset: each costs trees a game a leaf, and other models an answer a set. */
const BACKGROUND_ROWS = { trees: 200, asked: 50 } as const;
/** Columns that models other than trees can have: each costs answers for every row. */
const MOST_ASKED_COLUMNS = 300;
const SHUFFLED_ROWS = 2000;
const SHUFFLES = 3;
/** Columns that are shuffled at most, the most important ones. */
const MOST_SHUFFLED = 60;
/** Columns that are moved while the rest of a row stays, the most important ones, and of how many rows. */
const MOST_MOVED = 12;
const MOVED_ROWS = 500;
/** Of wide rows no more are taken than have so many cells together. */
const MOST_CELLS = 20_000_000;
/** Columns of the rows that are told one by one, those that weigh most in them. */
const MOST_TOLD = 1000;

/** Attributes a model's answers to its columns, row by row and over many rows. */
export async function explainTask(params: ExplainTaskParams, context: TaskContext): Promise<ExplanationBody> {
  const began = performance.now();
  const tell = (stage: string, done: number, total: number, unit: 'rows' | 'columns') =>
    context.progress({ stage, done, total, unit, rate: null, etaMs: null });
  await using database = await DuckDb.open({ signal: context.signal });
  const first = await readColumns(params.path, params.inputs, {
    rows: { from: 0, to: fewerWide(params.rows, params.inputs.length) },
    database,
  });
  if (first.rows === 0)
    throw new AppError('BAD_INPUT', {
      message: 'There is no row to explain.',
      remedy: 'Choose a dataset with rows.',
    });
  const scorer = await openScorer(params.onnxPath, {
    threads: availableParallelism(),
    expectedRows: SHUFFLED_ROWS * SHUFFLES * Math.min(MOST_SHUFFLED, params.inputs.length),
  });
  try {
    const scores = await scorer.score(first);
    const labels = scores.kind === 'numbers' ? [null] : labelsOf(params, scores.classes);
    const notes: string[] = [];
    const rowsOf = (path: string, most: number): Promise<Frame> =>
      readSpread(path, params.inputs, { rows: fewerWide(most, params.inputs.length), database });
    const spread = (rows: number) => rowsOf(params.path, rows);
    const background = async (rows: number): Promise<Frame | null> =>
      params.backgroundPath === null ? null : rowsOf(params.backgroundPath, rows);
    tell('explain', 0, first.rows, 'rows');
    const found =
      (await byTrees(params, { first, notes, spread, background })) ??
      (await byAsking(params, {
        first,
        notes,
        scorer,
        outputs: labels.length,
        background: (await background(BACKGROUND_ROWS.asked)) ?? (await spread(BACKGROUND_ROWS.asked)),
        signal: context.signal,
        onRow: (done) => tell('explain', done, first.rows, 'rows'),
      }));
    const { local, overall, method } = found;
    const stored = await parquetColumns(database, params.path);
    const typeOf = new Map(stored.map(({ name, type }) => [name, columnType(type)]));
    const important = columnImportance(overall);
    const told = toldColumns(
      local,
      important.map(({ column }) => column),
      notes,
    );
    const types = told.map((at) => typeOf.get(local.columns[at] ?? '') ?? 'number');
    const { answers } = plainAnswers(scores, params.task);
    const permuted = await shuffled(params, {
      columns: important.slice(0, MOST_SHUFFLED).map(({ column }) => column),
      database,
      scorer,
      signal: context.signal,
      onColumn: (done, total) => tell('shuffle', done, total, 'columns'),
    });
    const still = await spread(MOVED_ROWS);
    const moved = important.slice(0, MOST_MOVED).map(({ column }) => column);
    const effects = await columnEffects(still, {
      columns: moved,
      outputs: labels.length,
      score: async (frame) => plainAnswers(await scorer.score(frame), params.task).answers,
      signal: context.signal,
      onColumn: (done) => tell('move', done, moved.length, 'columns'),
    });
    return {
      method,
      scale: answerScale(explainedAnswers(local), answers, local.outputs),
      columns: told.map((at) => local.columns[at] ?? ''),
      types,
      outputs: labels.map((label, k) => ({ label, base: local.base[k] ?? 0 })),
      rows: Array.from({ length: first.rows }, (_, row) => ({
        row,
        cells: told.map((at, place) => cellOf(first, local.columns[at] ?? '', row, types[place])),
        answers: labels.map((_, k) => answers[row * labels.length + k] ?? 0),
        values: told.map((column) =>
          labels.map((_, k) => local.values[(row * labels.length + k) * local.columns.length + column] ?? 0),
        ),
      })),
      importance: important.map((one) => ({ ...one, permuted: permuted?.by.get(one.column) ?? null })),
      importanceRows: overall.values.length / Math.max(1, overall.columns.length * overall.outputs),
      effects,
      effectRows: still.rows,
      loss: permuted?.loss ?? null,
      notes,
      seconds: (performance.now() - began) / 1000,
    };
  } finally {
    await scorer.close();
  }
}

interface Found {
  readonly method: Explanation['method'];
  readonly local: Attribution;
  /** Of more rows, for importance. */
  readonly overall: Attribution;
}

/** By the trees themselves; null for a model that is none, or none of sums over trees of raw columns. */
async function byTrees(
  params: ExplainTaskParams,
  of: {
    readonly first: Frame;
    readonly notes: string[];
    spread(rows: number): Promise<Frame>;
    background(rows: number): Promise<Frame | null>;
  },
): Promise<Found | null> {
  const trees = await explainedTrees(await readFile(params.onnxPath));
  if (trees === null) return null;
  const background = await of.background(BACKGROUND_ROWS.trees);
  const many = await of.spread(TREE_ROWS);
  const attributor = openTreeAttributor(
    trees,
    background === null ? { kind: 'pathDependent', rows: many } : { kind: 'interventional', background },
    availableParallelism(),
  );
  if (attributor === null) return null;
  try {
    if (background !== null)
      of.notes.push(`Columns that are not known take ${background.rows} rows of the background.`);
    else if (!attributor.hasOwnCounts)
      of.notes.push(
        `The model's file does not say how many training rows reached each node: ${many.rows} rows of these data were counted instead.`,
      );
    if (params.task === 'anomaly')
      of.notes.push(
        'Values add up to the mean length of the ways to the leaves: the shorter, the more unusual is the row.',
      );
    return {
      method: background === null ? 'treeShapPathDependent' : 'treeShapInterventional',
      local: attributor.attribute(of.first),
      overall: attributor.attribute(many),
    };
  } finally {
    await attributor.close();
  }
}

/** By asking the model with columns taken from background rows. */
async function byAsking(
  params: ExplainTaskParams,
  of: {
    readonly first: Frame;
    readonly notes: string[];
    readonly scorer: Scorer;
    readonly outputs: number;
    readonly background: Frame;
    readonly signal: AbortSignal;
    onRow(done: number): void;
  },
): Promise<Found> {
  const { inputs } = params;
  if (inputs.length > MOST_ASKED_COLUMNS)
    throw new AppError('INVALID_ARGUMENT', {
      message: `Explaining a model that is no tree ensemble asks it for every column; ${inputs.length} columns are more than the ${MOST_ASKED_COLUMNS} that this can be done for.`,
      remedy: 'Train boosted trees, or leave columns out.',
    });
  const isExact = inputs.length <= MOST_EXACT_COLUMNS;
  of.notes.push(
    `Columns that are not known take ${of.background.rows} rows of ${params.backgroundPath === null ? 'these data' : 'the background'}${isExact ? '' : '; values are estimates along random orders of the columns'}.`,
  );
  const local = await shapleyByAsking(of.first, {
    columns: inputs,
    background: of.background,
    outputs: of.outputs,
    seed: params.seed,
    score: async (frame) => plainAnswers(await of.scorer.score(frame), params.task).answers,
    signal: of.signal,
    onRow: of.onRow,
  });
  return { method: isExact ? 'shapExact' : 'shapSampled', local, overall: local };
}

/** Permutation importance on rows whose answers are known; null where there are none. */
async function shuffled(
  params: ExplainTaskParams,
  of: {
    readonly columns: readonly string[];
    readonly database: DuckDb;
    readonly scorer: Scorer;
    readonly signal: AbortSignal;
    onColumn(done: number, total: number): void;
  },
) {
  const { task, target, classes } = params;
  if (target === null || task === 'anomaly') return null;
  const rows = fewerWide(SHUFFLED_ROWS, params.inputs.length);
  const known = await readAnsweredRows({ ...params, task, target }, { rows, database: of.database });
  if (known === null) return null;
  const { frame, targets } = known;
  const lossOf = (scores: Scores) => leadingLoss({ task, classes, targets, scores });
  const before = lossOf(await of.scorer.score(frame));
  if (before === null) return null;
  const found = await permutationImportance(frame, {
    columns: of.columns,
    repeats: SHUFFLES,
    seed: params.seed,
    loss: async (rows) => lossOf(await of.scorer.score(rows))?.loss ?? before.loss,
    signal: of.signal,
    onColumn: (done) => of.onColumn(done, of.columns.length),
  });
  return {
    loss: before.metric,
    by: new Map(found.map(({ column, rise, deviation }) => [column, { rise, deviation }])),
  };
}

const fewerWide = (rows: number, columns: number): number =>
  Math.max(1, Math.min(rows, Math.floor(MOST_CELLS / Math.max(1, columns))));

/** Places of the columns that are told of each row: all, or of many the most important ones, in their order. */
function toldColumns({ columns, values }: Attribution, important: readonly string[], notes: string[]): number[] {
  const places = [...columns.keys()];
  if (columns.length <= MOST_TOLD) return places;
  const told = new Set(important.slice(0, MOST_TOLD));
  const isTold = columns.map((column) => told.has(column));
  const others = new Set<number>();
  for (const [at, value] of values.entries())
    if (value !== 0 && !isTold[at % columns.length]) others.add(at % columns.length);
  notes.push(
    `Of each row the ${countText(MOST_TOLD)} most important of ${countText(columns.length)} columns are told; ${others.size === 0 ? 'no other one adds' : `${countText(others.size)} others add`} to the answers of these rows.`,
  );
  return places.filter((place) => isTold[place]);
}

const labelsOf = ({ classes, task }: ExplainTaskParams, count: number): (string | null)[] => {
  const names = Array.from({ length: count }, (_, k) => classes?.[k] ?? String(k));
  return count === 2 && task !== 'multilabel' ? names.slice(1) : names;
};

function cellOf(frame: Frame, name: string, row: number, type: ColumnType | undefined): string | number | null {
  const column = frameColumn(frame, name);
  if (column.kind === 'text') return column.dictionary[column.codes[row] ?? -1] ?? null;
  const value = column.values[row] ?? Number.NaN;
  const cell = toCell(type === 'date' || type === 'timestamp' ? new Date(value) : value);
  return typeof cell === 'boolean' ? String(cell) : cell;
}
