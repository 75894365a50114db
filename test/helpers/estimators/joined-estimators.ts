import { join } from 'node:path';
import { type Calibration, calibrate } from '../../../electron/compute/calibration/calibration.ts';
import { type Stack, stackAnswers } from '../../../electron/compute/ensembles/stacking.ts';
import type { FrameColumn } from '../../../electron/compute/frame/frame.ts';
import { quoteIdentifier, quoteLiteral } from '../../../electron/compute/frame/sql-text.ts';
import { type Scores, scoreFrame } from '../../../electron/compute/onnx/scorer.ts';
import type { FitContext, LabelledRows, TrainingData } from '../../../electron/compute/train/estimator.ts';
import type { TaskContext } from '../../../electron/jobs/task.ts';
import { calibrateFinal, calibrationOf } from '../../../electron/services/training/calibrate-final.ts';
import { fitEnsemble } from '../../../electron/services/training/ensemble-fit.ts';
import type { EndedTrial } from '../../../electron/services/training/run-trials.ts';
import { TrainingRows } from '../../../electron/services/training/training-rows.ts';
import { runTrial } from '../../../electron/services/training/trial.ts';
import { trialFolds } from '../../../electron/services/training/trial-folds.ts';
import type { CalibrationCurves } from '../../../shared/contract/calibration.ts';
import { TrainingRequest } from '../../../shared/contract/training.ts';
import { fromWire } from '../../../shared/errors.ts';
import { numbersOf } from '../example-fits.ts';
import { writeRows } from '../write-rows.ts';
import { onExampleRows } from './table-estimators.ts';
import type { TestedEstimator, TestedFit } from './tested-estimator.ts';
import { boosting, forestOf } from './tree-estimators.ts';

/** A model of several, or one whose answers are corrected: what is needed to compute its answers without its graph. */
interface JoinedFit extends TestedFit {
  /** Fits it is made of: what they learnt from, and the folders of their checkpoints in the job's. */
  readonly members: readonly {
    readonly tested: TestedEstimator;
    readonly data: TrainingData;
    readonly folder: string;
  }[];
  readonly stack: Stack | null;
  /** The model before its answers are corrected. */
  readonly plain: Uint8Array;
  readonly calibration: Calibration | null;
}

interface Asked {
  /** Members, each with parameters that make it quick. */
  readonly of: readonly TestedEstimator[];
  readonly ensemble?: 'bagging' | 'stacking';
  readonly calibration?: CalibrationCurves['kind'];
}

const FOLDS = 3;
/** Their order is that of the alphabet, as a job reads them. */
const CLASSES: Readonly<Record<string, readonly string[]>> = {
  binary: ['no', 'yes'],
  multiclass: ['a low', 'b middle', 'c high'],
};

/** The rows of a part as SQL: columns, then answer, weight and the part's name. */
function sqlOf({ features, targets, weights }: LabelledRows, classes: readonly string[] | null, part: string): string {
  const cell = (column: FrameColumn, row: number): string => {
    if (column.kind === 'number') return Number.isNaN(column.values[row]) ? 'NULL' : `${column.values[row]}::DOUBLE`;
    const code = column.codes[row] ?? -1;
    return code < 0 ? 'NULL' : quoteLiteral(column.dictionary[code] ?? '');
  };
  const columns = [...features.columns.values()];
  const rows = Array.from(targets, (target, row) => {
    const answer = classes === null ? `${target}::DOUBLE` : quoteLiteral(classes[target] ?? '');
    return `(${[...columns.map((column) => cell(column, row)), answer, weights?.[row] ?? 1, quoteLiteral(part)].join(', ')})`;
  });
  return rows.join(',\n');
}

