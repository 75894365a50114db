import type { ColumnType } from '../../../shared/contract/datasets.ts';
import type { InspectedTree, ModelInspection } from '../../../shared/contract/model-inspection.ts';
import type { Task } from '../../../shared/contract/models.ts';
import type { Provider } from '../../../shared/contract/providers.ts';
import type { EstimatorInfo } from '../../../shared/contract/training.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Frame } from '../frame/frame.ts';

/** A raw column that a model takes. */
export interface FeatureColumn {
  readonly name: string;
  readonly type: ColumnType;
}

/** Rows of one part of the split: raw feature columns and what is to be predicted. */
export interface LabelledRows {
  readonly features: Frame;
  /** 0 or 1 for a binary task, the class's index for several classes, the value for regression, `packLabels` of several labels. No NaN. */
  readonly targets: Float64Array;
  /** One a row, positive; null: all equal. */
  readonly weights: Float64Array | null;
}

export interface TrainingData {
  readonly task: Task;
  readonly columns: readonly FeatureColumn[];
  /** Class labels by index, or names of several labels; null for regression. */
  readonly classes: readonly string[] | null;
  readonly train: LabelledRows;
  /** For early stopping; may be empty. */
  readonly validation: LabelledRows;
  /** Validation rows were drawn by chance out of those to learn from: any of them could stand for another. */
  readonly isEvenlyDrawn?: boolean;
  /** The ONNX model that is trained on, or whose features of images are learnt from; left out: there is none. */
  readonly from?: ModelSource;
}

/** An ONNX file and what the model is called. */
export interface ModelSource {
  readonly path: string;
  readonly name: string;
}

/** The model to go on from. Throws INVALID_ARGUMENT where there is none. */
export function startOf({ from }: TrainingData): ModelSource {
  if (from) return from;
  throw new AppError('INVALID_ARGUMENT', {
    message: 'There is no model to go on from.',
    remedy: 'Name a registered model (--from).',
  });
}

/** What a fit may ask and tell. */
export interface FitContext {
  readonly seed: number;
  readonly threads: number;
  /** Execution providers that a network may run on: those that work here, or the one asked for; CPU alone when left out. */
  readonly providers?: readonly Provider[];
  readonly signal: AbortSignal;
  /** A folder of its own for checkpoints; the same one when an interrupted fit is resumed. */
  readonly folder: string;
  /** Shared by all fits on rows of one training: what depends on a row alone is kept here; the fit's own folder when left out. */
  readonly cacheFolder?: string;
  /** Milliseconds this fit may take; Infinity without a budget. */
  readonly budgetMs: number;
  /** True once the user asked to stop and keep the best so far. */
  shouldStop(): boolean;
  /** Called at most a few times a second is fine; `total` null when unknown. */
  progress(done: number, total: number | null, rowsPerSecond: number): void;
  /** Rows made ready before the first pass, such as pictures decoded. */
  prepared?(done: number, total: number): void;
  /** One point of the live curves: trainLoss, validationLoss, and the task's metric on validation rows. */
  measure(step: number, series: Readonly<Record<string, number>>): void;
  log(line: string): void;
  /** Told once it is known what computes: "CPU", "WebGPU", a library's name. */
  runsOn?(what: string): void;
  /** Told, and waited for, before a provider is used that may bring this process down; null once it is let go. */
  holds?(provider: Provider | null): Promise<void>;
}

/** The same with what is left of its budget, `began` (performance.now()) being when it began. */
export const withTimeLeft = (context: FitContext, began: number): FitContext => ({
  ...context,
  budgetMs: Math.max(1, context.budgetMs - (performance.now() - began)),
});

export interface Fitted {
  /**
   * One graph from raw columns, `[N,1]` string or float each, named as the columns, to `label` [N] (string) and
   * `probabilities` [N,C], or to `prediction` [N,1]. NaN and empty text are missing; any other word is safe.
   */
  readonly onnx: Uint8Array;
  /** Passes over rows, for rows per second: rows seen in all. */
  readonly rowsSeen: number;
  /** One phrase: "60 epochs", "no better for 10 rounds", "budget used up", "stopped by hand". */
  readonly stoppedBecause: string;
  /** Parameters in full, defaults filled in. */
  readonly params: Readonly<Record<string, unknown>>;
  /** Parameters with which training and validation rows together give this model again, nothing held back to stop it. */
  readonly refit: Readonly<Record<string, unknown>>;
  /** What was learnt, for people to read. */
  readonly inspection?: ModelInspection | undefined;
  /** The trees of an inspection of kind `trees`, as many as it lists. */
  readonly trees?: readonly InspectedTree[] | undefined;
  /** The execution provider it really ran on; left out: the CPU. */
  readonly provider?: Provider;
  /** The library that trained it, with its version, where it is not this program itself. */
  readonly engine?: string;
}

/** An algorithm: a record in estimators.ts. `rank` orders by simplicity: the simpler wins a tie. */
export interface Estimator extends EstimatorInfo {
  readonly rank: number;
  /** The simple model of its kind that others are judged beside. */
  readonly isBaseline?: true;
  /** Fitted only when it is asked for by name. */
  readonly isLeftOutOfAuto?: true;
  /** What takes less memory when it is lowered, beside rows and columns; left out: nothing does. */
  readonly lower?: string;
  fit(data: TrainingData, params: Readonly<Record<string, unknown>>, context: FitContext): Promise<Fitted>;
}
