import type { Services } from '../services/services.ts';
import { procedures } from './procedures.ts';

export const systemCalls = ({ system, jobs }: Services) =>
  procedures.system.router({
    ping: procedures.system.ping.handler(() => system.ping()),
    workspace: procedures.system.workspace.handler(() => system.workspace()),
    recentWorkspaces: procedures.system.recentWorkspaces.handler(() => system.recentWorkspaces()),
    doctor: procedures.system.doctor.handler(() => system.doctor()),
    demo: procedures.system.demo.handler(({ input }) => ({ jobId: jobs.start('demo', input).id })),
  });
