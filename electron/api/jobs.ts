import type { Services } from '../services/services.ts';
import { os } from './implementer.ts';

export const jobsApi = ({ jobs }: Pick<Services, 'jobs'>) => ({
  list: os.jobs.list.handler(({ input }) => jobs.list(input.limit)),
  get: os.jobs.get.handler(({ input }) => jobs.get(input.jobId)),
  log: os.jobs.log.handler(({ input }) => jobs.log(input.jobId)),
  watch: os.jobs.watch.handler(({ input, signal }) => {
    // An unknown job is an answer, not a broken stream.
    jobs.get(input.jobId);
    return jobs.watch(input.jobId, signal);
  }),
  watchAll: os.jobs.watchAll.handler(({ signal }) => jobs.watchAll(signal)),
  cancel: os.jobs.cancel.handler(({ input }) => jobs.cancel(input.jobId, input.keepBest)),
  pause: os.jobs.pause.handler(({ input }) => jobs.pause(input.jobId)),
  resume: os.jobs.resume.handler(({ input }) => jobs.resume(input.jobId)),
  drop: os.jobs.drop.handler(({ input }) => jobs.drop(input.jobId)),
});
