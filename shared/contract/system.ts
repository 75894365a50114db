import { oc } from '@orpc/contract';
import { z } from 'zod';
import { JobStarted } from './jobs.ts';
import { Provider } from './providers.ts';

export const DoctorCheck = z.object({
  name: z.string(),
  status: z.enum(['ok', 'warning', 'failed']),
  detail: z.string(),
  remedy: z.string().nullable(),
});
export type DoctorCheck = z.infer<typeof DoctorCheck>;

export const WorkspaceInfo = z.object({
  path: z.string(),
  name: z.string(),
  version: z.string(),
  startedAt: z.string(),
  datasets: z.number(),
  models: z.number(),
  bundles: z.number(),
  /** Execution provider in use for inference and training: `cpu`, `webgpu`, ... */
  provider: z.string(),
  /** Jobs that a crash interrupted and that wait for a decision. */
  interrupted: z.number(),
  sizeBytes: z.number(),
});
export type WorkspaceInfo = z.infer<typeof WorkspaceInfo>;

/** One step of the main job on the sample project. */
export const DemoStep = z.object({
  step: z.string(),
  seconds: z.number(),
  summary: z.string(),
  details: z.record(z.string(), z.unknown()),
});
export type DemoStep = z.infer<typeof DemoStep>;

/** Result document of a `demo` job. */
export const DemoResult = z.object({
  steps: z.array(DemoStep),
  bundle: z.string(),
  model: z.string(),
  seconds: z.number(),
});
export type DemoResult = z.infer<typeof DemoResult>;

/** Optional parts that `setup` can make on this machine. */
export const SetupPart = z.enum(['tfjs-node', 'cuda']);
export type SetupPart = z.infer<typeof SetupPart>;

/** Result document of a `setup` job. */
export const SetupResult = z.object({ part: SetupPart, folder: z.string(), detail: z.string() });
export type SetupResult = z.infer<typeof SetupResult>;

export const system = {
  ping: oc.output(z.object({ version: z.string(), pid: z.number() })),
  workspace: oc.output(WorkspaceInfo),
  recentWorkspaces: oc.output(z.array(z.object({ path: z.string(), openedAt: z.string() }))),
  /** Execution providers on which a real inference gives the right answer here, found once by a throw-away process. */
  providers: oc.output(z.array(Provider)),
  doctor: oc.output(z.array(DoctorCheck)),
  /** Result document: SetupResult. */
  setup: oc.input(z.object({ part: SetupPart })).output(JobStarted),
  /** Imports, validates, trains, evaluates, drifts, exports and verifies the sample project. */
  demo: oc.input(z.object({ project: z.enum(['flights', 'census']).default('flights') })).output(JobStarted),
};
