import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { TrainingManifest } from '../../../shared/contract/models.ts';
import type { Reproduction } from '../../../shared/contract/training.ts';
import { metricsOf } from '../../compute/evaluation/metrics.ts';
import { scoreFrame } from '../../compute/onnx/scorer.ts';

import type { Task, TaskContext } from '../../jobs/task.ts';
import { anomalyFigures } from './anomaly-figures.ts';

import { calibratedAgain } from './calibrate-final.ts';
import { type DetectTaskParams, detectTask } from './detect-task.ts';
import { ensembleAgain } from './ensemble-fit.ts';

import { partHashes } from './manifest.ts';
import { surroundingDifferences, surroundings } from './surroundings.ts';
import type { TrainTaskParams } from './train-task.ts';
import { type RowsSource, TrainingRows } from './training-rows.ts';

/** The rows of a fit, and where it runs. */
type RepeatedFit = Pick<TrainTaskParams, keyof RowsSource | 'providers'>;

/** The training to be done again. */
export type Repeated =
  | { readonly kind: 'training'; readonly params: RepeatedFit }
  | { readonly kind: 'detection'; readonly params: DetectTaskParams };

export interface ReproduceTaskParams {
  readonly repeated: Repeated;
  readonly manifest: TrainingManifest;
  /** What the model reached the first time. */
  readonly figures: readonly Figure[];
  readonly hash: string;
  /** Cores it was scored with: a sum over trees has other last digits on another number. */
  readonly threads: number;
}

interface Figure {
  readonly name: string;
  readonly value: number | null;
}

export type ReproduceTaskResult = Pick<Reproduction, 'isSame' | 'metrics' | 'hash' | 'differences' | 'seconds'>;

/** What came of it once more. */
interface Again {
  readonly onnx: Uint8Array;
  readonly figures: readonly Figure[];
  readonly parts: TrainingManifest['parts'];
  readonly columns: readonly string[] | null;
  readonly engine: string | null;
}

/** The training of a manifest once more, on rows read and divided anew, its figures beside the original ones, and all that is not as it was. */
export const reproduceTask: Task<ReproduceTaskParams, ReproduceTaskResult> = async (params, context) => {
  const began = performance.now();
  const { manifest, figures } = params;
  context.progress({ stage: 'read', done: 0, total: 1, unit: 'steps', rate: null, etaMs: null });
  const again = await trainAgain(params, context);
  const metrics = figures.map(({ name, value }) => ({
    name,
    original: value,
    again: again.figures.find((figure) => figure.name === name)?.value ?? null,
  }));
  const isSame = metrics.every(({ original, again: now }) => original === now);
  const hash = createHash('sha256').update(again.onnx).digest('hex');
  return {
    isSame,
    metrics,
    hash: { original: params.hash, again: hash, isEqual: hash === params.hash },
    differences: [...surroundingDifferences(manifest, await surroundings()), ...trainingDifferences(manifest, again)],
    seconds: (performance.now() - began) / 1000,
  };
};

async function trainAgain({ repeated, manifest, threads }: ReproduceTaskParams, context: TaskContext): Promise<Again> {
  if (repeated.kind === 'detection') {
    const { onnxPath, anomaly, manifest: now } = await detectTask({ ...repeated.params, threads }, context);
    return { ...now, onnx: await readFile(onnxPath), figures: anomalyFigures(anomaly), columns: null };
  }
  const { fit } = manifest;
  if (fit === null) throw new RangeError('The manifest of a training without its fit.');
  return fitAlone({ ...repeated.params, threads }, fit, context);
}

/** The last fit alone: what led to it, a search or folds, is in its parameters. */
async function fitAlone(
  { providers, threads, ...source }: RepeatedFit & Pick<ReproduceTaskParams, 'threads'>,
  fit: NonNullable<TrainingManifest['fit']>,
  context: TaskContext,
): Promise<Again> {
  const { request } = source;
  const rows = await TrainingRows.read(source, context.signal);
  const fitted = await ensembleAgain(rows, { fit, request }, { endsAt: Number.POSITIVE_INFINITY, providers, context });
  const { task, classes } = rows.target;
  const onnx = calibratedAgain(fitted.onnx, fit.calibration, classes);
  const { targets, weights, features } = rows.test.rows;
  const scores = await scoreFrame(onnx, features, { threads, signal: context.signal });
  return {
    onnx,
    figures: metricsOf({ task, classes, targets, scores, weights }, 0.5),
    parts: partHashes(rows.parts),
    columns: rows.features.map(({ name }) => name),
    engine: fitted.engine ?? null,
  };
}

/** Parts, columns and the library that are not what they were. */
function trainingDifferences(then: TrainingManifest, now: Again): Reproduction['differences'] {
  const names = Object.keys(then.parts);
  const pairs: (readonly [string, string, string])[] = names.map((part) => [
    `rows of the ${part} part`,
    then.parts[part] ?? '',
    now.parts[part] ?? '',
  ]);
  if (then.fit && now.columns) pairs.push(['columns', then.fit.columns.join(', '), now.columns.join(', ')]);
  pairs.push(['library', then.engine ?? 'this program', now.engine ?? 'this program']);
  return pairs.flatMap(([what, original, again]) => (original === again ? [] : [{ what, original, again }]));
}
