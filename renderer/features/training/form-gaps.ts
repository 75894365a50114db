import type { ParamInfo } from '../../../shared/contract/param-info.ts';
import { isFixed, rangeFault } from './search-ranges.ts';
import { type ColumnsLook, choosable, isAutomatic, isColumnIncluded, type TrainingForm } from './training-form.ts';

/** What keeps the form from starting. Each names a message, and the field it stands beside. */
export type FormGap =
  | 'noDataset'
  | 'noTarget'
  | 'noTimeColumn'
  | 'noPartColumn'
  | 'noTestDataset'
  | 'noTestShare'
  | 'noTrainShare'
  | 'notLooked'
  | 'blocked'
  | 'noColumns'
  | 'badParam'
  | 'noStart'
  | 'noSearchEnd'
  | 'badRange'
  | 'noFoldColumn';

/** What a look at the data said, as far as it keeps a training from starting. */
export type Look = ColumnsLook & { readonly blockedBy: string | null };

interface FormSurroundings {
  /** Parameters of what is chosen to train. */
  readonly params?: readonly ParamInfo[];
  /** What a model to go on from can be trained by is known. */
  readonly hasStart?: boolean;
}

const MOST_SHARE = 0.9;

function* splitGaps({ purpose, split }: TrainingForm): Iterable<FormGap> {
  if (purpose === 'predict') {
    if (split.kind === 'time' && split.timeColumn === null) yield 'noTimeColumn';
    if (split.kind === 'column' && split.partColumn === null) yield 'noPartColumn';
    if (split.kind === 'dataset' && split.testDataset === null) yield 'noTestDataset';
  }
  const isShared = purpose === 'unusual' || split.kind === 'fraction';
  const hasTestShare = isShared || (split.kind === 'time' && split.testFrom === '');
  if (hasTestShare && !(split.test > 0 && split.test < MOST_SHARE)) yield 'noTestShare';
  const validation = purpose === 'predict' && split.kind !== 'column' ? split.validation : 0;
  if (validation >= MOST_SHARE || (hasTestShare ? split.test : 0) + validation > 0.95) yield 'noTrainShare';
}

function* tuningGaps(form: TrainingForm, params: readonly ParamInfo[]): Iterable<FormGap> {
  const { tuning, budgetSeconds } = form;
  const { search, trials, folds, foldColumn, ranges } = tuning;
  if (search !== null && trials === null && budgetSeconds === null) yield 'noSearchEnd';
  const isWrong = params.some(({ name }) => {
    const fields = ranges[name];
    // The range of a parameter that is set by hand is neither shown nor searched.
    const isSearched = fields !== undefined && fields !== null && !isFixed(form.params, name);
    return isSearched && rangeFault(fields) !== null;
  });
  if (search !== null && !isAutomatic(form) && isWrong) yield 'badRange';
  if ((folds === 'grouped' || folds === 'time') && foldColumn === null) yield 'noFoldColumn';
}

/** Everything that is missing or wrong, in the order of the form. */
export function* formGaps(
  form: TrainingForm,
  look: Look | undefined,
  { params = [], hasStart = true }: FormSurroundings = {},
): Iterable<FormGap> {
  if (form.dataset === null) return yield 'noDataset';
  if (form.purpose === 'predict' && form.targetColumn === null) yield 'noTarget';
  yield* splitGaps(form);
  if (look === undefined) yield 'notLooked';
  else if (look.blockedBy !== null) yield 'blocked';
  else if (
    form.takes === 'columns' &&
    form.from === null &&
    !choosable(form, look).some((one) => isColumnIncluded(form, one))
  )
    yield 'noColumns';
  if (params.some((param) => isBadParam(param, form.params[param.name]))) yield 'badParam';
  if (form.from !== null && !hasStart) yield 'noStart';
  if (form.purpose === 'predict') yield* tuningGaps(form, params);
}

/** A parameter that holds what was typed because that is no value for it. */
export const isBadParam = ({ type }: ParamInfo, value: unknown): boolean =>
  type === 'integers' && typeof value === 'string';

/** The first thing that is missing; null when training can start. */
export function formGap(form: TrainingForm, look: Look | undefined, around?: FormSurroundings): FormGap | null {
  for (const gap of formGaps(form, look, around)) return gap;
  return null;
}
