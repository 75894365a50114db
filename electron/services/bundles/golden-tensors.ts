import type { BundleInput } from '../../../shared/bundle-format.ts';
import { AppError } from '../../../shared/errors.ts';
import { seededRandom } from '../../compute/train/seeded-random.ts';
import type { GoldenCell, GoldenRow } from './golden-rows.ts';

/** A free dimension of a tensor gets this size. */
const FREE_SIZE = 8;
const DRAWN = 12;

/** One row's part of a tensor, filled by a function of the place. */
function block({ shape, datatype }: BundleInput, value: () => number): GoldenCell {
  const sizes = shape.slice(1).map((size) => (size < 0 ? FREE_SIZE : size));
  if (datatype === 'BYTES') return `word ${Math.round(value() * 10)}`;
  const count = sizes.reduce((product, size) => product * size, 1);
  const isReal = datatype.startsWith('FP');
  const data = Array.from({ length: count }, () => (isReal ? Math.fround(value()) : Math.abs(Math.round(value()))));
  return { shape: sizes, data };
}

/**
 * Requests for a model of any tensors whose first dimension counts rows, or is the one row it takes at a time: zeros, ones, and numbers drawn from -1 to 1 (0 or 1
 * where whole ones are asked for); the same for the same model. Throws MODEL_INVALID for inputs that no request can fill.
 */
export function goldenTensors(inputs: readonly BundleInput[]): GoldenRow[] {
  const odd = inputs.find(
    ({ shape: [rows, ...sizes], datatype }) =>
      (rows !== -1 && rows !== 1) || (datatype === 'BYTES' && sizes.length !== 1),
  );
  if (odd)
    throw new AppError('MODEL_INVALID', {
      message: `The first dimension of "${odd.name}" [${odd.shape.join(', ')}] does not count rows, so the server cannot take it.`,
      remedy: 'Save the model with a first dimension that is free, or 1 for a row at a time.',
    });
  const random = seededRandom(1);
  const row = (note: string, value: () => number): GoldenRow => ({
    note,
    cells: inputs.map((input) => block(input, value)),
  });
  return [
    row('all zeros', () => 0),
    row('all ones', () => 1),
    ...Array.from({ length: DRAWN }, () => row('drawn numbers', () => 2 * random() - 1)),
  ];
}
