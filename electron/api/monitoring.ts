import { notYetAvailable, os } from './implementer.ts';

const later = () => notYetAvailable('Looking for drift');

export const monitoringApi = () => ({
  tests: os.monitoring.tests.handler(later),
  drift: os.monitoring.drift.handler(later),
  reports: os.monitoring.reports.handler(later),
  report: os.monitoring.report.handler(later),
});
