import type { ParamInfo } from '../../../shared/contract/param-info.ts';
import type { SearchRange } from '../../../shared/contract/search.ts';
import type { StartingPoint } from '../../../shared/contract/starting-point.ts';
import type { DetectionRequest, EstimatorInfo, Split, TrainingRequest } from '../../../shared/contract/training.ts';
import { type FormGap, formGap, type Look } from './form-gaps.ts';
import { rangeOf } from './search-ranges.ts';
import {
  AUTO,
  choosable,
  type FoldKind,
  isAutomatic,
  isColumnIncluded,
  type SplitFields,
  sensitiveColumns,
  type TrainingForm,
  type TuningFields,
  targetOf,
} from './training-form.ts';

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
      return {
        kind: 'column',
        column: fields.partColumn,
        testValues: [...fields.testValues],
        validationValues: [...fields.validationValues],
      };
    case 'dataset':
      return fields.testDataset === null ? undefined : { kind: 'dataset', dataset: fields.testDataset, validation };
  }
}

/** What a form is made a request with: the look at its data, what is offered, the model it goes on from. */
export interface RequestAround {
  readonly look: Look | undefined;
  readonly estimators: readonly Pick<EstimatorInfo, 'algorithm' | 'params' | 'isProviderChosen'>[];
  readonly start?: StartingPoint | undefined;
}

/** Parameters of what is chosen to train. */
export function offeredParams(
  form: TrainingForm,
  { estimators, start }: Omit<RequestAround, 'look'>,
): readonly ParamInfo[] {
  if (form.from !== null) return start?.params ?? [];
  return estimators.find(({ algorithm }) => algorithm === form.algorithm)?.params ?? [];
}

/** Whether there is a choice of execution providers for what is chosen to train; without one it is the CPU. */
export const isProviderOffered = (
  { from, algorithm }: TrainingForm,
  estimators: readonly Pick<EstimatorInfo, 'algorithm' | 'isProviderChosen'>[],
): boolean =>
  from !== null ||
  algorithm === AUTO ||
  estimators.some((one) => one.algorithm === algorithm && one.isProviderChosen === true);

/** The first thing that is missing of a form, with all that is known around it. */
export const gapOf = (form: TrainingForm, around: RequestAround): FormGap | null =>
  formGap(form, around.look, { params: offeredParams(form, around), hasStart: around.start !== undefined });

/** Names of the layers that are trained on: those chosen, else those of an earlier request. */
export function tunedLayers(
  { layers }: StartingPoint,
  { tunedLayers: chosen, params }: TrainingForm,
): readonly string[] {
  if (chosen !== null) return chosen;
  const { tuneLayers, freeze } = params;
  const frozen = typeof freeze === 'string' ? freeze.split(',').map((name) => name.trim()) : [];
  const count = typeof tuneLayers === 'number' ? tuneLayers : 0;
  if (count === 0) return [];
  return layers
    .slice(-count)
    .flatMap(({ name, freeze: names }) => (names.every((one) => frozen.includes(one)) ? [] : [name]));
}

/** The layers that are trained on, as parameters: so many of the last ones, less the frozen ones between. */
export function layerParams({ layers }: StartingPoint, tuned: readonly string[]): Readonly<Record<string, unknown>> {
  const first = layers.findIndex(({ name }) => tuned.includes(name));
  if (first < 0) return {};
  const frozen = layers.slice(first).flatMap(({ name, freeze }) => (tuned.includes(name) ? [] : freeze));
  return { tuneLayers: layers.length - first, ...(frozen.length === 0 ? {} : { freeze: frozen.join(', ') }) };
}

interface Decided {
  readonly exclude: string[];
  readonly include: string[];
}

/** Only what the user changed against the advice. */
function decidedColumns(form: TrainingForm, look: Look): Decided {
  if (form.takes === 'images') return { exclude: [], include: [] };
  const columns = choosable(form, look);
  const chosen = (isExcluded: boolean) =>
    columns
      .filter((column) => column.isExcluded === isExcluded && isColumnIncluded(form, column) === isExcluded)
      .map(({ column }) => column);
  return { exclude: chosen(false), include: chosen(true) };
}

