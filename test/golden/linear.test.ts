import { describe, expect, it } from 'vitest';
import { LINEAR_MODELS, type LinearModelName } from '../../electron/compute/linear/linear-models.ts';
import { sigmoid } from '../../electron/compute/linear/smooth-model.ts';
import { type Arguments, expectCase, flatCases, folderCases, matrixOf, vectorOf } from './golden-cases.ts';

const FOLDER = new URL('./data/linear/', import.meta.url);

interface Fit {
  readonly coefficients: Float64Array | readonly Float64Array[];
  readonly intercept: number | Float64Array;
}
/** The models' parameters are checked by type where they are written; here they come from a file. */
const fitOf = (name: string, data: Arguments, params: unknown): Fit => {
  const model = LINEAR_MODELS[name as LinearModelName] as (data: unknown, params: unknown) => Fit;
  return model(data, params);
};
const dataOf = (input: Arguments, y: string, isWeighted: boolean) => ({
  x: matrixOf(input['x']),
  y: vectorOf(input[y]),
  weight: isWeighted ? vectorOf(input['weight']) : null,
});

/** The answer on the response scale for the first eight rows. */
function predictions(name: string, x: readonly Float64Array[], { coefficients, intercept }: Fit): unknown[] {
  return x.slice(0, 8).map((row) => {
    const score = (b: Float64Array, b0: number): number => row.reduce((sum, cell, j) => sum + cell * (b[j] ?? 0), b0);
    if (typeof intercept !== 'number') {
      const scores = [...intercept].map((b0, k) => score(coefficients[k] as Float64Array, b0));
      const top = Math.max(...scores);
      const total = scores.reduce((sum, z) => sum + Math.exp(z - top), 0);
      return scores.map((z) => Math.exp(z - top) / total);
    }
    const z = score(coefficients as Float64Array, intercept);
    return name === 'logistic' ? sigmoid(z) : name === 'poisson' || name === 'gamma' ? Math.exp(z) : z;
  });
}

describe('linear models of scikit-learn and statsmodels', () => {
  it.each(folderCases(FOLDER).map((one) => [one.golden.id, one] as const))('%s', (_, { golden, input }) => {
    const read = input();
    const data = dataOf(read, 'y', read['weight'] !== undefined);
    const fit = fitOf(golden.function, data, golden.params);
    expectCase(golden, { ...fit, predictions: predictions(golden.function, data.x, fit) });
  });
});

const MODEL_OF: Readonly<Record<string, readonly [LinearModelName, string]>> = {
  'least-squares': ['leastSquares', 'y'],
  ridge: ['ridge', 'y'],
  lasso: ['lasso', 'y'],
  'elastic-net': ['elasticNet', 'y'],
  logistic: ['logistic', 'binary'],
  multinomial: ['multinomial', 'classes'],
  poisson: ['poisson', 'counts'],
  quantile: ['quantile', 'y'],
};

describe('linear models of the second generator', () => {
  it.each(flatCases(FOLDER, 'flat.json').map((one) => [one.golden.id, one] as const))('%s', (_, { golden, input }) => {
    const [name, y] = Object.entries(MODEL_OF).find(([prefix]) => golden.id.startsWith(`linear/${prefix}`))?.[1] ?? [];
    expect(name).toBeDefined();
    const fit = fitOf(name ?? '', dataOf(input, y ?? '', golden.params['weighted'] === true), golden.params);
    // This generator writes the coefficients of two classes as one row.
    const isRow = name === 'logistic';
    expectCase(golden, isRow ? { coefficients: [fit.coefficients], intercept: [fit.intercept] } : { ...fit });
  });
});
