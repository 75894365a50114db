import { skipToken, useQuery } from '@tanstack/react-query';
import { useEffect, useEffectEvent } from 'react';
import { useSearchParams } from 'react-router';
import type { DatasetVersion } from '../../../shared/contract/datasets.ts';
import { AppError } from '../../../shared/errors.ts';
import { JobId } from '../../../shared/ids.ts';
import { queries } from '../../lib/api.ts';
import { datasetNamed, formOfJob } from './form-of-request.ts';
import { trainingMessages } from './messages.ts';
import { setTrainingDraft, useTrainingDraft } from './training-draft.ts';
import { emptyForm, formFor, type TrainingForm, targetFields, withStart } from './training-form.ts';

interface OpenedForm {
  /** Undefined while what the address asks for is fetched. */
  readonly form: TrainingForm | undefined;
  readonly error: Error | null;
}

const jobWithoutForm = (title: string): AppError =>
  new AppError('NOT_FOUND', { message: trainingMessages.againGone(title), remedy: trainingMessages.againGoneRemedy });

/** The form on a dataset by its name; a single dataset needs no choosing. */
function formOn(datasets: readonly DatasetVersion[], reference: string | null): TrainingForm {
  const only = datasets.length === 1 ? datasets[0] : undefined;
  const dataset = reference === null ? only : (datasetNamed(datasets, reference) ?? only);
  return dataset === undefined ? emptyForm : formFor(dataset);
}

const isOn = (form: TrainingForm, reference: string | null): boolean =>
  reference === null || form.dataset === reference || form.dataset?.startsWith(`${reference}@`) === true;

/**
 * The form that the address asks for: on a dataset (`dataset`), from a registered model (`from`), or as a job was asked
 * (`again`). What a person has changed since is kept while they look elsewhere, on whatever dataset it is.
 */
export function useOpenedForm(datasets: readonly DatasetVersion[] | undefined): OpenedForm {
  const [search, setSearch] = useSearchParams();
  const draft = useTrainingDraft();
  const [reference, from, again] = [
    search.get('dataset'),
    search.get('from'),
    JobId.safeParse(search.get('again')).data,
  ];
  const model = useQuery(
    queries.models.get.queryOptions({ input: from === null ? skipToken : { model: from }, retry: false }),
  );
  const job = useQuery(
    queries.jobs.get.queryOptions({ input: again === undefined ? skipToken : { jobId: again }, retry: false }),
  );
  const asked = openedBy();
  // From here on it is a form like any other: what is changed is not undone by the address.
  const settle = useEffectEvent(() => {
    if (asked === undefined) return;
    setTrainingDraft(asked);
    setSearch(asked.dataset === null ? {} : { dataset: asked.dataset }, { replace: true });
  });
  const isAsked = asked !== undefined;
  useEffect(() => {
    if (isAsked) settle();
  }, [isAsked]);
  if (datasets === undefined || asked !== undefined) return { form: undefined, error: null };
  const error = model.error ?? job.error ?? (job.data === undefined ? null : jobWithoutForm(job.data.title));
  if (error === null && (model.isLoading || job.isLoading)) return { form: undefined, error: null };
  const isKept =
    draft !== undefined &&
    isOn(draft, reference) &&
    (draft.dataset === null || datasetNamed(datasets, draft.dataset) !== undefined);
  return { form: isKept ? draft : formOn(datasets, reference), error };

  function openedBy(): TrainingForm | undefined {
    if (datasets === undefined) return undefined;
    if (again !== undefined && job.data !== undefined) return formOfJob(job.data, datasets);
    if (from === null || model.data === undefined) return undefined;
    const { lineage, target } = model.data;
    const form = formOn(
      datasets,
      reference ?? (lineage.dataset === null ? null : `${lineage.dataset}@${lineage.datasetVersion}`),
    );
    const asks = target === null ? { over: null } : targetFields(target);
    return withStart(lineage.dataset === null ? form : { ...form, ...asks }, from);
  }
}
