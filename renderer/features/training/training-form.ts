import type { CalibrationChoice } from '../../../shared/contract/calibration.ts';
import type { ColumnType, DatasetVersion } from '../../../shared/contract/datasets.ts';
import type { EnsembleChoice } from '../../../shared/contract/ensembles.ts';
import type { ProviderChoice } from '../../../shared/contract/providers.ts';
import type { SearchMethod } from '../../../shared/contract/search.ts';
import type {
  ColumnAdvice,
  EstimatorInfo,
  Split,
  TrainingAdvice,
  TrainingRequest,
} from '../../../shared/contract/training.ts';

/** How rows are divided, as the form holds it: every field is kept while another kind is chosen. */
export interface SplitFields {
  readonly kind: Split['kind'];
  readonly test: number;
  readonly validation: number;
  readonly timeColumn: string | null;
  readonly testFrom: string;
  readonly partColumn: string | null;
  readonly testDataset: string | null;
}

export const foldKinds = ['stratified', 'kFold', 'grouped', 'time'] as const;
export type FoldKind = (typeof foldKinds)[number];

/** How parameters are found and judged. */
export interface TuningFields {
  /** Null: one fit with the parameters as they are. */
  readonly search: SearchMethod | null;
  /** Null: until the time budget is used up. */
  readonly trials: number | null;
  /** Null: judged on the validation part. */
  readonly folds: FoldKind | null;
  readonly foldCount: number;
  readonly foldColumn: string | null;
  readonly ensemble: EnsembleChoice;
  /** Null: as the algorithm would have it. */
  readonly calibration: CalibrationChoice | null;
}

/** Everything the form holds. */
export interface TrainingForm {
  readonly dataset: string | null;
  readonly targetColumn: string | null;
  /** Set when a numeric target is asked as "is it over this number". */
  readonly over: number | null;
  /** Columns whose inclusion the user changed: true is in, false is out; all others follow the advice. */
  readonly included: Readonly<Record<string, boolean>>;
  /** Null: as the roles of the dataset say. */
  readonly sensitive: readonly string[] | null;
  /** The column that says how much a row counts; it is no input. Null: every row once. */
  readonly weights: string | null;
  readonly split: SplitFields;
  readonly algorithm: string;
  /** What it learns from: a dataset with a column of images is learnt from by them alone. */
  readonly takes: 'columns' | 'images';
  readonly provider: ProviderChoice;
  readonly tuning: TuningFields;
  readonly seed: number;
  readonly budgetSeconds: number | null;
  readonly name: string;
  /** Parameters of the algorithm that differ from its defaults. */
  readonly params: Readonly<Record<string, unknown>>;
}

export const emptyForm: TrainingForm = {
  dataset: null,
  targetColumn: null,
  over: null,
  included: {},
  sensitive: null,
  weights: null,
  split: {
    kind: 'fraction',
    test: 0.2,
    validation: 0.1,
    timeColumn: null,
    testFrom: '',
    partColumn: null,
    testDataset: null,
  },
  algorithm: 'auto',
  takes: 'columns',
  provider: 'auto',
  tuning: {
    search: null,
    trials: 30,
    folds: null,
    foldCount: 5,
    foldColumn: null,
    ensemble: 'none',
    calibration: null,
  },
  seed: 0,
  budgetSeconds: null,
  name: '',
  params: {},
};

const numericTypes: readonly ColumnType[] = ['integer', 'number'];

export const isNumeric = (type: ColumnType): boolean => numericTypes.includes(type);
export const isTime = (type: ColumnType): boolean => type === 'date' || type === 'timestamp';

/** The form as it opens on a dataset: its target, weight, sensitive and time columns by role. */
export function formFor(dataset: DatasetVersion): TrainingForm {
  const time = dataset.columns.find((column) => column.role === 'time' && isTime(column.type));
  return {
    ...emptyForm,
    dataset: `${dataset.name}@${dataset.version}`,
    takes: dataset.columns.some(({ type }) => type === 'image') ? 'images' : 'columns',
    targetColumn: dataset.columns.find((column) => column.role === 'target')?.name ?? null,
    weights: dataset.columns.find((column) => column.role === 'weight' && isNumeric(column.type))?.name ?? null,
    split: { ...emptyForm.split, timeColumn: time?.name ?? null },
  };
}

/** The columns a person decides on: all but target and weights. */
export function choosable(form: TrainingForm, advice: TrainingAdvice): readonly ColumnAdvice[] {
  return advice.columns.filter(({ column }) => column !== form.targetColumn && column !== form.weights);
}

/** Whether a column is an input: the user's word, else the advice's. */
export function isColumnIncluded(
  form: TrainingForm,
  column: { readonly column: string; readonly isExcluded: boolean },
): boolean {
  return form.included[column.column] ?? !column.isExcluded;
}

/** Columns to judge fairness by: the user's choice, else those of role `sensitive`. */
export function sensitiveColumns(form: TrainingForm, advice: TrainingAdvice | undefined): readonly string[] {
  return (
    form.sensitive ??
    advice?.columns.filter((column) => column.role === 'sensitive').map((column) => column.column) ??
    []
  );
}

