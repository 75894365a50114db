import type { ModelVersion } from '../../../shared/contract/models.ts';
import type { Run } from './run.ts';

/** Registered versions as runs: their parameters from the lineage, their figures on held-out rows. */
export const modelRuns = (models: readonly ModelVersion[]): readonly Run[] =>
  models.map((model) => ({
    id: model.id,
    label: `${model.name} v${model.version}`,
    path: `/models/${encodeURIComponent(model.name)}/${model.version}`,
    algorithm: model.algorithm,
    params: model.lineage.params,
    figures: model.metrics,
    seconds: model.seconds,
  }));
