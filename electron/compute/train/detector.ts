import type { DetectorInfo } from '../../../shared/contract/training.ts';
import type { Frame } from '../frame/frame.ts';
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
