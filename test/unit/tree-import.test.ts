import { create, toBinary } from '@bufbuild/protobuf';
import {
  type AttributeProto,
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProto_DataType,
  TensorProtoSchema,
} from 'onnx-buf';
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import {
  type AttributeValue,
  FLOAT,
  INT64,
  makeAttribute,
  makeValueInfo,
} from '../../electron/compute/onnx/graph-builder.ts';
import { floatAtMost, floatBelow, floatUnder } from '../../electron/compute/trees/import/float-bounds.ts';
import { openTreeGraph } from '../../electron/compute/trees/import/open-tree-graph.ts';
import { readEnsemble } from '../../electron/compute/trees/import/read-ensemble.ts';
import { AWKWARD_FLOATS, seededUnit } from '../helpers/random-ensembles.ts';

const FEATURES = 3;
const ROWS = 120;
const MODES = ['LEQ', 'LT', 'GTE', 'GT', 'EQ', 'NEQ'];

/** Choices that are the same at every run. */
class Dice {
  readonly unit: () => number;
  constructor(seed: number) {
    this.unit = seededUnit(Math.imul(seed, 2654435761));
  }
  below = (count: number): number => Math.floor(this.unit() * count);
  of = <T>(items: readonly T[]): T => items[this.below(items.length)] as T;
  isLikely = (share: number): boolean => this.unit() < share;
  float = (): number => (this.isLikely(0.6) ? this.of(AWKWARD_FLOATS) : Math.fround((this.unit() - 0.5) * 4));
  rows = (): Float32Array =>
    Float32Array.from({ length: ROWS * FEATURES }, () => (this.isLikely(0.15) ? Number.NaN : this.float()));
}

type Attributes = Record<string, AttributeValue | { readonly tensor: TensorProto }>;

const attributeOf = (name: string, value: Attributes[string]): AttributeProto =>
  typeof value === 'object' && 'tensor' in value
    ? create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.TENSOR, t: value.tensor })
    : makeAttribute(name, value);

function modelOf(node: NodeProto, targets: number): Uint8Array {
  const isClassifier = node.opType === 'TreeEnsembleClassifier';
  const graph = create(GraphProtoSchema, {
    name: 'trees',
    node: [node],
    input: [makeValueInfo('x', FLOAT, ['N', FEATURES])],
    output: [
      ...(isClassifier ? [makeValueInfo('label', INT64, ['N'])] : []),
      makeValueInfo('scores', FLOAT, ['N', targets]),
    ],
  });
  const version = node.opType === 'TreeEnsemble' ? 5n : 3n;
  const opsetImport = [
    { domain: '', version: 17n },
    { domain: 'ai.onnx.ml', version },
  ];
  return toBinary(ModelProtoSchema, create(ModelProtoSchema, { irVersion: 8n, opsetImport, graph }));
}

const nodeOf = (opType: string, attributes: Attributes): NodeProto =>
  create(NodeProtoSchema, {
    opType,
    domain: 'ai.onnx.ml',
    input: ['x'],
    output: opType === 'TreeEnsembleClassifier' ? ['label', 'scores'] : ['scores'],
    attribute: Object.entries(attributes).map(([name, value]) => attributeOf(name, value)),
  });

