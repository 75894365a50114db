import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Task as LearningTask, TargetSpec } from '../../../shared/contract/models.ts';
import { AppError } from '../../../shared/errors.ts';
import { targetColumns } from '../../../shared/target-columns.ts';
import { evaluateRows } from '../../compute/evaluation/evaluate-rows.ts';
import type { EvaluationBody } from '../../compute/evaluation/scored-rows.ts';
import { distinctLabels } from '../../compute/frame/distinct-labels.ts';
import { DuckDb } from '../../compute/frame/duckdb.ts';
import { type Frame, type FrameColumn, frameColumn, takeRows } from '../../compute/frame/frame.ts';
import { readColumns } from '../../compute/frame/read-columns.ts';
import { quoteIdentifier, quoteLiteral } from '../../compute/frame/sql-text.ts';
import { storedImages } from '../../compute/images/image-column.ts';
import { scoreFrame } from '../../compute/onnx/scorer.ts';
import { labelColumn, packLabels } from '../../compute/train/label-sets.ts';
import type { TaskContext } from '../../jobs/task.ts';

export interface EvaluateTaskParams {
  readonly onnxPath: string;
  /** Rows to evaluate on. */
  readonly path: string;
  /** Another file that holds the answers, joined by the key. */
  readonly labels: { readonly path: string; readonly key: string } | null;
  /** Rows held out of training: their answers stand for those the model was trained on, for the constant baseline. */
  readonly heldOutPath: string | null;
  /** The linear model to compare with, where one was kept. */
  readonly linearPath: string | null;
  /** Column of row weights of the rows, and the one that the model was trained with. */
  readonly weights: string | null;
  readonly weightsOfModel: string | null;
  readonly task: LearningTask;
  readonly target: TargetSpec;
  readonly classes: readonly string[] | null;
  readonly inputs: readonly string[];
  /** The column of images that the model takes instead; null for a model of columns. */
  readonly image: string | null;
  readonly sensitive: readonly string[];
  readonly findSlices: boolean;
  readonly threshold: number | null;
}

/** Evaluates a model on the rows of a file whose answers are known. */
export async function evaluateTask(params: EvaluateTaskParams, context: TaskContext): Promise<EvaluationBody> {
  const tell = (stage: string, done: number) =>
    context.progress({ stage, done, total: 3, unit: 'steps', rate: null, etaMs: null });
  tell('read', 0);
  const { weights: weightsColumn, image } = params;
  const wanted = [
    ...new Set([
      ...params.inputs,
      ...params.sensitive,
      ...targetColumns(params.target),
      ...(weightsColumn === null ? [] : [weightsColumn]),
    ]),
  ];
  const read = await readRows(params, wanted, context);
  const answers = answersOf(read, params);
  const all = weightsColumn === null ? null : weightsOf(frameColumn(read, weightsColumn), weightsColumn);
  const rows = [...answers.keys()].filter(
    (row) => !Number.isNaN(answers[row] ?? Number.NaN) && (all === null || (all[row] ?? 0) > 0),
  );
  if (rows.length === 0) {
    throw new AppError('BAD_INPUT', {
      message: `No row has a known "${params.target.column}".`,
      remedy: 'Choose a dataset with answers, or name the one that holds them.',
    });
  }
  const frame = rows.length === read.rows ? read : takeRows(read, rows);
  const targets = Float64Array.from(rows, (row) => answers[row] ?? 0);
  tell('score', 1);
  const pictures =
    image === null
      ? frame
      : { ...frame, images: new Map([[image, storedImages(params.path, image, Uint32Array.from(rows))]]) };
  const scoring = { threads: availableParallelism(), signal: context.signal };
  const scores = await scoreFrame(params.onnxPath, pictures, scoring);
  const linear = params.linearPath === null ? null : await scoreFrame(params.linearPath, pictures, scoring);
  tell('evaluate', 2);
  const columns = (names: readonly string[]): Frame => ({
    rows: frame.rows,
    columns: new Map(names.map((name) => [name, frameColumn(frame, name)])),
  });
  const body = evaluateRows({
    task: params.task,
    classes: params.classes,
    targets,
    scores,
    weights: all === null ? null : Float64Array.from(rows, (row) => all[row] ?? 0),
    weightsColumn,
    notes:
      params.weightsOfModel !== null && weightsColumn === null
        ? [
            `The model was trained with weights ("${params.weightsOfModel}"), which these rows do not have: each counts once.`,
          ]
        : [],
    trainingTargets: params.heldOutPath === null ? targets : await knownAnswers(params.heldOutPath, params),
    linear,
    groups: columns(params.sensitive),
    threshold: params.threshold,
    sliceColumns: params.findSlices ? columns(params.inputs.slice(0, 40)) : null,
  });
  tell('evaluate', 3);
  return body;
}