/** What keeps the form from starting. Each names a message. */
export type FormGap =
  | 'noDataset'
  | 'noTarget'
  | 'noTimeColumn'
  | 'noPartColumn'
  | 'noTestDataset'
  | 'noColumns'
  | 'noSearchEnd'
  | 'noFoldColumn'
  | 'blocked'
  | 'notLooked';

/** The first thing that is missing; null when training can start. */
export function formGap(form: TrainingForm, advice: TrainingAdvice | undefined): FormGap | null {
  if (form.dataset === null) return 'noDataset';
  if (form.targetColumn === null) return 'noTarget';
  if (form.split.kind === 'time' && form.split.timeColumn === null) return 'noTimeColumn';
  if (form.split.kind === 'column' && form.split.partColumn === null) return 'noPartColumn';
  if (form.split.kind === 'dataset' && form.split.testDataset === null) return 'noTestDataset';
  if (advice === undefined) return 'notLooked';
  if (advice.blockedBy !== null) return 'blocked';
  if (form.takes === 'columns' && !choosable(form, advice).some((column) => isColumnIncluded(form, column)))
    return 'noColumns';
  const { search, trials, folds, foldColumn } = form.tuning;
  if (form.takes === 'columns' && search !== null && trials === null && form.budgetSeconds === null)
    return 'noSearchEnd';
  if (form.takes === 'columns' && (folds === 'grouped' || folds === 'time') && foldColumn === null)
    return 'noFoldColumn';
  return null;
}

function splitOf(fields: SplitFields): Split | undefined {
  const { test, validation } = fields;
  switch (fields.kind) {
    case 'fraction':
      return { kind: 'fraction', test, validation };
    case 'time':
      if (fields.timeColumn === null) return undefined;
      return {
        kind: 'time',
        column: fields.timeColumn,
        test,
        validation,
        testFrom: fields.testFrom === '' ? null : fields.testFrom,
      };
    case 'column':
      if (fields.partColumn === null) return undefined;
      return { kind: 'column', column: fields.partColumn, testValues: ['test'], validationValues: ['validation'] };
    case 'dataset':
      return fields.testDataset === null ? undefined : { kind: 'dataset', dataset: fields.testDataset, validation };
  }
}

/**
 * The request of a complete form; undefined while something is missing. Only what the user changed against the advice is
 * named in exclude and include. Parameters that do not belong to the algorithm are dropped.
 */
export function requestOf(
  form: TrainingForm,
  advice: TrainingAdvice | undefined,
  estimators: readonly EstimatorInfo[],
): TrainingRequest | undefined {
  const split = splitOf(form.split);
  if (formGap(form, advice) !== null || form.dataset === null || form.targetColumn === null) return undefined;
  if (split === undefined || advice === undefined) return undefined;
  const columns = form.takes === 'images' ? [] : choosable(form, advice);
  const nameOf = (column: { readonly column: string }): string => column.column;
  const known =
    estimators.find((estimator) => estimator.algorithm === form.algorithm)?.params.map((param) => param.name) ?? [];
  return {
    dataset: form.dataset,
    target: { column: form.targetColumn, over: form.over },
    algorithm: form.algorithm,
    exclude: columns.filter((column) => !column.isExcluded && form.included[column.column] === false).map(nameOf),
    include: columns.filter((column) => column.isExcluded && form.included[column.column] === true).map(nameOf),
    sensitive: form.takes === 'images' ? [] : [...sensitiveColumns(form, advice)],
    weights: form.weights,
    split,
    seed: form.seed,
    budgetSeconds: form.budgetSeconds,
    ...(form.name.trim() === '' ? {} : { name: form.name.trim() }),
    params: Object.fromEntries(Object.entries(form.params).filter(([name]) => known.includes(name))),
    ...tuningOf(form),
    provider: form.provider,
  };
}

/** Images are trained once, as they are. */
function tuningOf({
  takes,
  tuning,
}: TrainingForm): Pick<TrainingRequest, 'search' | 'crossValidation' | 'calibration' | 'ensemble'> {
  if (takes === 'images') return { search: null, crossValidation: null };
  const { search, trials, folds, foldCount, foldColumn, ensemble, calibration } = tuning;
  const hasColumn = folds === 'grouped' || folds === 'time';
  return {
    search: search === null ? null : { method: search, trials, ranges: {}, warmStart: null },
    crossValidation:
      folds === null
        ? null
        : { kind: folds, folds: foldCount, repeats: 1, column: hasColumn ? foldColumn : null, gap: 0, isNested: false },
    ...(ensemble === 'none' ? {} : { ensemble }),
    ...(calibration === null ? {} : { calibration }),
  };
}

/** The parts of the data under the split, as shares of one; null when only the data can tell. */
export function splitShares(
  fields: SplitFields,
): { readonly train: number; readonly validation: number; readonly test: number } | null {
  if (fields.kind === 'column' || (fields.kind === 'time' && fields.testFrom !== '')) return null;
  const test = fields.kind === 'dataset' ? 0 : fields.test;
  return { train: Math.max(0, 1 - test - fields.validation), validation: fields.validation, test };
}
