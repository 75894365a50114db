import { readFileSync } from 'node:fs';
import { fromBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema } from 'onnx-buf';
import { describe, it } from 'vitest';
import { accumulatedEffects } from '../../electron/compute/explain/accumulated-effects.ts';
import { scoresOf } from '../../electron/compute/explain/explained-trees.ts';
import { partialDependence } from '../../electron/compute/explain/partial-dependence.ts';
import { permutationImportance } from '../../electron/compute/explain/permutation-importance.ts';
import { shapleyByAsking } from '../../electron/compute/explain/shapley-by-asking.ts';
import type { Frame } from '../../electron/compute/frame/frame.ts';
import { interventionalGames } from '../../electron/compute/trees/explaining/interventional-games.ts';
import { leftSharesOf, pathDependentGames } from '../../electron/compute/trees/explaining/leaf-game.ts';
import { TreeExplainer } from '../../electron/compute/trees/explaining/tree-explainer.ts';
import { isEnsembleNode, readEnsemble } from '../../electron/compute/trees/import/read-ensemble.ts';
import { rawScores, type TreeEnsemble } from '../../electron/compute/trees/tree.ts';
import { type Dump, ensembleOfDump } from '../helpers/dumped-ensembles.ts';
import {
  type Arguments,
  expectCase,
  folderCases,
  type GoldenCase,
  matrixOf,
  numberOf,
  vectorOf,
} from './golden-cases.ts';

const FOLDER = new URL('./data/explain/', import.meta.url);

const bytesOf = (path: unknown): Buffer => readFileSync(new URL(String(path), FOLDER));

/** Base scores as the exported model has them: a library's dump does not hold scikit-learn's first log-odds. */
function baseOf(model: unknown, classes: number): Float64Array {
  const node = fromBinary(ModelProtoSchema, bytesOf(model)).graph?.node.find(isEnsembleNode);
  const base = new Float64Array(classes);
  if (node) base.set([...readEnsemble(node).baseValues].slice(-classes));
  return base;
}

function dumpedEnsemble(input: Arguments, features: number): TreeEnsemble {
  const dump: Dump = JSON.parse(bytesOf(input['dump']).toString());
  return ensembleOfDump(dump, features, baseOf(input['model'], dump.num_tree_per_iteration ?? 1));
}

/** Rows of numbers as columns of floats. */
function columnsOf(rows: readonly Float64Array[]): Float32Array[] {
  return Array.from(rows[0] ?? [], (_, feature) => Float32Array.from(rows, (row) => row[feature] ?? Number.NaN));
}

async function treeShap(input: Arguments, params: GoldenCase['params']): Promise<Record<string, unknown>> {
  const rows = matrixOf(input['x']);
  const features = rows[0]?.length ?? 0;
  const ensemble = dumpedEnsemble(input, features);
  const games =
    params['mode'] === 'interventional'
      ? interventionalGames(ensemble, Float32Array.from(matrixOf(input['background']).flatMap((row) => [...row])))
      : pathDependentGames(ensemble.trees.map(leftSharesOf));
  const explainer = TreeExplainer.open(ensemble, games);
  if (!explainer) throw new Error('the kernel refuses the ensemble');
  const { classes } = ensemble;
  const values = explainer.explain(columnsOf(rows), rows.length);
  const at = (row: number, feature: number, k: number): number => values[(row * classes + k) * features + feature] ?? 0;
  await explainer.close();
  return {
    baseValue: classes === 1 ? explainer.expected[0] : [...explainer.expected],
    values: rows.map((row, r) =>
      [...row].map((_, f) => (classes === 1 ? at(r, f, 0) : Array.from({ length: classes }, (_, k) => at(r, f, k)))),
    ),
  };
}

const frameOf = (rows: readonly Float64Array[]): Frame => ({
  rows: rows.length,
  columns: new Map(
    columnsOf(rows).map((values, at) => [String(at), { kind: 'number', values: Float64Array.from(values) }]),
  ),
});

const cellsOf = (frame: Frame): Float64Array[] =>
  Array.from({ length: frame.rows }, (_, row) =>
    Float64Array.from(frame.columns.values(), (column) =>
      column.kind === 'number' ? (column.values[row] ?? Number.NaN) : Number.NaN,
    ),
  );

