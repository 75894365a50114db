import { implement } from '@orpc/server';
import { contract } from '../../shared/contract/contract.ts';
import { AppError } from '../../shared/errors.ts';
import type { Services } from '../services/services.ts';
import { withWireErrors } from './errors.ts';

/** The contract as calls to services: parse (the contract does), call one service, reply. */
export function createRouter(services: Services) {
  const os = implement(contract).use(({ next }) => withWireErrors(async () => next()));
  const { jobs, datasets, validation, training, models, evaluation, monitoring, bundles, system } = services;
  return os.router({
    system: {
      ping: os.system.ping.handler(() => system.ping()),
      workspace: os.system.workspace.handler(() => system.workspace()),
      recentWorkspaces: os.system.recentWorkspaces.handler(() => system.recentWorkspaces()),
      doctor: os.system.doctor.handler(() => system.doctor()),
      demo: os.system.demo.handler(({ input }) => ({ jobId: jobs.start('demo', input).id })),
    },
    jobs: {
      list: os.jobs.list.handler(({ input }) => jobs.list(input.limit)),
      get: os.jobs.get.handler(({ input }) => jobs.get(input.jobId)),
      log: os.jobs.log.handler(({ input }) => jobs.log(input.jobId)),
      watch: os.jobs.watch.handler(({ input, signal }) => {
        jobs.get(input.jobId);
        return jobs.watch(input.jobId, signal);
      }),
      watchAll: os.jobs.watchAll.handler(({ signal }) => jobs.watchAll(signal)),
      cancel: os.jobs.cancel.handler(({ input }) => jobs.cancel(input.jobId, input.keepBest)),
      resume: os.jobs.resume.handler(({ input }) => jobs.resume(input.jobId)),
      drop: os.jobs.drop.handler(({ input }) => jobs.drop(input.jobId)),
    },
  });
}
