/**
 * Fits a network on made rows in a process of its own: `train-network.ts FOLDER EPOCHS ROWS`. Prints the resident memory after
 * each epoch as one JSON line.
 */
import { network } from '../../electron/compute/train/estimators/network.ts';
import { contextIn, exampleData } from './example-fits.ts';

const [folder = '', epochs = '1', rows = '1000'] = process.argv.slice(2);
const memory: number[] = [];
await network.fit(
  exampleData('binary', Number(rows)),
  { epochs: Number(epochs), patience: 10_000, hidden: [64, 32], batchRows: 64, schedule: 'onPlateau' },
  contextIn(folder, { measure: () => memory.push(process.memoryUsage.rss()) }),
);
process.stdout.write(`${JSON.stringify(memory)}\n`, () => process.exit(0));
