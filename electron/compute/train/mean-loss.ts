import { Tensor } from 'onnxruntime-node';
import type { StepEngine, TrainingRows } from './step-engine.ts';

/** Rows are judged in parts of about so many cells: what a network makes of them has to fit in memory beside it. */
const JUDGED_CELLS = 2 ** 20;
const FEWEST_ROWS = 64;

/** Mean weighted loss of parameters on rows that were not learnt from. `turn` lets messages in between two parts. */
export async function meanLoss(
  engine: StepEngine,
  parameters: Float32Array,
  { rows: all, turn }: { readonly rows: TrainingRows; turn(): Promise<void> },
): Promise<number> {
  let [sum, weight] = [0, 0];
  const cells = all.inputs.reduce((total, tensor) => total + tensor.size / all.rows, 0);
  const atOnce = Math.max(FEWEST_ROWS, Math.floor(JUDGED_CELLS / Math.max(1, cells)));
  for (let from = 0; from < all.rows; from += atOnce) {
    const some = rowsBetween(all, from, Math.min(all.rows, from + atOnce));
    await turn();
    for (const loss of await engine.judge(parameters, some)) sum += loss;
    if (some.weights) for (const one of some.weights.data as Float32Array) weight += one;
    else weight += some.rows;
  }
  return sum / weight;
}

function rowsBetween({ rows, inputs, answers, weights }: TrainingRows, from: number, to: number): TrainingRows {
  const cut = (tensor: Tensor): Tensor => {
    const each = tensor.size / rows;
    const data = tensor.data as Float32Array | Int32Array | BigInt64Array;
    return new Tensor(tensor.type, data.subarray(from * each, to * each), [to - from, ...tensor.dims.slice(1)]);
  };
  return { rows: to - from, inputs: inputs.map(cut), answers: cut(answers), weights: weights && cut(weights) };
}