/** Rows of a training, read from a file as a job reads them. */
async function rowsOf(
  data: TrainingData,
  request: TrainingRequest,
  { folder, signal }: FitContext,
): Promise<TrainingRows> {
  const path = join(folder, 'rows.parquet');
  const names = [...data.columns.map(({ name }) => name), 'answer', 'weight', 'part'];
  const test = { ...data.validation, weights: null };
  const parts = [sqlOf(data.train, data.classes, 'train'), sqlOf(data.validation, data.classes, 'validation')];
  const values = [...parts, sqlOf(test, data.classes, 'test')].join(',\n');
  await writeRows(`SELECT * FROM (VALUES ${values}) AS t(${names.map(quoteIdentifier).join(', ')})`, path);
  const columns = names.map((name) => {
    const known = data.columns.find((column) => column.name === name)?.type;
    const type = known ?? (name === 'weight' || (name === 'answer' && data.classes === null) ? 'number' : 'text');
    return { name, type, storageType: type === 'text' ? 'VARCHAR' : 'DOUBLE', role: 'feature' as const };
  });
  return TrainingRows.read({ path, columns, request, testPath: null, from: null }, signal);
}

/** What a training job does with rows: trials, the model that they lead to, the correction of its answers. */
async function joinedFit(
  data: TrainingData,
  params: Readonly<Record<string, unknown>>,
  { of, ensemble, calibration, context }: Asked & { readonly context: FitContext },
): Promise<JoinedFit> {
  context.signal.throwIfAborted();
  const request = TrainingRequest.parse({
    dataset: 'rows',
    target: { column: 'answer', over: null },
    task: data.task,
    algorithm: of.length > 1 ? 'auto' : of[0]?.algorithm,
    weights: 'weight',
    include: data.columns.map(({ name }) => name),
    split: { kind: 'column', column: 'part' },
    seed: context.seed,
    crossValidation: ensemble === 'bagging' ? { kind: 'kFold', folds: FOLDS } : null,
    calibration: calibration ?? 'none',
    ensemble: ensemble ?? 'none',
  });
  const rows = await rowsOf(data, request, context);
  const folds = trialFolds(rows, request, { outer: null, judges: 'inner' });
  // What a listener throws ends a job; a trial would be said to have failed of it.
  const thrown: unknown[] = [];
  const heard = <T>(tell: () => T): T => {
    try {
      return tell();
    } catch (error) {
      thrown.push(error);
      throw error;
    }
  };
  const measure: FitContext['measure'] = (step, series) => heard(() => context.measure(step, series));
  const trials: EndedTrial[] = [];
  for (const [index, { algorithm, params: quick }] of of.entries()) {
    const trial = { trial: index + 1, algorithm, params: index === 0 ? params : quick, rung: 0, share: 1 };
    const item = { ...trial, outer: null, judges: 'inner' as const };
    const outcome = await runTrial(rows, folds, item, { ...context, measure, endsAt: Number.POSITIVE_INFINITY });
    if (outcome.error) throw thrown[0] ?? fromWire(outcome.error);
    trials.push({ item, outcome, atSeconds: 0 });
  }
  const [chosen] = trials;
  if (!chosen) throw new RangeError('Nothing was tried.');
  const job: TaskContext = {
    ...context,
    shouldKeepBest: context.shouldStop,
    // A fit of an ensemble does not ask whether it should stop; who keeps its checkpoints listens there.
    progress: () => void context.shouldStop(),
    measure: ({ step, series }) => context.measure(step, series),
    tried: () => undefined,
    holds: async () => undefined,
  };
  const options = { seed: context.seed, endsAt: Number.POSITIVE_INFINITY, providers: ['cpu' as const], context: job };
  const made = await fitEnsemble(rows, { trials, chosen, request }, options);
  const plain = made.final.fitted.onnx;
  const corrected = await calibrateFinal(rows, plain, {
    request,
    answers: made.answers,
    isOutOfFold: chosen.outcome.folds !== null,
  });
  const manifest = made.manifest?.kind === 'stacking' ? made.manifest : null;
  const memberOf = (algorithm: string, on: TrainingData, folder: string) => ({
    tested: of.find((one) => one.algorithm === algorithm) ?? of[0],
    data: on,
    folder,
  });
  const whole = rows.data(rows.allRows, new Uint32Array());
  const members =
    ensemble === 'bagging'
      ? folds.map(({ train, validation }, fold) =>
          memberOf(chosen.item.algorithm, rows.data(train, validation), `${chosen.item.algorithm}-fold-${fold}`),
        )
      : (manifest?.members ?? []).map(({ algorithm }) => memberOf(algorithm, whole, `${algorithm}-all-rows`));
  return {
    onnx: corrected.onnx,
    plain,
    params: chosen.outcome.params,
    rowsSeen: made.final.rowsSeen,
    stoppedBecause: `${chosen.outcome.stoppedBecause}; ${made.final.stoppedBecause}`,
    members: members.flatMap(({ tested, ...rest }) => (tested ? [{ tested, ...rest }] : [])),
    stack: manifest && {
      weights: manifest.weights.map((list) => Float64Array.from(list)),
      intercepts: Float64Array.from(manifest.intercepts),
    },
    calibration: corrected.curves && calibrationOf(corrected.curves),
  };
}

