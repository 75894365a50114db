/** `node fit-process.ts FOLDER ALGORITHM PARAMS`: fits the example in a folder; prints what it logs, then the model's hash. */
import { createHash } from 'node:crypto';
import { estimatorOf } from '../../electron/compute/train/estimators.ts';
import { rest } from './breakable-fit.ts';
import { exampleData } from './example-fits.ts';

const [folder = '', algorithm = '', params = '{}'] = process.argv.slice(2);
const silent = () => undefined;
const fitted = await estimatorOf(algorithm).fit(exampleData('binary', 30_000), JSON.parse(params), {
  seed: 5,
  threads: 2,
  signal: new AbortController().signal,
  folder,
  budgetMs: Number.POSITIVE_INFINITY,
  shouldStop: () => {
    rest();
    return false;
  },
  progress: silent,
  measure: silent,
  log: (line) => console.log(line),
});
console.log(`model ${createHash('sha256').update(fitted.onnx).digest('hex')}`);
