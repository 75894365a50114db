import type { DriftRequest } from '../../../shared/contract/monitoring.ts';

/** What the form of a comparison holds. */
export interface ComparisonForm {
  readonly reference: string | null;
  readonly current: string | null;
  readonly model: string | null;
  readonly chunk: 'none' | 'day' | 'week' | 'month' | 'rows';
  readonly chunkRows: number;
  readonly time: string | null;
  readonly labels: string | null;
  readonly key: string | null;
}

export const emptyComparison: ComparisonForm = {
  reference: null,
  current: null,
  model: null,
  chunk: 'none',
  chunkRows: 10_000,
  time: null,
  labels: null,
  key: null,
};

export type ComparisonGap = 'reference' | 'current' | 'time' | 'key';

const needsTime = (form: ComparisonForm): boolean =>
  form.chunk === 'day' || form.chunk === 'week' || form.chunk === 'month';

/** The first thing that is missing; null when the comparison can start. */
export function comparisonGap(form: ComparisonForm): ComparisonGap | null {
  if (form.reference === null) return 'reference';
  if (form.current === null) return 'current';
  if (needsTime(form) && form.time === null) return 'time';
  if (form.labels !== null && form.key === null) return 'key';
  return null;
}

/** The request of a complete form; undefined while something is missing. */
export function comparisonRequest(form: ComparisonForm): DriftRequest | undefined {
  const { reference, current } = form;
  if (comparisonGap(form) !== null || reference === null || current === null) return undefined;
  const chunk = form.chunk === 'none' ? null : form.chunk === 'rows' ? form.chunkRows : form.chunk;
  return {
    reference,
    current,
    ...(form.model === null ? {} : { model: form.model }),
    labels: form.labels === null || form.key === null ? null : { dataset: form.labels, key: form.key },
    chunk,
    time: chunk === null || !needsTime(form) ? null : form.time,
    shareThreshold: 0.5,
  };
}
