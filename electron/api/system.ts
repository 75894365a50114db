import type { Services } from '../services/services.ts';
import { os } from './implementer.ts';

export const systemApi = ({ system, start }: Pick<Services, 'system' | 'start'>) => ({
  ping: os.system.ping.handler(() => system.ping()),
  workspace: os.system.workspace.handler(() => system.workspace()),
  recentWorkspaces: os.system.recentWorkspaces.handler(() => system.recentWorkspaces()),
  providers: os.system.providers.handler(async () => [...(await system.providers('auto'))]),
  doctor: os.system.doctor.handler(() => system.doctor()),
  setup: os.system.setup.handler(({ input }) => start('setup', input)),
  demo: os.system.demo.handler(({ input }) => start('demo', input)),
});
