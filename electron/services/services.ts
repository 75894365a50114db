import type { JobKind } from '../../shared/contract/jobs.ts';
import type { JobRunner } from '../jobs/job-runner.ts';
import type { Workspace } from '../store/workspace.ts';
import { ModelsService } from './models/models-service.ts';
import { SystemService } from './system/system-service.ts';

export interface ServicesOptions {
  readonly workspace: Workspace;
  readonly jobs: JobRunner;
  readonly version: string;
}

/** Every service, built once. What one needs of another is handed over here as a function, never imported. */
export function createServices({ workspace, jobs, version }: ServicesOptions) {
  const start = (kind: JobKind, params: unknown) => ({ jobId: jobs.start(kind, params).id });
  const models = new ModelsService(workspace);
  const system = new SystemService(workspace, version);
  return { jobs, models, system, start };
}

export type Services = ReturnType<typeof createServices>;
