import type { ServingTask, Task } from './task.ts';

// biome-ignore lint/suspicious/noExplicitAny: parameters are checked by the service that prepares them
type AnyTask = Task<any, unknown>;

// biome-ignore lint/suspicious/noExplicitAny: as above
type AnyServingTask = ServingTask<any, any, unknown>;

/** Tasks that other tasks start workers for, several at a time, and ask piece by piece. */
export const SERVING_TASKS: Readonly<Record<string, () => Promise<AnyServingTask>>> = {
  trials: () => import('../services/training/trials-task.ts').then((module) => module.trialsTask),
};

/**
 * Every task a worker can run, by name. Modules are loaded on demand so that a worker holds only the native
 * libraries its task needs. A new task is one line here.
 */
export const TASKS: Readonly<Record<string, () => Promise<AnyTask>>> = {
  export: () => import('../services/bundles/export-task.ts').then((module) => module.exportTask),
  verify: () => import('../services/bundles/verify-task.ts').then((module) => module.verifyTask),
  import: () => import('../services/datasets/import-task.ts').then((module) => module.importTask),
  importModel: () => import('../services/models/import-model-task.ts').then((module) => module.importModelTask),
  preview: () => import('../services/datasets/preview-task.ts').then((module) => module.previewTask),
  advise: () => import('../services/training/advise-task.ts').then((module) => module.adviseTask),
  adviseDetection: () =>
    import('../services/training/advise-detection-task.ts').then((module) => module.adviseDetectionTask),
  startingPoint: () => import('../services/training/starting-point-task.ts').then((module) => module.startingPointTask),
  train: () => import('../services/training/train-task.ts').then((module) => module.trainTask),
  reproduce: () => import('../services/training/reproduce-task.ts').then((module) => module.reproduceTask),
  detect: () => import('../services/training/detect-task.ts').then((module) => module.detectTask),
  evaluate: () => import('../services/evaluation/evaluate-task.ts').then((module) => module.evaluateTask),
  judgedRows: () => import('../services/evaluation/judged-rows-task.ts').then((module) => module.judgedRowsTask),
  predict: () => import('../services/evaluation/predict-task.ts').then((module) => module.predictTask),
  explain: () => import('../services/evaluation/explain-task.ts').then((module) => module.explainTask),
  stress: () => import('../services/evaluation/stress-task.ts').then((module) => module.stressTask),
  drift: () => import('../services/monitoring/drift-task.ts').then((module) => module.driftTask),
  setup: () => import('../services/system/setup-task.ts').then((module) => module.setupTask),
  validate: () => import('../services/validation/validate-task.ts').then((module) => module.validateTask),
};
