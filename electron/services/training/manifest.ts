import { createHash } from 'node:crypto';
import type { CalibrationCurves } from '../../../shared/contract/calibration.ts';
import type { EnsembleManifest } from '../../../shared/contract/ensembles.ts';
import type { TrainingManifest } from '../../../shared/contract/models.ts';
import type { Fitted } from '../../compute/train/estimator.ts';
import type { FinalFit } from './final-fit.ts';
import type { SplitRows } from './split-rows.ts';
import { surroundings } from './surroundings.ts';
import type { TrainingRows } from './training-rows.ts';

/** Of the manifest, what the training itself knows; the rest is the engine's to say. */
export type TaskManifest = Omit<TrainingManifest, 'request' | 'testDatasetHash'>;

/** What ran a fit, as it told. */
type RanOn = Pick<Fitted, 'provider' | 'engine'>;

/** Of a fit on columns: with it that fit alone is done again. */
export async function fitManifest(
  rows: TrainingRows,
  final: FinalFit,
  {
    seed,
    calibration,
    ensemble,
  }: {
    readonly seed: number;
    readonly calibration: CalibrationCurves | null;
    readonly ensemble: EnsembleManifest | null;
  },
): Promise<TaskManifest> {
  return {
    ...(await around(rows.parts, final.fitted)),
    fit: {
      algorithm: final.estimator.algorithm,
      params: { ...final.again },
      seed,
      threads: final.threads,
      rows: final.rows,
      columns: rows.features.map(({ name }) => name),
      calibration,
      ensemble,
    },
  };
}

/** Of a detector: all that decides it is in its request. */
export const detectionManifest = async (parts: SplitRows): Promise<TaskManifest> => ({
  ...(await around(parts, {})),
  fit: null,
});

const around = async (parts: SplitRows, { provider, engine }: RanOn): Promise<Omit<TaskManifest, 'fit'>> => ({
  parts: partHashes(parts),
  provider: provider ?? 'cpu',
  engine: engine ?? null,
  ...(await surroundings()),
});

/** Of each part, which rows it has. */
export const partHashes = ({ train, validation, test }: SplitRows): TrainingManifest['parts'] => ({
  train: hashOf(train),
  validation: hashOf(validation),
  test: hashOf(test),
});

/** SHA-256 of row numbers as 32-bit integers, little-endian. */
function hashOf(rows: Uint32Array): string {
  const bytes = Buffer.alloc(rows.length * 4);
  for (const [index, row] of rows.entries()) bytes.writeUInt32LE(row, index * 4);
  return createHash('sha256').update(bytes).digest('hex');
}
