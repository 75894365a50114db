import type { ExportTarget } from './export-target.ts';

/** The server that every bundle has: nothing is added. */
export const oipTarget: ExportTarget = {
  target: 'oip',
  label: 'Open Inference Protocol and MLflow scoring',
  description:
    'The server in every bundle: Open Inference Protocol v2 over REST and MLflow /invocations, on Node 20 or later.',
  files: () => ({}),
};
