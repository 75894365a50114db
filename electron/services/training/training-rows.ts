import type { Column } from '../../../shared/contract/datasets.ts';
import type { ModelInput } from '../../../shared/contract/models.ts';
import type { ColumnAdvice, TrainingRequest } from '../../../shared/contract/training.ts';
import { countText } from '../../../shared/count-text.ts';
import { AppError } from '../../../shared/errors.ts';
import { targetColumns } from '../../../shared/target-columns.ts';
import { type Frame, type FrameColumn, frameColumn, takeRows } from '../../compute/frame/frame.ts';
import { noSuchColumn } from '../../compute/frame/no-such-column.ts';
import { readColumns } from '../../compute/frame/read-columns.ts';
import { readImageColumn } from '../../compute/images/image-column.ts';
import { PIXEL_INPUT } from '../../compute/images/pixel-nodes.ts';
import { labelAnswers } from '../../compute/onnx/answer-nodes.ts';
import { LARGEST_LEARNT } from '../../compute/train/check-data.ts';
import type { LabelledRows, ModelSource, TrainingData } from '../../compute/train/estimator.ts';
import { readColumnModel } from '../../compute/train/fine-tune/fine-tune.ts';
import { adviseColumns, NAMED_AS_ANSWER } from './advise.ts';
import { imageColumnOf } from './image-column-of.ts';
import { readAnswers } from './label-target.ts';
import { requireRows } from './require-rows.ts';
import { isEvenlyDrawn, type SplitRows, splitRows } from './split-rows.ts';
import type { Target } from './target.ts';

/** Images are held no larger than this, unless a form of network asks for more. */
const MOST_HELD_SIDE = 64;

/** Where the rows of a training come from. */
export interface RowsSource {
  readonly path: string;
  readonly columns: readonly Column[];
  readonly request: TrainingRequest;
  /** The file of the test dataset when the split names one. */
  readonly testPath: string | null;
  /** The ONNX model to go on from, or whose features of images are learnt from; null: none. */
  readonly from: ModelSource | null;
}

/** Rows as a training takes them: read, their answers found, columns chosen, divided. The same source gives the same. */
export class TrainingRows {
  readonly frame: Frame;
  readonly target: Target;
  readonly advice: readonly ColumnAdvice[];
  readonly features: readonly Column[];
  /** Row numbers of each part in the file. */
  readonly parts: SplitRows;
  readonly dropped: Readonly<Record<string, number>>;
  /** Rows by which the model is judged at the end, all columns beside. */
  readonly test: { readonly rows: LabelledRows; readonly frame: Frame };
  readonly from: ModelSource | null;
  readonly #request: TrainingRequest;