/** Random trees of a regressor or classifier, ai.onnx.ml 3: all branch modes, aggregates, transforms, base values. */
function numberedNode(dice: Dice): { node: NodeProto; targets: number } {
  const kind = dice.of(['regressor', 'oneScore', 'classes'] as const);
  const targets = kind === 'oneScore' ? 2 : kind === 'classes' ? dice.of([3, 4]) : dice.of([1, 1, 2, 3]);
  const nodes = {
    treeids: [],
    nodeids: [],
    featureids: [],
    values: [],
    truenodeids: [],
    falsenodeids: [],
    missing_value_tracks_true: [],
  } as Record<string, number[]>;
  const modes: string[] = [];
  const leaves = { treeids: [], nodeids: [], ids: [], weights: [] } as Record<string, number[]>;
  const arePositive = dice.isLikely(0.5);
  const onlyMode = dice.isLikely(0.5) ? dice.of(MODES) : null;
  const hasMissing = dice.isLikely(0.6);
  const treeCount = 1 + dice.below(4);
  const put = (lists: Record<string, number[]>, values: Record<string, number>): void => {
    for (const [name, value] of Object.entries(values)) lists[name]?.push(value);
  };
  for (let tree = 0; tree < treeCount; tree++) {
    let next = 1;
    const stack = [{ id: 0, depth: 0 }];
    for (let step = stack.pop(); step; step = stack.pop()) {
      const { id, depth } = step;
      const isLeaf = depth > dice.below(5);
      modes.push(isLeaf ? 'LEAF' : `BRANCH_${onlyMode ?? dice.of(MODES)}`);
      const [yes, no] = isLeaf ? [0, 0] : [next++, next++];
      put(nodes, {
        treeids: tree,
        nodeids: id,
        featureids: dice.below(FEATURES),
        values: dice.float(),
        truenodeids: yes,
        falsenodeids: no,
      });
      put(nodes, { missing_value_tracks_true: Number(hasMissing && dice.isLikely(0.5)) });
      if (!isLeaf) {
        stack.push({ id: yes, depth: depth + 1 }, { id: no, depth: depth + 1 });
        continue;
      }
      const spoken = kind === 'oneScore' ? [0] : Array.from({ length: targets }, (_, k) => k);
      const some = kind === 'regressor' && dice.isLikely(0.2) ? [dice.of(spoken)] : spoken;
      for (const target of some)
        put(leaves, {
          treeids: tree,
          nodeids: id,
          ids: target,
          weights: Math.fround(dice.unit() - (arePositive ? 0 : 0.5)),
        });
    }
  }
  const isClassifier = kind !== 'regressor';
  const prefix = isClassifier ? 'class' : 'target';
  const named = (start: string, lists: Record<string, number[]>): Attributes =>
    Object.fromEntries(
      Object.entries(lists).map(([name, list]) => [
        `${start}_${name}`,
        name === 'values' || name === 'weights' ? Float32Array.from(list) : list,
      ]),
    );
  const attributes: Attributes = {
    ...named('nodes', nodes),
    ...named(prefix, leaves),
    nodes_modes: modes,
    post_transform: dice.of(['NONE', 'SOFTMAX', 'LOGISTIC', 'SOFTMAX_ZERO']),
    ...(isClassifier
      ? { classlabels_int64s: Array.from({ length: targets }, (_, k) => k * 10) }
      : { n_targets: targets, aggregate_function: dice.of(['SUM', 'AVERAGE', 'MIN', 'MAX']) }),
    ...(dice.isLikely(0.5)
      ? { base_values: Float32Array.from({ length: kind === 'oneScore' ? 1 : targets }, () => 0.125) }
      : {}),
  };
  return { node: nodeOf(isClassifier ? 'TreeEnsembleClassifier' : 'TreeEnsembleRegressor', attributes), targets };
}

/** Random trees of a TreeEnsemble, ai.onnx.ml 5, membership tests among them. */
function rootedNode(dice: Dice): { node: NodeProto; targets: number } {
  const targets = dice.of([1, 2, 3]);
  const rows: {
    feature: number;
    mode: number;
    split: number;
    missing: number;
    yes: number;
    no: number;
    isYesLeaf: number;
    isNoLeaf: number;
  }[] = [];
  const leafTargets: number[] = [];
  const leafWeights: number[] = [];
  const members: number[] = [];
  const leaf = (): number => {
    leafTargets.push(dice.below(targets));
    return leafWeights.push(Math.fround(dice.unit() - 0.5)) - 1;
  };
  const onlyMode = dice.isLikely(0.4) ? dice.of([0, 4, 6]) : null;
  const grow = (depth: number): number => {
    const mode = onlyMode ?? dice.below(7);
    const isYesLeaf = Number(depth === 0 || dice.isLikely(0.3));
    const isNoLeaf = Number(depth === 0 || dice.isLikely(0.3));
    const row = {
      feature: dice.below(FEATURES),
      mode,
      split: dice.float(),
      missing: Number(dice.isLikely(0.3)),
      yes: 0,
      no: 0,
      isYesLeaf,
      isNoLeaf,
    };
    const at = rows.push(row) - 1;
    if (mode === 6) members.push(at);
    row.yes = isYesLeaf ? leaf() : grow(depth - 1);
    row.no = isNoLeaf ? leaf() : grow(depth - 1);
    return at;
  };
  const roots = Array.from({ length: 1 + dice.below(4) }, () => grow(dice.below(5)));
  const lists = members
    .sort((a, b) => a - b)
    .flatMap(() =>
      [...new Set(Array.from({ length: 1 + dice.below(4) }, () => dice.of([0, 1, 2, 3, 5, 40, 100])))].concat(
        Number.NaN,
      ),
    );
  const tensor = (values: readonly number[]) => ({
    tensor: create(TensorProtoSchema, { dataType: FLOAT, dims: [BigInt(values.length)], floatData: [...values] }),
  });
  const modes = create(TensorProtoSchema, {
    dataType: TensorProto_DataType.UINT8,
    dims: [BigInt(rows.length)],
    rawData: Uint8Array.from(rows, ({ mode }) => mode),
  });
  const node = nodeOf('TreeEnsemble', {
    n_targets: targets,
    aggregate_function: dice.of([0, 1, 2, 3]),
    post_transform: dice.of([0, 1, 2, 3]),
    tree_roots: roots,
    nodes_featureids: rows.map(({ feature }) => feature),
    nodes_modes: { tensor: modes },
    nodes_splits: tensor(rows.map(({ split }) => split)),
    nodes_truenodeids: rows.map(({ yes }) => yes),
    nodes_falsenodeids: rows.map(({ no }) => no),
    nodes_trueleafs: rows.map(({ isYesLeaf }) => isYesLeaf),
    nodes_falseleafs: rows.map(({ isNoLeaf }) => isNoLeaf),
    nodes_missing_value_tracks_true: rows.map(({ missing }) => missing),
    leaf_targetids: leafTargets,
    leaf_weights: tensor(leafWeights),
    ...(lists.length > 0 ? { membership_values: tensor(lists) } : {}),
  });
  return { node, targets };
}

