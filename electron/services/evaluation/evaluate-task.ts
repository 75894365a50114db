import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Task as LearningTask, TargetSpec } from '../../../shared/contract/models.ts';
import { AppError } from '../../../shared/errors.ts';
import { targetColumns } from '../../../shared/target-columns.ts';
import { evaluateRows } from '../../compute/evaluation/evaluate-rows.ts';
import { answersOf } from '../../compute/evaluation/frame-answers.ts';
import type { EvaluationBody } from '../../compute/evaluation/scored-rows.ts';
import { DuckDb } from '../../compute/frame/duckdb.ts';
import { type Frame, type FrameColumn, frameColumn, takeRows } from '../../compute/frame/frame.ts';
import { writeLateAnswers } from '../../compute/frame/late-answers.ts';
import { readColumns } from '../../compute/frame/read-columns.ts';
import { storedImages } from '../../compute/images/image-column.ts';
import { scoreFrame } from '../../compute/onnx/scorer.ts';
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
    (row) => !Number.isNaN(answers[row] ?? Number.NaN) && (all === null || isWeight(all[row] ?? 0)),
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

const isWeight = (value: number): boolean => value > 0 && value < Number.POSITIVE_INFINITY;

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
  await writeLateAnswers(database, { path: params.path, labels, targets: targetColumns(params.target) }, out);
  return out;
}