/** An emptied box is null: the default. */
const knownParams = (form: TrainingForm, params: readonly ParamInfo[]): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(form.params).filter(
      ([name, value]) => value !== null && params.some((param) => param.name === name),
    ),
  );

const nameOf = ({ name }: TrainingForm): { name?: string } => (name.trim() === '' ? {} : { name: name.trim() });

/**
 * The request of a complete form; undefined while something is missing. Only what the user changed against the advice is
 * named in exclude and include. Parameters that do not belong to the algorithm are dropped.
 */
export function requestOf(form: TrainingForm, around: RequestAround): TrainingRequest | undefined {
  const { look, start } = around;
  const split = splitOf(form.split);
  const target = targetOf(form);
  if (gapOf(form, around) !== null || form.dataset === null || target === null) return undefined;
  if (form.purpose !== 'predict' || split === undefined || look === undefined) return undefined;
  const params = offeredParams(form, around);
  return {
    dataset: form.dataset,
    target,
    algorithm: form.from === null ? form.algorithm : (start?.algorithm ?? form.algorithm),
    ...(form.from === null ? {} : { from: form.from }),
    ...decidedColumns(form, look),
    sensitive: form.takes === 'images' ? [] : [...sensitiveColumns(form, look)],
    weights: form.weights,
    split,
    seed: form.seed,
    budgetSeconds: form.budgetSeconds,
    ...nameOf(form),
    params: {
      ...knownParams(form, params),
      ...fixedParams(form, params),
      ...(form.from === null || start === undefined ? {} : layerParams(start, tunedLayers(start, form))),
    },
    ...tuningOf(form, params),
    provider: isProviderOffered(form, around.estimators) ? form.provider : 'auto',
  };
}

/** The request that learns what is usual; undefined while something is missing. */
export function detectionRequestOf(form: TrainingForm, around: RequestAround): DetectionRequest | undefined {
  const { look } = around;
  if (form.purpose !== 'unusual' || gapOf(form, around) !== null || form.dataset === null || look === undefined)
    return undefined;
  return {
    dataset: form.dataset,
    algorithm: form.algorithm,
    ...decidedColumns(form, look),
    test: form.split.test,
    seed: form.seed,
    ...nameOf(form),
    params: knownParams(form, offeredParams(form, around)),
  };
}

/** What a search would change but was told to leave: set, it stays. */
function fixedParams(form: TrainingForm, known: readonly ParamInfo[]): Record<string, unknown> {
  const { tuning, params } = form;
  if (tuning.search === null || isAutomatic(form)) return {};
  return Object.fromEntries(
    known
      .filter(({ name }) => tuning.ranges[name] === null)
      .map(({ name, default: standard }) => [name, params[name] ?? standard]),
  );
}

/** How parameters are found and judged. */
function tuningOf(
  form: TrainingForm,
  params: readonly ParamInfo[],
): Pick<TrainingRequest, 'search' | 'crossValidation' | 'calibration' | 'ensemble'> {
  const { tuning } = form;
  const { search, trials, folds, ensemble, calibration } = tuning;
  const ranges = isAutomatic(form) ? {} : rangesOf(tuning.ranges, params);
  return {
    search: search === null ? null : { method: search, trials, ranges, warmStart: tuning.warmStart },
    crossValidation: folds === null ? null : foldsOf(tuning, folds),
    ...(ensemble === 'none' ? {} : { ensemble }),
    ...(calibration === null ? {} : { calibration }),
  };
}

function rangesOf(ranges: TuningFields['ranges'], params: readonly ParamInfo[]): Record<string, SearchRange> {
  return Object.fromEntries(
    params.flatMap((param) => {
      const fields = ranges[param.name];
      const range = fields ? rangeOf(param, fields) : undefined;
      return range === undefined ? [] : [[param.name, range]];
    }),
  );
}

function foldsOf(
  { foldCount, foldColumn, repeats, gap, isNested }: TuningFields,
  kind: FoldKind,
): NonNullable<TrainingRequest['crossValidation']> {
  return {
    kind,
    folds: foldCount,
    // Folds in time are what they are: drawing them anew gives the same.
    repeats: kind === 'time' ? 1 : repeats,
    column: kind === 'grouped' || kind === 'time' ? foldColumn : null,
    gap: kind === 'time' ? gap : 0,
    isNested,
  };
}
