import type { GraphProto, NodeProto } from 'onnx-buf';
import type { Frame, FrameColumn } from '../../frame/frame.ts';
import { DOUBLE, FLOAT, STRING } from '../../onnx/graph-builder.ts';
import { NodeAttributes } from '../import/node-attributes.ts';
import type { FeatureColumn } from './tree-scorer.ts';

/** A feature of the trees: a column of floats, or one of words with a number for each. */
export interface ColumnSource {
  readonly column: string;
  readonly codes: { readonly of: ReadonlyMap<string, number>; readonly other: number } | null;
}

/** Nodes that leave floats as they are: in double precision, too, they stay the same numbers. */
export const isPassing = (node: NodeProto): boolean =>
  node.opType === 'Identity' ||
  (node.opType === 'Cast' && [FLOAT, DOUBLE].some((type) => type === new NodeAttributes(node).integer('to', 0)));

/** Columns behind the trees' rows: a Concat of inputs and of words looked up by a LabelEncoder. Null where it is not so. */
export function columnSources(graph: GraphProto, rows: string): ColumnSource[] | null {
  const types = new Map(
    graph.input.map(({ name, type }) => [name, type?.value.case === 'tensorType' ? type.value.value.elemType : 0]),
  );
  const madeBy = new Map(graph.node.flatMap((node) => node.output.map((name) => [name, node] as const)));
  let concat = madeBy.get(rows);
  while (concat && isPassing(concat)) concat = madeBy.get(concat.input[0] ?? '');
  if (concat?.opType !== 'Concat' || new NodeAttributes(concat).integer('axis', 0) !== 1) return null;
  const sources = concat.input.map((name): ColumnSource | null => {
    if (types.get(name) === FLOAT) return { column: name, codes: null };
    const encoder = madeBy.get(name);
    const [column = ''] = encoder?.input ?? [];
    if (encoder?.opType !== 'LabelEncoder' || types.get(column) !== STRING) return null;
    const codes = codesOf(encoder);
    return codes && { column, codes };
  });
  return sources.every((source) => source !== null) ? sources : null;
}

function codesOf(encoder: NodeProto): ColumnSource['codes'] {
  const attributes = new NodeAttributes(encoder);
  const [keys, values] = [attributes.strings('keys_strings'), attributes.numbers('values_floats')];
  if (keys.length === 0 || keys.length !== values.length) return null;
  return {
    of: new Map(keys.map((key, at) => [key, values[at] ?? Number.NaN])),
    other: attributes.float('default_float', -0),
  };
}

/** Features of a frame's rows; null where a column is of another kind than the graph's. */
export function featuresOf(frame: Frame, sources: readonly ColumnSource[]): FeatureColumn[] | null {
  const features = sources.map(({ column, codes }) => {
    const values = frame.columns.get(column);
    if (!values) return null;
    if (codes === null) return values.kind === 'number' ? values.values : null;
    return values.kind === 'text' ? coded(values, codes) : null;
  });
  return features.every((feature) => feature !== null) ? features : null;
}

/** A number a row for a column of words: each word is looked up once. Missing is empty text. */
function coded(
  { dictionary, codes }: Extract<FrameColumn, { kind: 'text' }>,
  { of, other }: NonNullable<ColumnSource['codes']>,
): Float32Array {
  const numbers = Float32Array.from(dictionary, (word) => of.get(word) ?? other);
  const missing = of.get('') ?? other;
  const values = new Float32Array(codes.length);
  for (let row = 0; row < values.length; row++) {
    const code = codes[row] ?? -1;
    values[row] = code < 0 ? missing : (numbers[code] ?? missing);
  }
  return values;
}
