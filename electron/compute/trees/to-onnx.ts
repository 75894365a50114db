import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import {
  type AttributeProto,
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  TensorProto_DataType,
  TensorProtoSchema,
  ValueInfoProtoSchema,
} from 'onnx-buf';
import type { ColumnEncoding } from './table.ts';
import { OTHER_CODE } from './table.ts';
import type { TreeEnsemble } from './tree.ts';

type Attribute = number | string | readonly number[] | readonly string[] | Float32Array | BigInt64Array;
const text = new TextEncoder();

function attribute(name: string, value: Attribute): AttributeProto {
  const type = AttributeProto_AttributeType;
  if (typeof value === 'string')
    return create(AttributeProtoSchema, { name, type: type.STRING, s: text.encode(value) });
  if (typeof value === 'number') return create(AttributeProtoSchema, { name, type: type.INT, i: BigInt(value) });
  if (value instanceof Float32Array)
    return create(AttributeProtoSchema, { name, type: type.FLOATS, floats: [...value] });
  if (value instanceof BigInt64Array) return create(AttributeProtoSchema, { name, type: type.INTS, ints: [...value] });
  if (value.every((item) => typeof item === 'string'))
    return create(AttributeProtoSchema, {
      name,
      type: type.STRINGS,
      strings: value.map((item) => text.encode(String(item))),
    });
  return create(AttributeProtoSchema, { name, type: type.INTS, ints: value.map((item) => BigInt(item)) });
}
const node = (
  opType: string,
  input: string[],
  output: string[],
  attributes: Readonly<Record<string, Attribute>> = {},
  domain = '',
) =>
  create(NodeProtoSchema, {
    opType,
    input,
    output,
    domain,
    name: `${opType}_${output[0]}`,
    attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
  });
const shaped = (name: string, elemType: number, dims: readonly (number | string)[]) =>
  create(ValueInfoProtoSchema, {
    name,
    type: {
      value: {
        case: 'tensorType',
        value: {
          elemType,
          shape: {
            dim: dims.map(
              (dim) =>
                ({
                  value:
                    typeof dim === 'string'
                      ? { case: 'dimParam', value: dim }
                      : { case: 'dimValue', value: BigInt(dim) },
                }) as const,
            ),
          },
        },
      },
    },
  } as MessageInitShape<typeof ValueInfoProtoSchema>);
const FLOAT = TensorProto_DataType.FLOAT;
const STRING = TensorProto_DataType.STRING;

/**
 * The ensemble as one graph from raw columns, `[N,1]` float or string each, to `label` [N] and `probabilities` [N,C], or to
 * `prediction` [N,1]. Thresholds are the floats the trees were grown with, so every row falls into the same leaf. A
 * categorical split becomes a chain of equality tests that share their branches, as converters of other libraries write it.
 */
export function ensembleToOnnx(
  ensemble: TreeEnsemble,
  encodings: readonly ColumnEncoding[],
  classes: readonly string[] | null,
): Uint8Array {
  const nodes = [];
  const features: string[] = [];
  for (const [index, encoding] of encodings.entries()) {
    if (encoding.kind === 'number') {
      features.push(encoding.column);
      continue;
    }
    const code = `code_${index}`;
    nodes.push(
      node(
        'LabelEncoder',
        [encoding.column],
        [code],
        {
          keys_strings: [...encoding.words, ''],
          values_floats: Float32Array.from([...encoding.words.map((_, at) => at), Number.NaN]),
        },
        'ai.onnx.ml',
      ),
    );
    const encoder = nodes.at(-1);
    encoder?.attribute.push(
      create(AttributeProtoSchema, { name: 'default_float', type: AttributeProto_AttributeType.FLOAT, f: OTHER_CODE }),
    );
    features.push(code);
  }
  nodes.push(node('Concat', features, ['tree_features'], { axis: 1 }));
  nodes.push(node('TreeEnsembleRegressor', ['tree_features'], ['raw_scores'], treeAttributes(ensemble), 'ai.onnx.ml'));
  const initializers = [];
  const outputs = [];
  if (classes === null) {
    nodes.push(node('Identity', ['raw_scores'], ['prediction']));
    outputs.push(shaped('prediction', FLOAT, ['N', 1]));
  } else {
    if (ensemble.classes === 1) {
      initializers.push(create(TensorProtoSchema, { name: 'one', dataType: FLOAT, dims: [], floatData: [1] }));
      nodes.push(
        node('Sigmoid', ['raw_scores'], ['positive']),
        node('Sub', ['one', 'positive'], ['negative']),
        node('Concat', ['negative', 'positive'], ['probabilities'], { axis: 1 }),
      );
    } else nodes.push(node('Softmax', ['raw_scores'], ['probabilities'], { axis: 1 }));
    initializers.push(
      create(TensorProtoSchema, {
        name: 'class_labels',
        dataType: STRING,
        dims: [BigInt(classes.length)],
        stringData: classes.map((name) => text.encode(name)),
      }),
    );
    nodes.push(
      node('ArgMax', ['probabilities'], ['winner'], { axis: 1, keepdims: 0 }),
      node('Gather', ['class_labels', 'winner'], ['label']),
    );
    outputs.push(shaped('label', STRING, ['N']), shaped('probabilities', FLOAT, ['N', classes.length]));
  }
  const graph = create(GraphProtoSchema, {
    name: 'trees',
    node: nodes,
    initializer: initializers,
    input: encodings.map((encoding) => shaped(encoding.column, encoding.kind === 'number' ? FLOAT : STRING, ['N', 1])),
    output: outputs,
  });
  const model = create(ModelProtoSchema, {
    irVersion: 8n,
    producerName: 'drydock',
    opsetImport: [
      { domain: '', version: 17n },
      { domain: 'ai.onnx.ml', version: 3n },
    ],
    graph,
  });
  return toBinary(ModelProtoSchema, model);
}

