import type { Services } from '../services/services.ts';
import { procedures } from './procedures.ts';

export const jobsCalls = ({ jobs }: Services) =>
  procedures.jobs.router({
    list: procedures.jobs.list.handler(({ input }) => jobs.list(input.limit)),
    get: procedures.jobs.get.handler(({ input }) => jobs.get(input.jobId)),
    log: procedures.jobs.log.handler(({ input }) => jobs.log(input.jobId)),
    watch: procedures.jobs.watch.handler(({ input, signal }) => {
      // An unknown job is an answer at once, not an event stream that fails.
      jobs.get(input.jobId);
      return jobs.watch(input.jobId, signal);
    }),
    watchAll: procedures.jobs.watchAll.handler(({ signal }) => jobs.watchAll(signal)),
    cancel: procedures.jobs.cancel.handler(({ input }) => jobs.cancel(input.jobId, input.keepBest)),
    resume: procedures.jobs.resume.handler(({ input }) => jobs.resume(input.jobId)),
    drop: procedures.jobs.drop.handler(({ input }) => jobs.drop(input.jobId)),
  });
