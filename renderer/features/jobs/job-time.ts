import type { Job } from '../../../shared/contract/jobs.ts';

/** How long a job ran, in milliseconds; null before its end or when it never started. */
export const tookMs = ({ startedAt, endedAt }: Pick<Job, 'startedAt' | 'endedAt'>): number | null =>
  startedAt === null || endedAt === null ? null : Math.max(0, Date.parse(endedAt) - Date.parse(startedAt));