/** The node lists of ai.onnx.ml's TreeEnsembleRegressor (version 3), trees in order, class of tree i is i modulo classes. */
function treeAttributes({ trees, classes, base }: TreeEnsemble): Record<string, Attribute> {
  const lists = {
    treeids: [] as number[],
    nodeids: [] as number[],
    featureids: [] as number[],
    modes: [] as string[],
    values: [] as number[],
    truenodeids: [] as number[],
    falsenodeids: [] as number[],
    missing: [] as number[],
  };
  const targets = { treeids: [] as number[], nodeids: [] as number[], ids: [] as number[], weights: [] as number[] };
  const push = (
    tree: number,
    id: number,
    feature: number,
    mode: string,
    value: number,
    yes: number,
    no: number,
    missing: number,
  ) => {
    lists.treeids.push(tree);
    lists.nodeids.push(id);
    lists.featureids.push(feature);
    lists.modes.push(mode);
    lists.values.push(value);
    lists.truenodeids.push(yes);
    lists.falsenodeids.push(no);
    lists.missing.push(missing);
  };
  for (const [treeId, tree] of trees.entries()) {
    // Extra nodes of category chains are numbered after the tree's own.
    let extra = tree.feature.length;
    for (let id = 0; id < tree.feature.length; id++) {
      const feature = tree.feature[id] ?? -1;
      if (feature < 0) {
        push(treeId, id, 0, 'LEAF', 0, 0, 0, 0);
        targets.treeids.push(treeId);
        targets.nodeids.push(id);
        targets.ids.push(treeId % classes);
        targets.weights.push(tree.value[id] ?? 0);
        continue;
      }
      const [left, right] = [tree.left[id] ?? 0, tree.right[id] ?? 0];
      const categories = tree.categories[id];
      if (!categories) {
        push(treeId, id, feature, 'BRANCH_LEQ', tree.threshold[id] ?? 0, left, right, tree.missingLeft[id] ?? 0);
        continue;
      }
      const codes = [...categories.keys()].filter((code) => categories[code] === 1);
      let at = id;
      for (const [index, code] of codes.entries()) {
        const next = index + 1 < codes.length ? extra++ : right;
        push(treeId, at, feature, 'BRANCH_EQ', code, left, next, 0);
        at = next;
      }
    }
  }
  return {
    n_targets: classes,
    aggregate_function: 'SUM',
    post_transform: 'NONE',
    base_values: Float32Array.from(base),
    nodes_treeids: lists.treeids,
    nodes_nodeids: lists.nodeids,
    nodes_featureids: lists.featureids,
    nodes_modes: lists.modes,
    nodes_values: Float32Array.from(lists.values),
    nodes_truenodeids: lists.truenodeids,
    nodes_falsenodeids: lists.falsenodeids,
    nodes_missing_value_tracks_true: lists.missing,
    target_treeids: targets.treeids,
    target_nodeids: targets.nodeids,
    target_ids: targets.ids,
    target_weights: Float32Array.from(targets.weights),
  };
}
