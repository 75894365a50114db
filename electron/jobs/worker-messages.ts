import type { JobMetricPoint, JobProgress } from '../../shared/contract/jobs.ts';
import type { Trial } from '../../shared/contract/search.ts';
import type { WireError } from '../../shared/errors.ts';

export type ToWorker =
  | { readonly kind: 'run'; readonly task: string; readonly params: unknown; readonly folder: string }
  /** Loads what answers questions of a kind, then waits for them; it holds still with the job whose folder `pausedWith` is. */
  | {
      readonly kind: 'serve';
      readonly task: string;
      readonly params: unknown;
      readonly folder: string;
      readonly pausedWith: string;
    }
  | { readonly kind: 'ask'; readonly id: number; readonly question: unknown }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'keepBest' };

export type FromWorker =
  | { readonly kind: 'progressed'; readonly progress: JobProgress }
  | { readonly kind: 'measured'; readonly point: JobMetricPoint }
  | { readonly kind: 'tried'; readonly trial: Trial }
  | { readonly kind: 'logged'; readonly line: string }
  | { readonly kind: 'held'; readonly device: string | null }
  | { readonly kind: 'answered'; readonly id: number; readonly answer: unknown }
  | { readonly kind: 'refused'; readonly id: number; readonly error: WireError }
  | { readonly kind: 'succeeded'; readonly result: unknown }
  | { readonly kind: 'failed'; readonly error: WireError; readonly stack: string | undefined };