  private constructor(
    parts: Pick<TrainingRows, 'frame' | 'target' | 'advice' | 'features' | 'parts' | 'dropped'>,
    { request, from }: RowsSource,
    other: Frame | null,
    otherTargets: Float64Array | null,
  ) {
    this.frame = parts.frame;
    this.target = parts.target;
    this.advice = parts.advice;
    this.features = parts.features;
    this.parts = parts.parts;
    this.dropped = parts.dropped;
    this.from = from;
    this.#request = request;
    this.test =
      other && otherTargets
        ? {
            frame: other,
            rows: { features: this.#inputs(other), targets: otherTargets, weights: weightsOf(other, request) },
          }
        : { frame: takeRows(this.frame, this.parts.test), rows: this.labelled(this.parts.test) };
  }

  /** Reads and divides; throws AppError where columns are missing, nothing is left to learn from, or a part is empty. */
  static async read(source: RowsSource, signal: AbortSignal): Promise<TrainingRows> {
    const { columns, path, request, testPath } = source;
    const names = columns.map((column) => column.name);
    requireColumns(request, names);
    const frame = await readFrame(path, columns, signal);
    requireRows(frame, 1);
    const { target: spec, task } = request;
    const target = readAnswers((name) => targetColumn(frame, name), spec, { columns, task });
    if (frame.images && target.classes === null)
      throw new AppError('INVALID_ARGUMENT', {
        message: `"${spec.column}" holds numbers; images are sorted into classes.`,
        remedy: 'Predict the label, or whether the number is over a bound.',
      });
    const advice = frame.images ? adviseForImages(source) : await adviseInputs(frame, target, source);
    const used = new Set(advice.flatMap(({ column, isExcluded }) => (isExcluded ? [] : [column])));
    const features = columns.filter(({ name }) => used.has(name));
    if (features.length === 0) {
      throw new AppError('BAD_INPUT', {
        message: 'No column is left to learn from.',
        remedy: 'Include some columns again: every one was left out.',
        details: { excluded: advice },
      });
    }
    const { parts, dropped } = divide(frame, target, request);
    const found = { frame, target, advice, features, parts, dropped };
    if (testPath === null) return new TrainingRows(found, source, null, null);
    const other = await readFrame(testPath, columns, signal);
    const known = answersLike(
      target,
      readAnswers((name) => targetColumn(other, name), spec, {
        columns,
        task: target.task === 'binary' ? undefined : target.task,
      }),
    );
    return new TrainingRows(found, source, takeRows(other, known.rows), known.targets);
  }

  /** The inputs, answers and weights of rows of the file. */
  labelled(rows: Uint32Array): LabelledRows {
    const taken = takeRows(this.#inputs(this.frame), rows);
    return {
      features: taken,
      targets: Float64Array.from(rows, (row) => this.target.values[row] ?? Number.NaN),
      weights: weightsOf(this.frame, this.#request, rows),
    };
  }

  /** What an estimator is given: these rows to learn from, those to stop by. */
  data(train: Uint32Array, validation: Uint32Array): TrainingData {
    return {
      task: this.target.task,
      classes: this.target.classes,
      columns: this.features.map(({ name, type }) => ({ name, type })),
      train: this.labelled(train),
      validation: this.labelled(validation),
      ...(train === this.parts.train && validation === this.parts.validation && this.isEvenlyDrawn
        ? { isEvenlyDrawn: true }
        : {}),
      ...(this.from ? { from: this.from } : {}),
    };
  }

  /** Whether any validation row could stand for a row to learn from. */
  get isEvenlyDrawn(): boolean {
    const { split } = this.#request;
    return isEvenlyDrawn(split, this.parts, split.kind === 'column' ? frameColumn(this.frame, split.column) : null);
  }

  /** Training and validation rows as one part, ascending. */
  get allRows(): Uint32Array {
    const { train, validation } = this.parts;
    const rows = new Uint32Array(train.length + validation.length);
    rows.set(train);
    rows.set(validation, train.length);
    return rows.sort();
  }

  #inputs(frame: Frame): Frame {
    const { rows, images } = frame;
    if (images) return { rows, columns: new Map(), images };
    return { rows, columns: new Map(this.features.map(({ name }) => [name, frameColumn(frame, name)])) };
  }

  /** What is learnt from. */
  get takes(): 'columns' | 'images' {
    return this.frame.images ? 'images' : 'columns';
  }

  /** What the model takes. */
  get inputs(): ModelInput[] {
    return this.features.map(
      ({ name, type }): ModelInput =>
        type === 'image'
          ? { name: PIXEL_INPUT, type, column: name }
          : { name, type: frameColumn(this.frame, name).kind === 'text' ? 'string' : 'float' },
    );
  }

  /** Numbers that a fit holds of a row, about. */
  get numbersARow(): number {
    const [images] = this.frame.images?.values() ?? [];
    return images ? 3 * Math.min(images.typicalSide, MOST_HELD_SIDE) ** 2 : this.features.length;
  }
}

/** Every column the request names must be there. */
function requireColumns(
  { target, exclude, include = [], sensitive, weights, split, crossValidation }: TrainingRequest,
  names: readonly string[],
): void {
  const wanted = [
    ...targetColumns(target),
    ...exclude,
    ...include,
    ...sensitive,
    ...(weights === null ? [] : [weights]),
    ...('column' in split ? [split.column] : []),
    ...(crossValidation?.column ? [crossValidation.column] : []),
  ];
  for (const name of wanted) {
    if (names.includes(name)) continue;
    throw noSuchColumn(name, names);
  }
}

/** All columns, that of images as images. */
async function readFrame(path: string, columns: readonly Column[], signal: AbortSignal): Promise<Frame> {
  const image = imageColumnOf(columns);
  const names = columns.filter(({ type }) => type !== 'image').map(({ name }) => name);
  const frame = await readColumns(path, names, { signal });
  return image ? { ...frame, images: new Map([[image.name, await readImageColumn(path, image.name, signal)]]) } : frame;
}

function targetColumn(frame: Frame, name: string): FrameColumn {
  if (!frame.images?.has(name)) return frameColumn(frame, name);
  throw new AppError('INVALID_ARGUMENT', {
    message: `"${name}" is nothing that images can be sorted by.`,
    remedy: 'Predict the label.',
  });
}

/** Of a dataset with images only these are learnt from. */
function adviseForImages({ request, columns }: RowsSource): ColumnAdvice[] {
  const image = imageColumnOf(columns);
  return columns
    .filter(({ name }) => name !== request.target.column)
    .map((column) => ({
      column: column.name,
      type: column.type,
      role: column.role,
      isExcluded: column !== image,
      reason: column === image ? null : 'The model learns from the image alone.',
      warning: null,
      strength: null,
    }));
}

/** Advice for every column but the target, with what the request and a model that is gone on from say themselves on top. */
async function adviseInputs(
  frame: Frame,
  target: Target,
  { request, columns, from }: RowsSource,
): Promise<ColumnAdvice[]> {
  // What the model takes is an input whatever the advice says: it was chosen when the model was made.
  const inputs = from && new Set((await readColumnModel(from)).inputs);
  const splitColumn = request.split.kind === 'column' ? request.split.column : null;
  const grouped = request.crossValidation?.kind === 'grouped' ? request.crossValidation.column : null;
  const answers = new Set(request.target.labels?.flatMap((label) => Object.values(labelAnswers(label))));
  return adviseColumns(frame, { columns, target, spec: request.target }).map((advice): ColumnAdvice => {
    if (inputs && !inputs.has(advice.column))
      return { ...advice, isExcluded: true, reason: `${from?.name} does not take it.` };
    if (inputs) return { ...advice, isExcluded: false };
    if (answers.has(advice.column)) return { ...advice, isExcluded: true, reason: NAMED_AS_ANSWER };
    if (request.exclude.includes(advice.column)) return { ...advice, isExcluded: true, reason: 'Left out by hand.' };
    if (advice.column === splitColumn)
      return { ...advice, isExcluded: true, reason: 'It names the parts of the split.' };
    if (advice.column === request.weights) return { ...advice, isExcluded: true, reason: 'It holds weights.' };
    if (request.include?.includes(advice.column)) return { ...advice, isExcluded: false };
    if (advice.column === grouped) return { ...advice, isExcluded: true, reason: 'It names the groups of the folds.' };
    return advice;
  });
}

/** No estimator can add up larger answers and weights: BAD_INPUT by the row of the dataset, its column and its value. */
function requireLearnt(row: number, target: Target, weights: FrameColumn | null, request: TrainingRequest): void {
  const cells = [
    ...(target.task === 'regression' ? [{ column: request.target.column, value: target.values[row] ?? 0 }] : []),
    ...(weights?.kind === 'number' ? [{ column: request.weights, value: weights.values[row] ?? 0 }] : []),
  ];
  for (const { column, value } of cells) {
    if (Math.abs(value) <= LARGEST_LEARNT) continue;
    throw new AppError('BAD_INPUT', {
      message: `Row ${countText(row + 1)}, column "${column}": ${value} is beyond ${LARGEST_LEARNT.toExponential()}, the largest ${column === request.weights ? 'weight' : 'answer'} that can be learnt with.`,
      remedy: 'Leave such rows out, or correct them.',
      kept: 'The dataset is as it was.',
      details: { row, column, value: String(value) },
    });
  }
}

function divide(
  frame: Frame,
  target: Target,
  request: TrainingRequest,
): { readonly parts: SplitRows; readonly dropped: Record<string, number> } {
  const { split, seed } = request;
  const rows: number[] = [];
  let [unanswered, unweighted] = [0, 0];
  const weights = request.weights === null ? null : frameColumn(frame, request.weights);
  for (let row = 0; row < frame.rows; row++) {
    if (Number.isNaN(target.values[row] ?? Number.NaN)) unanswered += 1;
    else if (weights?.kind === 'number' && !((weights.values[row] ?? 0) > 0)) unweighted += 1;
    else {
      requireLearnt(row, target, weights, request);
      rows.push(row);
    }
  }
  if (rows.length === 0 && unweighted > 0)
    throw new AppError('BAD_INPUT', {
      message: `No row is left to learn from: in ${countText(unweighted)} of ${countText(frame.rows)} rows the weight "${request.weights}" is missing or not positive.`,
      remedy: 'Choose another column of weights, or train without.',
      kept: 'The dataset is as it was.',
    });
  const parts = splitRows(split, {
    rows: Uint32Array.from(rows),
    targets: target.values,
    isClassification: target.task === 'binary' || target.task === 'multiclass',
    column: 'column' in split ? frameColumn(frame, split.column) : null,
    seed,
  });
  const dropped: Record<string, number> = {};
  if (unanswered > 0)
    dropped[target.task === 'regression' ? 'target missing or infinite' : 'target missing'] = unanswered;
  if (unweighted > 0) dropped['weight missing or not positive'] = unweighted;
  const used = parts.train.length + parts.validation.length + parts.test.length;
  if (used < rows.length) dropped['no time'] = rows.length - used;
  const distinct = new Set(Array.from(parts.train, (row) => target.values[row]));
  if (distinct.size < 2) {
    throw new AppError('BAD_INPUT', {
      message: `The ${countText(parts.train.length)} training rows all have the same answer.`,
      remedy: 'Change the split, or use more rows.',
      kept: 'The dataset is as it was.',
    });
  }
  return { parts, dropped };
}

/** Rows of another dataset that have an answer, in the classes of the first; rows of other classes are left out. */
function answersLike(target: Target, found: Target): { readonly rows: number[]; readonly targets: Float64Array } {
  const index =
    found.task === 'multilabel' ? undefined : found.classes?.map((label) => target.classes?.indexOf(label) ?? -1);
  const values = found.values.map((value) => (index && !Number.isNaN(value) ? (index[value] ?? -1) : value));
  const rows = [...values.keys()].filter(
    (row) => !Number.isNaN(values[row] ?? Number.NaN) && (values[row] ?? -1) >= (index ? 0 : Number.NEGATIVE_INFINITY),
  );
  return { rows, targets: Float64Array.from(rows, (row) => values[row] ?? 0) };
}

function weightsOf(frame: Frame, { weights }: TrainingRequest, rows?: Uint32Array): Float64Array | null {
  if (weights === null) return null;
  const column = frameColumn(frame, weights);
  if (column.kind !== 'number')
    throw new AppError('INVALID_ARGUMENT', {
      message: `"${weights}" holds text, not weights.`,
      remedy: 'Choose a column of numbers.',
    });
  return rows ? Float64Array.from(rows, (row) => column.values[row] ?? 0) : column.values.slice();
}
