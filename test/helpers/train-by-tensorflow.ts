/**
 * Trains the same networks by ONNX Runtime and by TensorFlow.js, in a process of its own: TensorFlow.js is loaded once a
 * process, on its native part or on WebAssembly. Prints one JSON line.
 */
import type { FitContext } from '../../electron/compute/train/estimator.ts';
import { network } from '../../electron/compute/train/estimators/network.ts';
import { exampleData, exampleRows, inFolder, numbersOf, scoresOf } from './example-fits.ts';

const COMMON = { epochs: 3, hidden: [16, 16], batchRows: 64, isResidual: true };
const CASES = [
  { task: 'binary', params: { optimiser: 'adamw', schedule: 'cosine' } },
  { task: 'multiclass', params: { optimiser: 'sgd', momentum: 0.9, nesterov: true, embedAbove: 1, clipNorm: 1 } },
  { task: 'regression', params: { optimiser: 'rmsprop', loss: 'huber', clipValue: 0.5, schedule: 'oneCycle' } },
  { task: 'regression', params: { optimiser: 'adagrad', loss: 'quantile', quantile: 0.9, schedule: 'step' } },
] as const;

async function trained(engine: string, { task, params }: (typeof CASES)[number]) {
  const losses: number[] = [];
  const ran: string[] = [];
  const telling: Partial<FitContext> = {
    measure: (_, series) => losses.push(series['trainLoss'] ?? Number.NaN, series['validationLoss'] ?? Number.NaN),
    runsOn: (what) => ran.push(what),
  };
  const data = exampleData(task, 1500);
  const fitted = await inFolder((context) => network.fit(data, { ...COMMON, ...params, engine }, context), telling);
  const answers = numbersOf(await scoresOf(fitted.onnx, exampleRows(10_000, task, 9).features));
  return { losses, ran, engine: fitted.engine, answers };
}

/** A training in two parts, the second from the first one's checkpoint, beside one in a single part. */
async function resumes(): Promise<boolean> {
  const data = exampleData('binary', 800);
  const params = { ...COMMON, engine: 'tensorflow', patience: 50 };
  const whole = await inFolder((context) => network.fit(data, { ...params, epochs: 4 }, context));
  const parted = await inFolder(async (context) => {
    await network.fit(data, { ...params, epochs: 2 }, context);
    return network.fit(data, { ...params, epochs: 4 }, context);
  });
  return Buffer.from(whole.onnx).equals(Buffer.from(parted.onnx));
}

const results = [];
for (const one of CASES) {
  const [ours, theirs] = [await trained('onnx', one), await trained('tensorflow', one)];
  let farthest = 0;
  const scale = Math.max(...ours.answers.map(Math.abs));
  for (const [at, value] of ours.answers.entries())
    farthest = Math.max(farthest, Math.abs(value - (theirs.answers[at] ?? Number.NaN)) / scale);
  results.push({
    task: one.task,
    ours: ours.losses,
    theirs: theirs.losses,
    ran: theirs.ran,
    engine: theirs.engine,
    farthest,
  });
}
process.stdout.write(`${JSON.stringify({ results, isResumed: await resumes() })}\n`, () => process.exit(0));
