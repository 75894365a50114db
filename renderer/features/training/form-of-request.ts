import type { DatasetVersion } from '../../../shared/contract/datasets.ts';
import type { Job } from '../../../shared/contract/jobs.ts';
import { DetectionRequest, type Split, TrainingRequest } from '../../../shared/contract/training.ts';
import { fieldsOf } from './search-ranges.ts';
import {
  emptyForm,
  formFor,
  type SplitFields,
  type TrainingForm,
  type TuningFields,
  targetFields,
} from './training-form.ts';

/** The version that a reference means among those there are: the one named, else the newest of the name. */
export const datasetNamed = (datasets: readonly DatasetVersion[], reference: string): DatasetVersion | undefined =>
  datasets.find(({ id, name, version }) => reference === id || reference === `${name}@${version}`) ??
  datasets.filter(({ name }) => name === reference).toSorted((a, b) => b.version - a.version)[0];

/** The form as it would have asked what a job was asked; undefined where its data are gone, or it trained nothing. */
export function formOfJob(
  { kind, params }: Pick<Job, 'kind' | 'params'>,
  datasets: readonly DatasetVersion[],
): TrainingForm | undefined {
  if (kind === 'train') {
    const request = TrainingRequest.safeParse(params);
    const dataset = request.success ? datasetNamed(datasets, request.data.dataset) : undefined;
    return request.success && dataset !== undefined ? formOfTraining(request.data, formFor(dataset)) : undefined;
  }
  if (kind !== 'detect') return undefined;
  const request = DetectionRequest.safeParse(params);
  const dataset = request.success ? datasetNamed(datasets, request.data.dataset) : undefined;
  if (!request.success || dataset === undefined) return undefined;
  const { algorithm, exclude, include, test, seed, name = '', params: set } = request.data;
  const form = formFor(dataset);
  return {
    ...form,
    purpose: 'unusual',
    algorithm,
    included: chosenColumns(exclude, include),
    split: { ...form.split, test },
    seed,
    name,
    params: set,
  };
}

const chosenColumns = (exclude: readonly string[], include: readonly string[] = []): Record<string, boolean> =>
  Object.fromEntries([
    ...exclude.map((name) => [name, false] as const),
    ...include.map((name) => [name, true] as const),
  ]);

function formOfTraining(request: TrainingRequest, form: TrainingForm): TrainingForm {
  const {
    target,
    sensitive,
    weights,
    algorithm,
    from = null,
    provider,
    seed,
    budgetSeconds,
    name = '',
    params,
  } = request;
  return {
    ...form,
    ...targetFields(target),
    included: chosenColumns(request.exclude, request.include),
    sensitive,
    weights,
    split: splitFields(request.split, form.split),
    algorithm,
    from,
    provider,
    tuning: tuningFields(request),
    seed,
    budgetSeconds,
    name,
    params,
  };
}

function splitFields(split: Split, fields: SplitFields): SplitFields {
  switch (split.kind) {
    case 'fraction':
      return { ...fields, kind: 'fraction', test: split.test, validation: split.validation };
    case 'time':
      return {
        ...fields,
        kind: 'time',
        timeColumn: split.column,
        test: split.test,
        testFrom: split.testFrom ?? '',
        validation: split.validation,
      };
    case 'column':
      return {
        ...fields,
        kind: 'column',
        partColumn: split.column,
        testValues: split.testValues,
        validationValues: split.validationValues,
      };
    case 'dataset':
      return { ...fields, kind: 'dataset', testDataset: split.dataset, validation: split.validation };
  }
}

function tuningFields({ search, crossValidation: folds, ensemble, calibration }: TrainingRequest): TuningFields {
  const { tuning } = emptyForm;
  return {
    search: search?.method ?? null,
    trials: search === null ? tuning.trials : search.trials,
    ranges: Object.fromEntries(Object.entries(search?.ranges ?? {}).map(([name, range]) => [name, fieldsOf(range)])),
    warmStart: search?.warmStart ?? null,
    folds: folds?.kind ?? null,
    foldCount: folds?.folds ?? tuning.foldCount,
    foldColumn: folds?.column ?? null,
    repeats: folds?.repeats ?? tuning.repeats,
    gap: folds?.gap ?? tuning.gap,
    isNested: folds?.isNested ?? tuning.isNested,
    ensemble: ensemble ?? tuning.ensemble,
    calibration: calibration ?? null,
  };
}