/** A linear model's answers, or a logistic one's where its columns are standardised. */
async function kernelShap(input: Arguments): Promise<Record<string, unknown>> {
  const [coefficients, intercept] = [vectorOf(input['coefficients']), numberOf(input['intercept'])];
  const isLogistic = input['mean'] !== undefined;
  const [mean, scale] = [vectorOf(input['mean']), vectorOf(input['scale'])];
  const frame = frameOf(matrixOf(input['x']));
  const found = await shapleyByAsking(frame, {
    columns: [...frame.columns.keys()],
    background: frameOf(matrixOf(input['background'])),
    outputs: 1,
    seed: 0,
    score: async (rows) =>
      Float64Array.from(cellsOf(rows), (cells) => {
        const sum = cells.reduce(
          (all, value, at) => all + (coefficients[at] ?? 0) * ((value - (mean[at] ?? 0)) / (scale[at] ?? 1)),
          intercept,
        );
        return isLogistic ? 1 / (1 + Math.exp(-sum)) : sum;
      }),
  });
  const width = found.columns.length;
  return {
    baseValue: found.base[0],
    values: Array.from({ length: frame.rows }, (_, row) => found.values.subarray(row * width, (row + 1) * width)),
  };
}

/** The exported ensemble of a case, and its rows. */
function exportedEnsemble(input: Arguments) {
  const rows = matrixOf(input['x']);
  const node = fromBinary(ModelProtoSchema, bytesOf(input['model'])).graph?.node.find(isEnsembleNode);
  const ensemble = node && scoresOf(readEnsemble(node, rows[0]?.length));
  if (!ensemble) throw new Error('no trees that are sums');
  const score = (of: Frame) => rawScores(ensemble, Float32Array.from(cellsOf(of).flatMap((cells) => [...cells])));
  return { frame: frameOf(rows), score };
}

/** The rise of RMSE, or of its square, of an exported ensemble. */
async function shuffledRise(input: Arguments, params: GoldenCase['params']): Promise<Record<string, unknown>> {
  const { frame, score } = exportedEnsemble(input);
  const label = vectorOf(input['label']);
  const found = await permutationImportance(frame, {
    columns: [...frame.columns.keys()],
    repeats: 50,
    seed: 1,
    loss: async (of) => {
      const scores = score(of);
      const squares = scores.reduce((sum, score, row) => sum + (score - (label[row] ?? 0)) ** 2, 0) / scores.length;
      return params['metric'] === 'mse' ? squares : Math.sqrt(squares);
    },
  });
  return { mean: [...frame.columns.keys()].map((name) => found.find(({ column }) => column === name)?.rise) };
}

/** Of an exported ensemble: how a column is moved, and the ensemble asked. */
function movedColumn(input: Arguments, params: GoldenCase['params']) {
  const { frame, score } = exportedEnsemble(input);
  const column = String(params['feature']);
  return { frame, options: { column, outputs: 1, score: async (of: Frame) => Float64Array.from(score(of)) } };
}

async function dependence(input: Arguments, params: GoldenCase['params']): Promise<Record<string, unknown>> {
  const { frame, options } = movedColumn(input, params);
  const [low, high] = vectorOf(params['percentiles']);
  const { grid, average, individual } = await partialDependence(frame, {
    ...options,
    resolution: numberOf(params['gridResolution']),
    percentiles: [low ?? 0, high ?? 1],
  });
  const ofRow = (row: number) => Float64Array.from(grid.keys(), (step) => individual[step * frame.rows + row] ?? 0);
  return { grid, average, individualFirst10: Array.from({ length: 10 }, (_, row) => ofRow(row)) };
}

async function accumulated(input: Arguments, params: GoldenCase['params']): Promise<Record<string, unknown>> {
  const { frame, options } = movedColumn(input, params);
  return { ...(await accumulatedEffects(frame, { ...options, bins: numberOf(params['bins']) })) };
}

const FUNCTIONS: Readonly<
  Record<string, (input: Arguments, params: GoldenCase['params']) => Promise<Record<string, unknown>>>
> = {
  treeShap,
  kernelShap,
  permutationImportance: shuffledRise,
  partialDependence: dependence,
  accumulatedLocalEffects: accumulated,
};

describe('explanations', () => {
  it.each(
    folderCases(FOLDER)
      .filter(({ golden }) => FUNCTIONS[golden.function] !== undefined)
      .map((one) => [one.golden.id, one] as const),
  )('equal those of an independent library: %s', async (_, { golden, input }) => {
    expectCase(golden, (await FUNCTIONS[golden.function]?.(input(), golden.params)) ?? null);
  });
});
