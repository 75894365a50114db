import { AppError } from '../../../shared/errors.ts';
import { namedMemoryError } from '../../../shared/memory-need.ts';
import type { Detector } from './detector.ts';
import { isolationForest } from './detectors/isolation-forest.ts';

/** Memory that runs out is named with rows and columns. */
const named = (detector: Detector): Detector => ({
  ...detector,
  async fit(frame, params, context) {
    try {
      return await detector.fit(frame, params, context);
    } catch (error) {
      const need = { rows: frame.rows, columns: frame.columns.size, bytesEach: 8, lower: 'trees or sampleRows' };
      throw namedMemoryError(error, need, detector.label);
    }
  },
});

export const DETECTORS: readonly Detector[] = [isolationForest].map(named);

/** The detector of that name; an unknown one is an INVALID_ARGUMENT that lists those there are. */
export function detectorOf(algorithm: string): Detector {
  const found = DETECTORS.find((detector) => detector.algorithm === algorithm);
  if (found) return found;
  throw new AppError('INVALID_ARGUMENT', {
    message: `There is no algorithm "${algorithm}" that learns without a target.`,
    remedy: `Name a target, or use one of: ${DETECTORS.map((detector) => detector.algorithm).join(', ')}.`,
  });
}
