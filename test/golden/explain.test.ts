import { readFileSync } from 'node:fs';
import { fromBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema } from 'onnx-buf';
import { describe, it } from 'vitest';
import { interventionalGames } from '../../electron/compute/trees/explaining/interventional-games.ts';
import { leftSharesOf, pathDependentGames } from '../../electron/compute/trees/explaining/leaf-game.ts';
import { TreeExplainer } from '../../electron/compute/trees/explaining/tree-explainer.ts';
import { isEnsembleNode, readEnsemble } from '../../electron/compute/trees/import/read-ensemble.ts';
import type { TreeEnsemble } from '../../electron/compute/trees/tree.ts';
import { type Dump, ensembleOfDump } from '../helpers/dumped-ensembles.ts';
import { type Arguments, expectCase, folderCases, type GoldenCase, matrixOf } from './golden-cases.ts';

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

const FUNCTIONS: Readonly<
  Record<string, (input: Arguments, params: GoldenCase['params']) => Promise<Record<string, unknown>>>
> = { treeShap };

describe('explanations', () => {
  it.each(
    folderCases(FOLDER)
      .filter(({ golden }) => FUNCTIONS[golden.function] !== undefined)
      .map((one) => [one.golden.id, one] as const),
  )('equal those of an independent library: %s', async (_, { golden, input }) => {
    expectCase(golden, (await FUNCTIONS[golden.function]?.(input(), golden.params)) ?? null);
  });
});
