import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { elasticNet, lasso } from '../../electron/compute/linear/lasso.ts';
import { ridge } from '../../electron/compute/linear/least-squares.ts';
import type { RowMatrix } from '../../electron/compute/linear/linear-data.ts';
import { logistic } from '../../electron/compute/linear/logistic.ts';
import { multinomial } from '../../electron/compute/linear/multinomial.ts';
import { poisson } from '../../electron/compute/linear/poisson.ts';
import { quantile } from '../../electron/compute/linear/quantile.ts';
import { type Bench, type Peer, timed } from './bench.ts';

async function numbers(folder: string, name: string): Promise<Float64Array> {
  const bytes = await readFile(join(folder, name));
  return new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

interface Answered {
  readonly x: RowMatrix;
  readonly y: Float64Array;
}

/** One of the answers of a file beside the first rows and columns. */
const tall =
  (answer: number, mostRows = Number.POSITIVE_INFINITY, columns = 40) =>
  async (folder: string): Promise<Answered> => {
    const [cells, answers] = [await numbers(folder, 'tall-x.f64'), await numbers(folder, 'tall-y.f64')];
    const all = cells.length / 40;
    const rows = Math.min(all, mostRows);
    const values = new Float64Array(rows * columns);
    for (let row = 0; row < rows; row++) values.set(cells.subarray(row * 40, row * 40 + columns), row * columns);
    return { x: { rows, columns, values }, y: answers.slice(answer * all, answer * all + rows) };
  };

async function wide(folder: string): Promise<Answered> {
  const [values, y] = [await numbers(folder, 'wide-x.f64'), await numbers(folder, 'wide-y.f64')];
  return { x: { rows: y.length, columns: values.length / y.length, values }, y };
}

/** Columns with a mean of zero and a variance of one, as the peer's solver needs them. */
function scaled({ x: { rows, columns, values }, y }: Answered): Answered {
  const into = new Float64Array(values.length);
  for (let j = 0; j < columns; j++) {
    let [mean, squares] = [0, 0];
    for (let row = 0; row < rows; row++) mean += (values[row * columns + j] ?? 0) / rows;
    for (let row = 0; row < rows; row++) squares += ((values[row * columns + j] ?? 0) - mean) ** 2 / rows;
    for (let row = 0; row < rows; row++)
      into[row * columns + j] = ((values[row * columns + j] ?? 0) - mean) / Math.sqrt(squares);
  }
  return { x: { rows, columns, values: into }, y };
}

const [AMOUNT, COUNT, CLASS, YES, HUNDRED] = [0, 1, 2, 3, 4];
const DEFAULT = 'sklearn-default';

/** A model on made rows, its weights beside scikit-learn's. */
const model = (
  name: string,
  what: string,
  {
    data,
    fit,
    peers = ['sklearn'],
  }: {
    readonly data: (folder: string) => Promise<Answered>;
    readonly fit: (data: Answered) => { readonly coefficients: Float64Array | readonly Float64Array[] };
    readonly peers?: readonly string[];
  },
): Bench => ({
  name,
  target: `no slower than scikit-learn, equal to 1e-10 (${what})`,
  data: { kind: 'linear', rows: 100_000 },
  peers: peers.map((peer): Peer => ({ job: name, peer })),
  async ours(folder, repeat) {
    const rows = await data(folder);
    const { seconds, last } = await timed(repeat, () => fit(rows));
    const weights = [last.coefficients].flat().flatMap((part) => (typeof part === 'number' ? part : [...part]));
    return { seconds, rows: rows.x.rows, figures: { weights } };
  },
  accuracy(ours, peer) {
    const [mine, theirs] = [ours, peer].map(({ figures }) => figures['weights'] as readonly number[]);
    const most = (values: readonly number[]): number =>
      values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
    const apart = most((theirs ?? []).map((value, i) => value - (mine?.[i] ?? Number.NaN)));
    return `weights differ by ${(apart / most(theirs ?? [])).toExponential(1)} of the largest`;
  },
});

/** Every linear model that scikit-learn has too; logistic regression with squares has a line of its own. */
export const LINEAR_BENCHES: readonly Bench[] = [
  model('ridge', '40 columns', { data: tall(AMOUNT), fit: (data) => ridge(data, { alpha: 1 }) }),
  model('lasso', '40 columns; its defaults stop at fewer digits', {
    data: tall(AMOUNT),
    fit: (data) => lasso(data, { alpha: 0.1 }),
    peers: ['sklearn', DEFAULT],
  }),
  model('lasso-wide', '4,000 columns', { data: wide, fit: (data) => lasso(data, { alpha: 0.1 }) }),
  model('elastic-net', '40 columns', {
    data: tall(AMOUNT),
    fit: (data) => elasticNet(data, { alpha: 0.1, l1Ratio: 0.5 }),
  }),
  model('logistic-l1', '40 scaled columns', {
    data: async (folder) => scaled(await tall(YES)(folder)),
    fit: (data) => logistic(data, { C: 0.01, penalty: 'l1' }),
  }),
  model('multinomial', '40 columns, 5 classes', { data: tall(CLASS), fit: (data) => multinomial(data) }),
  model('multinomial-100', '20 scaled columns, 100 classes', {
    data: async (folder) => scaled(await tall(HUNDRED, 10_000, 20)(folder)),
    fit: (data) => multinomial(data),
  }),
  model('poisson', '40 columns', { data: tall(COUNT), fit: (data) => poisson(data, { alpha: 1e-3 }) }),
  model('quantile', '10 columns', {
    data: tall(AMOUNT, 10_000, 10),
    fit: (data) => quantile(data, { quantile: 0.8 }),
  }),
];
