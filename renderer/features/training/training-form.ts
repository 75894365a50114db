import type { CalibrationChoice } from '../../../shared/contract/calibration.ts';
import type { ColumnType, DatasetVersion } from '../../../shared/contract/datasets.ts';
import type { EnsembleChoice } from '../../../shared/contract/ensembles.ts';
import type { TargetSpec } from '../../../shared/contract/models.ts';
import type { ProviderChoice } from '../../../shared/contract/providers.ts';
import type { SearchMethod } from '../../../shared/contract/search.ts';
import type { ColumnAdvice, Split, TrainingAdvice } from '../../../shared/contract/training.ts';
import { versionReference } from '../../../shared/ids.ts';

/** How rows are divided, as the form holds it: every field is kept while another kind is chosen. */
export interface SplitFields {
  readonly kind: Split['kind'];
  readonly test: number;
  readonly validation: number;
  readonly timeColumn: string | null;
  readonly testFrom: string;
  readonly partColumn: string | null;
  /** Its values that mark a row of a part. */
  readonly testValues: readonly string[];
  readonly validationValues: readonly string[];
  readonly testDataset: string | null;
}

export const foldKinds = ['stratified', 'kFold', 'grouped', 'time'] as const;
export type FoldKind = (typeof foldKinds)[number];

/** Where a parameter is searched, as it is typed; numbers are null while a box is empty. */
export type RangeFields =
  | { readonly kind: 'numbers'; readonly low: number | null; readonly high: number | null; readonly isLog: boolean }
  | { readonly kind: 'choice'; readonly options: string };

/** How parameters are found and judged. */
export interface TuningFields {
  /** Null: one fit with the parameters as they are. */
  readonly search: SearchMethod | null;
  /** Null: until the time budget is used up. */
  readonly trials: number | null;
  /** Ranges instead of those of the algorithm's record, by parameter; null: not searched. */
  readonly ranges: Readonly<Record<string, RangeFields | null>>;
  /** A job or model whose trials are known beforehand. */
  readonly warmStart: string | null;
  /** Null: judged on the validation part. */
  readonly folds: FoldKind | null;
  readonly foldCount: number;
  readonly foldColumn: string | null;
  /** How often all folds are drawn anew. */
  readonly repeats: number;
  /** Rows left out between the learnt and the judged ones of folds in time. */
  readonly gap: number;
  /** The search is repeated inside each fold. */
  readonly isNested: boolean;
  readonly ensemble: EnsembleChoice;
  /** Null: as the algorithm would have it. */
  readonly calibration: CalibrationChoice | null;
}

/** Everything the form holds. */
export interface TrainingForm {
  /** A column is predicted, or rows are scored by how unusual they are. */
  readonly purpose: 'predict' | 'unusual';
  readonly dataset: string | null;
  readonly targetColumn: string | null;
  /** Columns that are predicted beside the target, each yes or no: several labels at once. */
  readonly moreLabels: readonly string[];
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
  /** A registered model to go on from, instead of an algorithm that starts anew. */
  readonly from: string | null;
  /** Of that model: names of the layers that are trained on; the head is new in any case. Null: as the parameters say. */
  readonly tunedLayers: readonly string[] | null;
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

/** The algorithm that every other one is tried by. */
export const AUTO = 'auto';
/** Every algorithm is tried, and none is gone on from. */
export const isAutomatic = ({ algorithm, from }: Pick<TrainingForm, 'algorithm' | 'from'>): boolean =>
  from === null && algorithm === AUTO;

/** Without a word of the user the automatic choice takes a minute; a single algorithm ends when it gets no better. */
export const defaultBudget = (algorithm: string): number | null => (algorithm === AUTO ? 60 : null);

export const emptyForm: TrainingForm = {
  purpose: 'predict',
  dataset: null,
  targetColumn: null,
  moreLabels: [],
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
    testValues: ['test'],
    validationValues: ['validation'],
    testDataset: null,
  },
  algorithm: AUTO,
  from: null,
  tunedLayers: null,
  takes: 'columns',
  provider: 'auto',
  tuning: {
    search: null,
    trials: 30,
    ranges: {},
    warmStart: null,
    folds: null,
    foldCount: 5,
    foldColumn: null,
    repeats: 1,
    gap: 0,
    isNested: false,
    ensemble: 'none',
    calibration: null,
  },
  seed: 0,
  budgetSeconds: defaultBudget(AUTO),
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
    dataset: versionReference(dataset),
    takes: dataset.columns.some(({ type }) => type === 'image') ? 'images' : 'columns',
    targetColumn: dataset.columns.find((column) => column.role === 'target')?.name ?? null,
    weights: dataset.columns.find((column) => column.role === 'weight' && isNumeric(column.type))?.name ?? null,
    split: { ...emptyForm.split, timeColumn: time?.name ?? null },
  };
}

