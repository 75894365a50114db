import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, skipToken, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { DatasetVersion } from '../../../shared/contract/datasets.ts';
import type { TrainingAdvice } from '../../../shared/contract/training.ts';
import { queries } from '../../lib/api.ts';
import type { Look } from './form-gaps.ts';
import { type TrainingForm, targetOf } from './training-form.ts';

/** What a look at the data before training says. */
export interface DataLook {
  /** What is shown: while another question is looked at, the columns stay as they were. */
  readonly shown: Look | undefined;
  /** Of a question with a target: its task, classes, findings. */
  readonly advice: TrainingAdvice | undefined;
  /** Rows to learn from without a target. */
  readonly rows: number | undefined;
  /** True once `shown` is of the question as it stands: training waits for it. */
  readonly isSettled: boolean;
  readonly isLooking: boolean;
  readonly error: Error | null;
  readonly lookAgain: () => void;
}

const TYPING_MS = 400;

/** Looks at the data of a form, anew for each question. */
export function useLook(form: TrainingForm, dataset: DatasetVersion | undefined): DataLook {
  const [over] = useDebouncedValue(form.over, TYPING_MS);
  const isUnusual = form.purpose === 'unusual';
  const target = targetOf({ ...form, over });
  const advise = useQuery(
    queries.training.advise.queryOptions({
      input: isUnusual || form.dataset === null || target === null ? skipToken : { dataset: form.dataset, target },
      placeholderData: keepPreviousData,
      staleTime: Number.POSITIVE_INFINITY,
    }),
  );
  const unusual = useQuery(
    queries.training.adviseDetection.queryOptions({
      input: isUnusual && form.dataset !== null ? { dataset: form.dataset } : skipToken,
      staleTime: Number.POSITIVE_INFINITY,
    }),
  );
  const query = isUnusual ? unusual : advise;
  // Columns of another dataset are not shown, not even for a moment.
  const known = useMemo(() => new Set(dataset?.columns.map(({ name }) => name)), [dataset]);
  const isOfDataset = (look: Pick<Look, 'columns'>) => look.columns.every(({ column }) => known.has(column));
  const advice = !isUnusual && advise.data && isOfDataset(advise.data) ? advise.data : undefined;
  return {
    shown: isUnusual ? unusual.data && { columns: unusual.data.columns, blockedBy: null } : advice,
    advice,
    rows: isUnusual ? unusual.data?.rows : undefined,
    isSettled: isUnusual || (over === form.over && !advise.isPlaceholderData),
    isLooking: query.isFetching,
    error: query.error,
    lookAgain: () => void query.refetch(),
  };
}
