import type { Services } from '../services/services.ts';
import { os } from './implementer.ts';
import { jobsApi } from './jobs.ts';
import { modelsApi } from './models.ts';
import { systemApi } from './system.ts';
import { validationApi } from './validation.ts';

/** The contract as calls to services, one file a domain: the contract parses, one service answers. */
export const createRouter = (services: Services) =>
  os.router({
    system: systemApi(services),
    jobs: jobsApi(services),
    validation: validationApi(services),
    models: modelsApi(services),
  });
