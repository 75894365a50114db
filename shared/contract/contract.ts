import { bundles } from './bundles.ts';
import { datasets } from './datasets.ts';
import { evaluation } from './evaluation.ts';
import { explanation } from './explanation.ts';
import { jobs } from './jobs.ts';
import { models } from './models.ts';
import { monitoring } from './monitoring.ts';
import { stress } from './stress.ts';
import { system } from './system.ts';
import { training } from './training.ts';
import { validation } from './validation.ts';

/** Every call the page and the command line can make. Both sides derive their types from this one value. */
export const contract = {
  system,
  jobs,
  datasets,
  validation,
  training,
  models,
  evaluation,
  explanation,
  stress,
  monitoring,
  bundles,
};
export type Contract = typeof contract;
