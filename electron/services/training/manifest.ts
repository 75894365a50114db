import { createHash } from 'node:crypto';
import type { CalibrationCurves } from '../../../shared/contract/calibration.ts';
import type { EnsembleManifest } from '../../../shared/contract/ensembles.ts';
import type { TrainingManifest } from '../../../shared/contract/models.ts';
import type { FinalFit } from './final-fit.ts';
import type { TrainingRows } from './training-rows.ts';

/** Of the manifest, what the training itself knows; the rest is the engine's to say. */
export type FitManifest = Pick<TrainingManifest, 'parts' | 'fit'>;

export function fitManifest(
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
): FitManifest {
  const { train, validation, test } = rows.parts;
  return {
    parts: { train: hashOf(train), validation: hashOf(validation), test: hashOf(test) },
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

/** SHA-256 of row numbers as 32-bit integers, little-endian. */
export function hashOf(rows: Uint32Array): string {
  const bytes = Buffer.alloc(rows.length * 4);
  for (const [index, row] of rows.entries()) bytes.writeUInt32LE(row, index * 4);
  return createHash('sha256').update(bytes).digest('hex');
}