/** What a look at the data said of its columns. */
export type ColumnsLook = Pick<TrainingAdvice, 'columns'>;

/** What is predicted, as the engine is asked for it; null while no column is chosen. */
export function targetOf({ targetColumn, over, moreLabels }: TrainingForm): TargetSpec | null {
  if (targetColumn === null) return null;
  if (moreLabels.length === 0) return { column: targetColumn, over };
  const labels = [targetColumn, ...moreLabels];
  return { column: labels.join(','), over: null, labels };
}

/** The fields that ask for a target. */
export const targetFields = (target: TargetSpec): Pick<TrainingForm, 'targetColumn' | 'over' | 'moreLabels'> => ({
  targetColumn: target.labels?.[0] ?? target.column,
  over: target.over,
  moreLabels: target.labels?.slice(1) ?? [],
});

/** The columns a person decides on: all but targets and weights. */
export function choosable(form: TrainingForm, advice: ColumnsLook): readonly ColumnAdvice[] {
  if (form.purpose === 'unusual') return advice.columns;
  return advice.columns.filter(
    ({ column }) => column !== form.targetColumn && column !== form.weights && !form.moreLabels.includes(column),
  );
}

/** Whether a column is an input: the user's word, else the advice's. */
export function isColumnIncluded(
  form: TrainingForm,
  column: { readonly column: string; readonly isExcluded: boolean },
): boolean {
  return form.included[column.column] ?? !column.isExcluded;
}

/** Columns to judge fairness by: the user's choice, else those of role `sensitive`. */
export function sensitiveColumns(form: TrainingForm, advice: ColumnsLook | undefined): readonly string[] {
  return (
    form.sensitive ??
    advice?.columns.filter((column) => column.role === 'sensitive').map((column) => column.column) ??
    []
  );
}

/** The parts of the data under the split, as shares of one; null when only the data can tell. */
export function splitShares(
  fields: SplitFields,
): { readonly train: number; readonly validation: number; readonly test: number } | null {
  if (fields.kind === 'column' || (fields.kind === 'time' && fields.testFrom !== '')) return null;
  const test = fields.kind === 'dataset' ? 0 : fields.test;
  return { train: Math.max(0, 1 - test - fields.validation), validation: fields.validation, test };
}

/** The form for another purpose: what it is trained with is another algorithm then. */
export const withPurpose = (
  form: TrainingForm,
  purpose: TrainingForm['purpose'],
  detector: string | undefined,
): TrainingForm => ({
  ...withAlgorithm(form, purpose === 'unusual' && detector !== undefined ? detector : AUTO),
  purpose,
  from: null,
  included: {},
});

/** The form with another algorithm; a time budget that nobody chose follows it. */
export const withAlgorithm = (form: TrainingForm, algorithm: string): TrainingForm => ({
  ...form,
  algorithm,
  params: {},
  tuning: { ...form.tuning, ranges: {} },
  budgetSeconds: form.budgetSeconds === defaultBudget(form.algorithm) ? defaultBudget(algorithm) : form.budgetSeconds,
});

/** The form that goes on from a model, or starts anew. */
export const withStart = (form: TrainingForm, from: string | null): TrainingForm => ({
  ...withAlgorithm(form, AUTO),
  from,
  tunedLayers: null,
  budgetSeconds: from === null ? defaultBudget(AUTO) : null,
});
