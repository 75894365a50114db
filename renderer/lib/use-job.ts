import { useEffect, useState } from 'react';
import type { JobEvent } from '../../shared/contract/jobs.ts';
import { followJob } from './follow-job.ts';
import { emptyJobView, type JobView, withEvents } from './job-view.ts';

/** A job is drawn at most five times a second, and at once when nothing was drawn for that long. */
const FLUSH_MS = 200;

/** Follows one job: its state, progress, points of its curves, log. Null follows nothing. */
export function useJob(jobId: string | null): JobView {
  const [view, setView] = useState<{ readonly jobId: string | null; readonly view: JobView }>({
    jobId,
    view: emptyJobView,
  });
  useEffect(() => {
    if (jobId === null) return;
    const abort = new AbortController();
    let pending: JobEvent[] = [];
    let isFresh = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let lastFlush = Number.NEGATIVE_INFINITY;
    // Events come in bursts (a replay holds the whole history): they are drawn together.
    const flush = () => {
      timer = undefined;
      lastFlush = performance.now();
      const events = pending;
      const wasFresh = isFresh;
      pending = [];
      isFresh = false;
      setView((before) => ({
        jobId,
        view: withEvents(wasFresh || before.jobId !== jobId ? emptyJobView : before.view, events),
      }));
    };
    const soon = () => {
      timer ??= setTimeout(flush, Math.max(0, lastFlush + FLUSH_MS - performance.now()));
    };
    void followJob(
      jobId,
      {
        restarted: () => {
          pending = [];
          isFresh = true;
        },
        happened: (event) => {
          pending.push(event);
          // A change of state waits for nothing: of a job that is over it comes last, and nothing is shown before it.
          if (event.kind === 'snapshot') {
            clearTimeout(timer);
            timer = setTimeout(flush);
          } else soon();
        },
        failed: (error) => setView({ jobId, view: { ...emptyJobView, error } }),
      },
      abort.signal,
    );
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [jobId]);
  return view.jobId === jobId ? view.view : emptyJobView;
}