async function expectEqualToRuntime(node: NodeProto, targets: number, x: Float32Array): Promise<void> {
  const model = modelOf(node, targets);
  const session = await ort.InferenceSession.create(model, { logSeverityLevel: 4 });
  const graph = await openTreeGraph(model);
  if (typeof graph === 'string') throw new Error(graph);
  const feeds = { x: new ort.Tensor('float32', x, [ROWS, FEATURES]) };
  const [theirs, ours] = [await session.run(feeds), (await graph?.run(feeds)) ?? {}];
  expect(ours['label']?.data).toEqual(theirs['label']?.data);
  const [got, wanted] = [ours['scores']?.data, theirs['scores']?.data];
  if (!(got instanceof Float32Array && wanted instanceof Float32Array)) throw new Error('no scores');
  expect(got).toHaveLength(wanted.length);
  const far = wanted.findIndex(
    (value, i) =>
      !(Object.is(value, got[i]) || Math.abs(value - (got[i] ?? Number.NaN)) <= 2e-6 * (1 + Math.abs(value))),
  );
  expect(far, `${node.opType} row ${Math.floor(far / targets)}: ${got[far]} is not ${wanted[far]}`).toBe(-1);
  await graph?.close();
  await session.release();
}

describe('tree ensembles of ai.onnx.ml', () => {
  it('versions 1 to 3 answer as ONNX Runtime does, for every branch mode, aggregate, transform and base value', async () => {
    for (let seed = 1; seed <= 150; seed++) {
      const dice = new Dice(seed);
      const { node, targets } = numberedNode(dice);
      await expectEqualToRuntime(node, targets, dice.rows());
    }
  });

  it('version 5 answers as ONNX Runtime does, membership included', async () => {
    for (let seed = 1; seed <= 150; seed++) {
      const dice = new Dice(seed);
      const { node, targets } = rootedNode(dice);
      // ONNX Runtime 1.30 cuts the fraction off a value before it looks for it among members; the standard does not.
      const x = dice.rows().map((value) => (Number.isFinite(value) ? Math.trunc(value) : value));
      await expectEqualToRuntime(node, targets, x);
    }
  });

  it('with lists that contradict each other are refused, saying what is wrong', () => {
    const good: Attributes = {
      nodes_treeids: [0, 0, 0],
      nodes_nodeids: [0, 1, 2],
      nodes_featureids: [0, 0, 0],
      nodes_modes: ['BRANCH_LEQ', 'LEAF', 'LEAF'],
      nodes_values: Float32Array.of(1, 0, 0),
      nodes_truenodeids: [1, 0, 0],
      nodes_falsenodeids: [2, 0, 0],
      target_treeids: [0, 0],
      target_nodeids: [1, 2],
      target_ids: [0, 0],
      target_weights: Float32Array.of(1, 2),
    };
    const read = (changed: Attributes) => () =>
      readEnsemble(nodeOf('TreeEnsembleRegressor', { ...good, ...changed }), 1);
    expect(read({})).not.toThrow();
    expect(read({ nodes_falsenodeids: [9, 0, 0] })).toThrow('tree 0 has no node 9');
    expect(read({ nodes_modes: ['BRANCH_NEAR', 'LEAF', 'LEAF'] })).toThrow('no branch mode "NEAR"');
    expect(read({ nodes_featureids: [5, 0, 0] })).toThrow('feature 5 of 1');
    expect(read({ target_ids: [0, 3] })).toThrow('target 3 of 1');
    expect(read({ nodes_values: Float32Array.of(1) })).toThrow('differ in length');
    const circle = {
      nodes_modes: ['BRANCH_LEQ', 'BRANCH_LEQ', 'LEAF'],
      nodes_truenodeids: [1, 1, 0],
      nodes_falsenodeids: [2, 2, 0],
    };
    expect(read({ ...circle, target_nodeids: [2, 2] })).toThrow('leads back');
  });
});

describe('bounds as floats', () => {
  it('send every float the way the double bound does', () => {
    const unit = seededUnit(3);
    const bounds = [
      0.1,
      1e300,
      -1e300,
      1e-300,
      -1e-300,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      ...AWKWARD_FLOATS,
    ];
    for (let i = 0; i < 200; i++) bounds.push((unit() - 0.5) * 10 ** Math.floor(unit() * 20 - 10));
    for (const bound of bounds) {
      const near = Math.fround(bound);
      for (const value of [near, floatBelow(near), -floatBelow(-near), ...AWKWARD_FLOATS].filter(
        (one) => !Number.isNaN(one),
      )) {
        expect(value <= floatAtMost(bound), `${value} <= ${bound}`).toBe(value <= bound);
        expect(value <= floatUnder(bound), `${value} < ${bound}`).toBe(value < bound);
      }
    }
  });
});
