import type { Frame } from '../../../electron/compute/frame/frame.ts';
import type { FitContext, LabelledRows, TrainingData } from '../../../electron/compute/train/estimator.ts';
import type { ModelInspection } from '../../../shared/contract/model-inspection.ts';
import type { Task } from '../../../shared/contract/models.ts';

/** What every estimator has to stand, for each of its tasks. */
export type Property =
  | 'fit'
  | 'seed'
  | 'weights'
  | 'missing values'
  | 'unknown categories'
  | 'export equality'
  | 'cancel'
  | 'resume';

export type TestedTask = Task | 'anomaly';

/** What of a fit the suite looks at. */
export interface TestedFit {
  readonly onnx: Uint8Array;
  /** Left out by detectors, which tell nothing of it. */
  readonly stoppedBecause?: string;
  /** Left out by detectors. */
  readonly rowsSeen?: number;
  readonly params: Readonly<Record<string, unknown>>;
  readonly refit?: Readonly<Record<string, unknown>>;
  readonly inspection?: ModelInspection | undefined;
  /** Of a detector: scores above it are anomalies. */
  readonly threshold?: number;
}

/** A fit that has ended, its data, and the folder with its last checkpoint. */
export interface EndedFit {
  readonly data: TrainingData;
  readonly fitted: TestedFit;
  readonly folder: string;
}

/** An estimator with the data, the parameters and the independent answers that the conformance suite needs. */
export interface TestedEstimator {
  readonly name: string;
  /** The record of a list of estimators or detectors that it is of. */
  readonly algorithm: string;
  readonly tasks: readonly TestedTask[];
  /** Parameters that make a fit quick. */
  readonly params: Readonly<Record<string, unknown>>;
  /** Properties that it cannot have, each with the reason. */
  readonly lacks: Partial<Readonly<Record<Property, string>>>;
  /** Why it keeps no checkpoint: a fit that was broken off starts anew. Left out: it goes on from its checkpoints. */
  readonly startsAnew?: string;
  /** It never looks up while it learns: why a cancel is heard before and after only. */
  readonly hearsLate?: string;
  /** How far single precision may lead an answer away, of 1 + |answer|. */
  readonly tolerance: number;
  /** The share of right answers, of variance explained, or the area under the curve that fresh rows have to reach. */
  readonly leastQuality: number;
  data(task: TestedTask): Promise<TrainingData>;
  /** Rows of the same kind, to judge by. */
  fresh(task: TestedTask): LabelledRows;
  fit(data: TrainingData, params: Readonly<Record<string, unknown>>, context: FitContext): Promise<TestedFit>;
  /** Rows as they come to a served model, as many as that, with values where the model decides among them. */
  randomRows(ended: EndedFit, count: number): Promise<Frame>;
  /** Answers of the model that was learnt, in the order of the graph's, computed without the graph. */
  answers(ended: EndedFit, frame: Frame): Promise<Float64Array>;
}
