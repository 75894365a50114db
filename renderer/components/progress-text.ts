import type { JobProgress } from '../../shared/contract/jobs.ts';
import { formatBytes, formatCount } from '../lib/format.ts';
import { messages } from '../lib/messages/messages.ts';

const m = messages.components;

/** How far in words: "12 MB of 40 MB", "3 of 12 columns", "48,000 rows". */
export function progressText({ done, total, unit, rows }: JobProgress): string {
  if (unit === 'bytes') {
    const bytes = total === null ? formatBytes(done) : m.progressBytes(formatBytes(done), formatBytes(total));
    return rows === undefined ? bytes : `${bytes}, ${m.progressAboutRows(formatCount(Number(rows.toPrecision(3))))}`;
  }
  return total === null
    ? m.progressDone(formatCount(done), unit)
    : m.progressOf(formatCount(done), formatCount(total), unit);
}

/** The share done in percent, or undefined while the total is not known. */
export const percentDone = (progress: JobProgress | null): number | undefined =>
  progress === null || progress.total === null || progress.total <= 0
    ? undefined
    : Math.min(100, (progress.done / progress.total) * 100);
