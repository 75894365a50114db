import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { MetricValue, TrainingManifest } from '../../../shared/contract/models.ts';
import type { Provider } from '../../../shared/contract/providers.ts';
import type { Reproduction } from '../../../shared/contract/training.ts';
import { metricsOf } from '../../compute/evaluation/metrics.ts';
import { scoreFrame } from '../../compute/onnx/scorer.ts';
import type { Task } from '../../jobs/task.ts';
import { calibratedAgain } from './calibrate-final.ts';
import { ensembleAgain } from './ensemble-fit.ts';
import { hashOf } from './manifest.ts';
import { type RowsSource, TrainingRows } from './training-rows.ts';

export interface ReproduceTaskParams {
  readonly source: RowsSource;
  readonly manifest: TrainingManifest;
  readonly providers: readonly Provider[];
  readonly metrics: readonly MetricValue[];
  readonly hash: string;
}

export type ReproduceTaskResult = Pick<Reproduction, 'isSame' | 'metrics' | 'hash' | 'differences' | 'seconds'>;

/** The fit of a manifest once more, on rows read and divided anew, and its metrics beside the original ones. */
export const reproduceTask: Task<ReproduceTaskParams, ReproduceTaskResult> = async (params, context) => {
  const began = performance.now();
  const { manifest, source, providers } = params;
  context.progress({ stage: 'read', done: 0, total: 1, unit: 'steps', rate: null, etaMs: null });
  const rows = await TrainingRows.read(source, context.signal);
  const fitted = await ensembleAgain(
    rows,
    { fit: manifest.fit, request: source.request },
    { endsAt: Number.POSITIVE_INFINITY, providers, context },
  );
  const { task, classes } = rows.target;
  const onnx = calibratedAgain(fitted, manifest.fit.calibration, classes);
  const { targets, weights, features } = rows.test.rows;
  const scores = await scoreFrame(onnx, features, { threads: availableParallelism(), signal: context.signal });
  const found = metricsOf({ task, classes, targets, scores, weights }, 0.5);
  const metrics = params.metrics.map(({ name, value }) => ({
    name,
    original: value,
    again: found.find((metric) => metric.name === name)?.value ?? null,
  }));
  const again = createHash('sha256').update(onnx).digest('hex');
  return {
    isSame: metrics.every(({ original, again: now }) => original === now),
    metrics,
    hash: { original: params.hash, again, isEqual: again === params.hash },
    differences: partDifferences(manifest, rows),
    seconds: (performance.now() - began) / 1000,
  };
};

/** Parts and columns that are not what they were. */
function partDifferences(manifest: TrainingManifest, rows: TrainingRows): Reproduction['differences'] {
  const differences: Reproduction['differences'] = [];
  for (const part of ['train', 'validation', 'test'] as const) {
    const [original = '', again] = [manifest.parts[part], hashOf(rows.parts[part])];
    if (original !== again) differences.push({ what: `rows of the ${part} part`, original, again });
  }
  const [original, again] = [manifest.fit.columns.join(', '), rows.features.map(({ name }) => name).join(', ')];
  if (original !== again) differences.push({ what: 'columns', original, again });
  return differences;
}
