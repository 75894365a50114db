import { notYet, procedures } from './procedures.ts';

export const monitoringCalls = () =>
  procedures.monitoring.router({
    tests: procedures.monitoring.tests.handler(notYet('monitoring')),
    drift: procedures.monitoring.drift.handler(notYet('monitoring')),
    reports: procedures.monitoring.reports.handler(notYet('monitoring')),
    report: procedures.monitoring.report.handler(notYet('monitoring')),
  });
