import type { Services } from '../services/services.ts';
import { bundlesApi } from './bundles.ts';
import { datasetsApi } from './datasets.ts';
import { evaluationApi } from './evaluation.ts';
import { explanationApi, stressApi } from './explanation.ts';
import { os } from './implementer.ts';
import { jobsApi } from './jobs.ts';
import { modelsApi } from './models.ts';
import { monitoringApi } from './monitoring.ts';
import { systemApi } from './system.ts';
import { trainingApi } from './training.ts';
import { validationApi } from './validation.ts';

/** The contract as calls to services, one file a domain: the contract parses, one service answers. */
export const createRouter = (services: Services) =>
  os.router({
    system: systemApi(services),
    jobs: jobsApi(services),
    datasets: datasetsApi(services),
    validation: validationApi(services),
    training: trainingApi(services),
    models: modelsApi(services),
    evaluation: evaluationApi(services),
    explanation: explanationApi(services),
    stress: stressApi(services),
    monitoring: monitoringApi(services),
    bundles: bundlesApi(services),
  });
