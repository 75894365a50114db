import type { Services } from '../services/services.ts';
import { bundlesCalls } from './bundles.ts';
import { datasetsCalls } from './datasets.ts';
import { evaluationCalls } from './evaluation.ts';
import { jobsCalls } from './jobs.ts';
import { modelsCalls } from './models.ts';
import { monitoringCalls } from './monitoring.ts';
import { procedures } from './procedures.ts';
import { systemCalls } from './system.ts';
import { trainingCalls } from './training.ts';
import { validationCalls } from './validation.ts';

/** The contract as calls to services: parse (the contract does), call one service, reply. */
export function createRouter(services: Services) {
  return procedures.router({
    system: systemCalls(services),
    jobs: jobsCalls(services),
    datasets: datasetsCalls(),
    validation: validationCalls(services),
    training: trainingCalls(),
    models: modelsCalls(services),
    evaluation: evaluationCalls(),
    monitoring: monitoringCalls(),
    bundles: bundlesCalls(),
  });
}

export type Router = ReturnType<typeof createRouter>;
