import type { CrossValidation, TrainingRequest } from '../../../shared/contract/training.ts';
import { AppError } from '../../../shared/errors.ts';
import { frameColumn } from '../../compute/frame/frame.ts';
import { type Fold, groupedFolds, kFolds, stratifiedFolds, timeFolds } from '../../compute/search/folds.ts';
import { LAST_ROUND } from './auto-folds.ts';
import { draw } from './split-rows.ts';
import type { TrainingRows } from './training-rows.ts';
import type { TrialItem } from './trial.ts';

/** Rows of the file of one fit: learnt from, stopped by, judged on. Judged rows are never learnt from. */
export interface JudgedFold {
  readonly train: Uint32Array;
  readonly validation: Uint32Array;
  readonly judged: Uint32Array;
}

/** Of the rows to learn from, what stops a fit early where the judged rows must not. */
const VALIDATION_SHARE = 0.1;
/** Seeds of repetitions lie apart. */
const REPEAT_STEP = 7919;

/**
 * The fits of a trial. Without cross-validation one, judged on the validation part that also stops it. With it one a fold and
 * repetition of the rows that are not test rows, each stopped by a tenth of its own training rows. `outer` narrows the rows to
 * those of a fold of a nested cross-validation.
 */
export function trialFolds(
  rows: TrainingRows,
  { crossValidation, seed }: Pick<TrainingRequest, 'crossValidation' | 'seed'>,
  { outer, judges }: Pick<TrialItem, 'outer' | 'judges'>,
): JudgedFold[] {
  const asked = judges === 'folds' ? LAST_ROUND : crossValidation;
  if (asked !== null && outer !== null && judges === 'outer') return [outerFold(rows, asked, seed, outer)];
  if (asked === null) return [{ ...rows.parts, judged: rows.parts.validation }];
  const pool = outer === null ? rows.allRows : outerFold(rows, asked, seed, outer).train;
  return Array.from({ length: asked.repeats }, (_, repeat) => repeat).flatMap((repeat) =>
    foldsOf(rows, pool, asked, seed + REPEAT_STEP * repeat + 1).map((fold) => withValidation(rows, fold, asked, seed)),
  );
}

/** A fold of the outer cross-validation: its judged rows are seen by no trial of the search inside. */
function outerFold(rows: TrainingRows, asked: CrossValidation, seed: number, outer: number): JudgedFold {
  const fold = foldsOf(rows, rows.allRows, asked, seed)[outer];
  if (!fold) throw new RangeError(`There is no outer fold ${outer}.`);
  return withValidation(rows, fold, asked, seed);
}

function foldsOf(
  rows: TrainingRows,
  pool: Uint32Array,
  { kind, folds, gap, column }: CrossValidation,
  seed: number,
): Fold[] {
  const named = (made: readonly Fold[], of: Uint32Array): Fold[] =>
    made.map(({ train, judged }) => ({
      train: train.map((at) => of[at] ?? 0),
      judged: judged.map((at) => of[at] ?? 0),
    }));
  try {
    if (kind === 'time') {
      const times = numbersOf(rows, column, 'times');
      const dated = pool.filter((row) => !Number.isNaN(times(row)));
      return named(timeFolds(Float64Array.from(dated, times), { folds, gap }), dated);
    }
    if (kind === 'grouped')
      return named(groupedFolds(Float64Array.from(pool, groupsOf(rows, column)), { folds, seed }), pool);
    if (kind === 'stratified' && rows.target.task !== 'regression') {
      const classes = Float64Array.from(pool, (row) => rows.target.values[row] ?? 0);
      return named(stratifiedFolds(classes, { folds, seed }), pool);
    }
    return named(kFolds({ rows: pool.length, folds, seed }), pool);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new AppError('INVALID_ARGUMENT', {
      message: error.message,
      remedy: 'Use fewer folds, a smaller gap, or more rows.',
      cause: error,
    });
  }
}

function withValidation(rows: TrainingRows, { train, judged }: Fold, asked: CrossValidation, seed: number): JudgedFold {
  if (asked.kind === 'time') {
    const times = numbersOf(rows, asked.column, 'times');
    const sorted = Float64Array.from(train, times).sort();
    const from = sorted[Math.floor(sorted.length * (1 - VALIDATION_SHARE))] ?? Number.POSITIVE_INFINITY;
    const before = train.filter((row) => times(row) < from);
    if (before.length > 0) return { train: before, validation: train.filter((row) => times(row) >= from), judged };
  }
  if (asked.kind === 'grouped') {
    const group = groupsOf(rows, asked.column);
    const groups = Float64Array.from(train, group);
    const parts = Math.min(Math.round(1 / VALIDATION_SHARE), new Set(groups).size);
    const [inner] = parts < 2 ? [] : groupedFolds(groups, { folds: parts, seed });
    if (inner)
      return {
        train: inner.train.map((at) => train[at] ?? 0),
        validation: inner.judged.map((at) => train[at] ?? 0),
        judged,
      };
  }
  const [rest, validation] = draw(
    train,
    VALIDATION_SHARE,
    { targets: rows.target.values, isClassification: rows.target.task !== 'regression' },
    seed,
  );
  return { train: rest, validation, judged };
}

function numbersOf(rows: TrainingRows, column: string | null, what: string): (row: number) => number {
  const values = column === null ? null : frameColumn(rows.frame, column);
  if (values?.kind === 'number') return (row) => values.values[row] ?? Number.NaN;
  throw new AppError('INVALID_ARGUMENT', {
    message: column === null ? `Folds by ${what} need a column of ${what}.` : `"${column}" is no column of ${what}.`,
    remedy: 'Name a date or time column.',
  });
}

function groupsOf(rows: TrainingRows, column: string | null): (row: number) => number {
  if (column === null)
    throw new AppError('INVALID_ARGUMENT', {
      message: 'Grouped folds need the column that names the groups.',
      remedy: 'Name it, such as the customer or the patient a row is of.',
    });
  const values = frameColumn(rows.frame, column);
  if (values.kind === 'text') return (row) => values.codes[row] ?? -1;
  // Rows without a group are a group of their own: they may be of the same one.
  const numbers = new Map<number, number>();
  for (const value of values.values) if (!numbers.has(value)) numbers.set(value, numbers.size);
  return (row) => numbers.get(values.values[row] ?? Number.NaN) ?? -1;
}
