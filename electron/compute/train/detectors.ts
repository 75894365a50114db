import { AppError } from '../../../shared/errors.ts';
import type { Detector } from './detector.ts';
import { isolationForest } from './detectors/isolation-forest.ts';

export const DETECTORS: readonly Detector[] = [isolationForest];

/** The detector of that name; an unknown one is an INVALID_ARGUMENT that lists those there are. */
export function detectorOf(algorithm: string): Detector {
  const found = DETECTORS.find((detector) => detector.algorithm === algorithm);
  if (found) return found;
  throw new AppError('INVALID_ARGUMENT', {
    message: `There is no algorithm "${algorithm}" that learns without a target.`,
    remedy: `Name a target, or use one of: ${DETECTORS.map((detector) => detector.algorithm).join(', ')}.`,
  });
}
