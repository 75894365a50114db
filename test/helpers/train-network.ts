/**
 * Fits a network on made rows in a process of its own, which a test may kill: `train-network.ts FOLDER EPOCHS ROWS`. Prints
 * one JSON line: the model's hash, why it stopped, and the resident memory after each epoch.
 */
import { createHash } from 'node:crypto';
import { network } from '../../electron/compute/train/estimators/network.ts';
import { rest } from './breakable-fit.ts';
import { exampleRows } from './example-fits.ts';

const [folder = '', epochs = '1', rows = '1000'] = process.argv.slice(2);
const memory: number[] = [];
const fitted = await network.fit(
  {
    task: 'binary',
    classes: ['no', 'yes'],
    columns: [
      { name: 'a number', type: 'number' },
      { name: 'b', type: 'number' },
      { name: 'word', type: 'text' },
    ],
    train: exampleRows(Number(rows), 'binary', 1),
    validation: exampleRows(500, 'binary', 2),
  },
  { epochs: Number(epochs), patience: 10_000, hidden: [64, 32], batchRows: 64, schedule: 'onPlateau' },
  {
    seed: 3,
    threads: 2,
    signal: new AbortController().signal,
    folder,
    budgetMs: Number.POSITIVE_INFINITY,
    shouldStop: () => {
      rest();
      return false;
    },
    progress: () => undefined,
    measure: () => memory.push(process.memoryUsage.rss()),
    log: () => undefined,
  },
);
const hash = createHash('sha256').update(fitted.onnx).digest('hex');
process.stdout.write(`${JSON.stringify({ hash, stoppedBecause: fitted.stoppedBecause, memory })}\n`, () =>
  process.exit(0),
);