function weightsOf(column: FrameColumn, name: string): Float64Array {
  if (column.kind === 'number') return column.values;
  throw new AppError('BAD_INPUT', {
    message: `"${name}" holds text here, not weights.`,
    remedy: 'Import it as a number, or evaluate a model that was trained without weights.',
  });
}

/** Answers of a file's rows, those that are known. */
async function knownAnswers(path: string, params: EvaluateTaskParams): Promise<Float64Array> {
  return answersOf(await readColumns(path, targetColumns(params.target)), params).filter(
    (value) => !Number.isNaN(value),
  );
}

/** Columns of the rows; answers that lie elsewhere beside them. */
async function readRows(params: EvaluateTaskParams, wanted: readonly string[], context: TaskContext): Promise<Frame> {
  const { path, labels } = params;
  const { signal } = context;
  if (labels === null) return readColumns(path, wanted, { signal });
  const targets = targetColumns(params.target);
  const rows = await readColumns(
    path,
    wanted.filter((name) => !targets.includes(name)),
    { signal },
  );
  const answers = await readColumns(await joinLabels(params, labels, context), targets, { signal });
  return { ...rows, columns: new Map([...rows.columns, ...answers.columns]) };
}

/** The answers of the rows, in their order, as a Parquet file in the job's folder. */
async function joinLabels(
  params: EvaluateTaskParams,
  labels: { path: string; key: string },
  context: TaskContext,
): Promise<string> {
  await using database = await DuckDb.open({ spillFolder: join(context.folder, 'spill'), signal: context.signal });
  const out = join(context.folder, 'answers.parquet');
  const key = quoteIdentifier(labels.key);
  const targets = targetColumns(params.target);
  const answers: string[] = [];
  for (const [at, target] of targets.entries())
    answers.push(
      `LEFT JOIN (${await distinctLabels(database, { ...labels, target })}) l${at} ON d.${key} = l${at}.${key}`,
    );
  const answered = targets.map((target, at) => `l${at}.${quoteIdentifier(target)}`);
  await database.writeParquet(
    `SELECT ${answered.join(', ')} FROM read_parquet(${quoteLiteral(params.path)}, file_row_number = true) d ${answers.join(' ')} ORDER BY d.file_row_number`,
    out,
  );
  return out;
}

/** Class index or value of each row; NaN where there is none, or where the class was never trained. */
export function answersOf(
  frame: Frame,
  { task, target, classes }: Pick<EvaluateTaskParams, 'task' | 'target' | 'classes'>,
): Float64Array {
  if (target.labels) return packLabels(target.labels.map((name) => labelColumn(frameColumn(frame, name), name)));
  const column = frameColumn(frame, target.column);
  if (target.over !== null || task === 'regression') {
    if (column.kind !== 'number')
      throw new AppError('BAD_INPUT', {
        message: `"${target.column}" holds text here; the model was trained on numbers.`,
      });
    const { over } = target;
    return over === null
      ? column.values
      : column.values.map((value) => (Number.isNaN(value) ? Number.NaN : Number(value > over)));
  }
  const index = new Map(classes?.map((label, at) => [label, at]));
  if (column.kind === 'text') {
    const codes = column.dictionary.map((word) => index.get(word) ?? Number.NaN);
    return Float64Array.from(column.codes, (code) => codes[code] ?? Number.NaN);
  }
  return column.values.map(
    (value) => index.get(String(value)) ?? index.get(value === 1 ? 'true' : 'false') ?? Number.NaN,
  );
}