const isJoined = (fitted: TestedFit): fitted is JoinedFit => 'members' in fitted;

const joined = (name: string, asked: Asked & { readonly tasks: TestedEstimator['tasks'] }): TestedEstimator => {
  const [first] = asked.of;
  if (!first) throw new RangeError('It is made of nothing.');
  return {
    ...first,
    name,
    tasks: asked.tasks,
    // Steps of a curve that bends anywhere are as steep as rows are near each other.
    tolerance: 2e-5,
    data: async (task) => {
      const data = await first.data(task);
      return { ...data, classes: CLASSES[data.task] ?? data.classes };
    },
    fit: (data, params, context) => joinedFit(data, params, { ...asked, context }),
    randomRows: async ({ data, fitted, folder }, count) => {
      const member = isJoined(fitted) ? fitted.members[0] : undefined;
      if (!member) return onExampleRows(first.algorithm, 0).randomRows({ data, fitted, folder }, count);
      const ended = { data: member.data, fitted, folder: join(folder, member.folder) };
      return member.tested.randomRows(ended, count);
    },
    async answers({ data, fitted, folder }, frame) {
      if (!isJoined(fitted)) throw new Error('It was made of nothing.');
      const { members, stack, plain, calibration } = fitted;
      const classes = data.classes?.length ?? 1;
      if (calibration) {
        const probabilities = numbersOf(await scoreFrame(plain, frame));
        return calibrate(calibration, { probabilities, classes });
      }
      const each = await Promise.all(
        members.map(({ tested, data: on, folder: own }) =>
          tested.answers({ data: on, fitted, folder: join(folder, own) }, frame),
        ),
      );
      if (stack === null)
        return (each[0] ?? new Float64Array()).map(
          (_, at) => each.reduce((sum, answers) => sum + (answers[at] ?? Number.NaN), 0) / each.length,
        );
      const scores = each.map(
        (answers): Scores =>
          data.classes === null
            ? { kind: 'numbers', predictions: Float32Array.from(answers) }
            : { kind: 'classes', classes, probabilities: Float32Array.from(answers), labels: [] },
      );
      return Float64Array.from(numbersOf(stackAnswers(stack, scores)));
    },
  };
};

const boosted: TestedEstimator = {
  ...boosting,
  data: onExampleRows('boosting', 500).data,
  params: { rounds: 8, learningRate: 0.4, leaves: 8 },
};
const grown: TestedEstimator = { ...forestOf('forest'), params: { trees: 4, leaves: 16 } };

/** Several models as one, and models whose answers are corrected, as a training job makes them. */
export const JOINED_ESTIMATORS: readonly TestedEstimator[] = [
  joined('bagging of folds', { of: [boosted], ensemble: 'bagging', tasks: ['binary', 'multiclass', 'regression'] }),
  joined('stacking', { of: [boosted, grown], ensemble: 'stacking', tasks: ['binary', 'multiclass', 'regression'] }),
  ...(['temperature', 'platt', 'beta', 'histogram', 'isotonic'] as const).map((calibration) =>
    joined(`calibration by ${calibration}`, { of: [boosted], calibration, tasks: ['binary', 'multiclass'] }),
  ),
  joined('bagging of folds, calibrated', {
    of: [boosted],
    ensemble: 'bagging',
    calibration: 'platt',
    tasks: ['multiclass'],
  }),
];
