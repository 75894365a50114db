import type { Verb } from '../verb.ts';
import { datasetsVerb } from './datasets.ts';
import { demoVerb } from './demo.ts';
import { doctorVerb } from './doctor.ts';
import { driftVerb } from './drift.ts';
import { evaluateVerb } from './evaluate.ts';
import { explainVerb } from './explain.ts';
import { exportVerb } from './export.ts';
import { importVerb } from './import.ts';
import { jobsCancelVerb, jobsDropVerb, jobsPauseVerb, jobsResumeVerb, jobsVerb } from './jobs.ts';
import { modelsVerb, promoteVerb, rollbackVerb } from './models.ts';
import { predictVerb } from './predict.ts';
import { schemaInferVerb, schemaSetVerb } from './schema.ts';
import { serveVerb } from './serve.ts';
import { setupVerb } from './setup.ts';
import { showVerb } from './show.ts';
import { stressVerb } from './stress.ts';
import { trainVerb } from './train.ts';
import { validateVerb } from './validate.ts';
import { verifyVerb } from './verify.ts';

/** Every verb, in the order of help. A new one is a file here and a line in this list. */
export const VERBS: readonly Verb[] = [
  demoVerb,
  importVerb,
  datasetsVerb,
  showVerb,
  schemaInferVerb,
  schemaSetVerb,
  validateVerb,
  trainVerb,
  evaluateVerb,
  explainVerb,
  stressVerb,
  predictVerb,
  driftVerb,
  exportVerb,
  verifyVerb,
  serveVerb,
  modelsVerb,
  promoteVerb,
  rollbackVerb,
  jobsVerb,
  jobsResumeVerb,
  jobsPauseVerb,
  jobsCancelVerb,
  jobsDropVerb,
  doctorVerb,
  setupVerb,
];
