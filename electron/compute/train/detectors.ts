import type { DetectorInfo } from '../../../shared/contract/training.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Frame } from '../frame/frame.ts';
import { isolationForest } from './detectors/isolation-forest.ts';
import type { FitContext } from './estimator.ts';

/** A fitted detector: one graph from raw columns to `prediction` [N,1], how unusual a row is, and `label` [N]. */
export interface FittedDetector {
  readonly onnx: Uint8Array;
  /** Rows whose score is above it are anomalies. */
  readonly threshold: number;
  /** Share of rows taken for anomalies when the threshold was chosen; null where it does not depend on rows. */
  readonly contamination: number | null;
  readonly params: Readonly<Record<string, unknown>>;
}

/** An algorithm that learns what is usual from rows alone: a record in detectors/ and a place in the list. */
export interface Detector extends DetectorInfo {
  /** Learns from the columns of the frame, all of them. */
  fit(
    frame: Frame,
    params: Readonly<Record<string, unknown>>,
    context: Pick<FitContext, 'seed' | 'threads' | 'signal'>,
  ): Promise<FittedDetector>;
}

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
