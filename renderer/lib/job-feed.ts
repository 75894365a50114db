import { useSyncExternalStore } from 'react';
import type { Job, JobEvent } from '../../shared/contract/jobs.ts';
import { api, connection } from './api.ts';
import { isOver } from './job-view.ts';
import { queryClient } from './query-client.ts';

export interface JobFeedState {
  /** Newest first. */
  readonly jobs: readonly Job[];
  readonly isLoaded: boolean;
}

type Ended = (job: Job) => void;

/** All jobs of the workspace, kept up to date for the status bar, the tray and the place Jobs. */
class JobFeed {
  #state: JobFeedState = { jobs: [], isLoaded: false };
  readonly #listeners = new Set<() => void>();
  readonly #ended = new Set<Ended>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly state = (): JobFeedState => this.#state;

  /** Called with each job that ends while the page looks on. */
  onEnded(listener: Ended): () => void {
    this.#ended.add(listener);
    return () => this.#ended.delete(listener);
  }

  /** Resolves when a job that had ended is taken up again, here or in another window. Rejects when the signal aborts. */
  takenUp(ended: Job, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      // The end itself may be told here later than to who follows the job.
      let isEndKnown = false;
      const look = () => {
        const now = this.#state.jobs.find(({ id }) => id === ended.id);
        // A job that is not listed can only be told anew.
        if (now === undefined || (isOver(now) && now.endedAt === ended.endedAt)) isEndKnown = true;
        else if (isEndKnown || isOver(now)) {
          stop();
          resolve();
        }
      };
      const stop = this.subscribe(look);
      signal.addEventListener('abort', () => {
        stop();
        reject(signal.reason);
      });
      look();
    });
  }

  start(): void {
    void this.#follow();
  }

  async #follow(): Promise<never> {
    const forever = new AbortController().signal;
    let isFirst = true;
    for (;;) {
      try {
        await connection.opened(forever);
        const events = await api.jobs.watchAll();
        this.#set(await api.jobs.list({ limit: 500 }));
        // What was read before the line was lost may have changed meanwhile.
        if (!isFirst) void queryClient.invalidateQueries();
        isFirst = false;
        for await (const event of events) this.#take(event);
      } catch {
        // The line is gone; the connection opens it again and this starts over.
      }
      await new Promise((resume) => setTimeout(resume, 500));
    }
  }

  #take(event: JobEvent): void {
    const { jobs } = this.#state;
    if (event.kind === 'progressed') {
      this.#set(jobs.map((job) => (job.id === event.jobId ? { ...job, progress: event.progress } : job)));
    } else if (event.kind === 'snapshot') {
      const before = jobs.find((job) => job.id === event.job.id);
      this.#set(
        before === undefined ? [event.job, ...jobs] : jobs.map((job) => (job.id === event.job.id ? event.job : job)),
      );
      if (before !== undefined && !isOver(before) && isOver(event.job)) {
        // A job's end is when datasets, models, reports and bundles change.
        void queryClient.invalidateQueries();
        for (const listener of this.#ended) listener(event.job);
      }
    }
  }

  #set(jobs: readonly Job[]): void {
    this.#state = { jobs: [...jobs].sort((a, b) => (a.id < b.id ? 1 : -1)), isLoaded: true };
    for (const listener of this.#listeners) listener();
  }
}

export const jobFeed = new JobFeed();

/** All jobs, newest first, followed. */
export const useJobFeed = (): JobFeedState => useSyncExternalStore(jobFeed.subscribe, jobFeed.state);
