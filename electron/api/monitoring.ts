import type { Services } from '../services/services.ts';
import { os } from './implementer.ts';

export const monitoringApi = ({ monitoring }: Pick<Services, 'monitoring'>) => ({
  tests: os.monitoring.tests.handler(() => monitoring.tests()),
  drift: os.monitoring.drift.handler(({ input }) => monitoring.drift(input)),
  reports: os.monitoring.reports.handler(() => monitoring.reports()),
  report: os.monitoring.report.handler(({ input }) => monitoring.report(input.id)),
});
