import type { Job, JobEvent, JobMetricPoint, JobProgress } from '../../shared/contract/jobs.ts';
import type { Trial } from '../../shared/contract/search.ts';
import type { AppError } from '../../shared/errors.ts';

export interface LogLine {
  readonly at: string;
  readonly line: string;
}

/** Everything the page knows of one job, built from its events. */
export interface JobView {
  readonly job: Job | undefined;
  readonly progress: JobProgress | null;
  readonly points: readonly JobMetricPoint[];
  readonly log: readonly LogLine[];
  /** Configurations of a search that have ended, the newest of each number, in order. */
  readonly trials: readonly Trial[];
  /** The line to the job broke for good; an error of the job itself is in `job.error`. */
  readonly error: AppError | undefined;
}

export const emptyJobView: JobView = {
  job: undefined,
  progress: null,
  points: [],
  log: [],
  trials: [],
  error: undefined,
};

export const isOver = (job: Pick<Job, 'state'>): boolean => job.state !== 'queued' && job.state !== 'running';

/** The view after some more events, in order. */
export function withEvents(view: JobView, events: readonly JobEvent[]): JobView {
  let { job, progress, points, log, trials } = view;
  // A list without news stays the same list, so that what is drawn of it is not drawn again.
  const measured = events.flatMap((event) => (event.kind === 'measured' ? [event.point] : []));
  const logged = events.flatMap((event) => (event.kind === 'logged' ? [{ at: event.at, line: event.line }] : []));
  if (measured.length > 0) points = [...points, ...measured];
  if (logged.length > 0) log = [...log, ...logged];
  for (const event of events) {
    if (event.kind === 'snapshot') {
      job = event.job;
      progress = event.job.progress ?? progress;
    } else if (event.kind === 'progressed') progress = event.progress;
    else if (event.kind === 'tried')
      trials = [...trials.filter(({ trial }) => trial !== event.trial.trial), event.trial].sort(
        (a, b) => a.trial - b.trial,
      );
  }
  return { job, progress, points, log, trials, error: view.error };
}
