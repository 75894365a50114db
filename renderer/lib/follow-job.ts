import type { Job, JobEvent } from '../../shared/contract/jobs.ts';
import { AppError, toAppError } from '../../shared/errors.ts';
import type { JobId } from '../../shared/ids.ts';
import { api, connection } from './api.ts';
import { jobFeed } from './job-feed.ts';
import { isOver } from './job-view.ts';
import { messages } from './messages/messages.ts';

interface Follower {
  /** The history is about to be replayed from its start. */
  readonly restarted: () => void;
  readonly happened: (event: JobEvent) => void;
  readonly failed: (error: AppError) => void;
}

/** The shape of an id, checked without the contract's parser, which the first paint does not wait for. */
const isJobId = (id: string): id is JobId => /^[0-9A-HJKMNP-TV-Z]{26}$/.test(id);

/** Follows a job to its end and on when it is taken up again, through losses of the line; the engine replays the history at each start. */
export async function followJob(id: string, follower: Follower, signal: AbortSignal): Promise<void> {
  if (!isJobId(id)) {
    follower.failed(new AppError('NOT_FOUND', { message: messages.connection.noSuchJob(id) }));
    return;
  }
  while (!signal.aborted) {
    try {
      await connection.opened(signal);
      follower.restarted();
      let ended: Job | undefined;
      for await (const event of await api.jobs.watch({ jobId: id }, { signal })) {
        follower.happened(event);
        if (event.kind === 'snapshot' && isOver(event.job)) ended = event.job;
      }
      if (ended?.state === 'succeeded') return;
      // A stream that ends early is a line that was lost, or an engine that stopped: ask again.
      await (ended === undefined ? new Promise((resume) => setTimeout(resume, 500)) : jobFeed.takenUp(ended, signal));
    } catch (error) {
      if (signal.aborted) return;
      const isAnswer = error instanceof AppError && error.code !== 'ENGINE_UNREACHABLE';
      if (isAnswer) return follower.failed(toAppError(error));
      await new Promise((resume) => setTimeout(resume, 500));
    }
  }
}
