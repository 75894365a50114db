import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import {
  type AttributeProto,
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  type GraphProto,
  GraphProtoSchema,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProto_DataType,
  TensorProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from 'onnx-buf';
import { outerNames } from './outer-names.ts';

export const FLOAT = TensorProto_DataType.FLOAT;
export const DOUBLE = TensorProto_DataType.DOUBLE;
export const FLOAT16 = TensorProto_DataType.FLOAT16;
export const UINT8 = TensorProto_DataType.UINT8;
export const INT64 = TensorProto_DataType.INT64;
export const INT32 = TensorProto_DataType.INT32;
export const BOOL = TensorProto_DataType.BOOL;
export const STRING = TensorProto_DataType.STRING;
export type ElementType =
  | typeof FLOAT
  | typeof DOUBLE
  | typeof FLOAT16
  | typeof UINT8
  | typeof INT64
  | typeof INT32
  | typeof BOOL
  | typeof STRING;

/** An attribute: whole numbers are integers; wrap a fraction that may be whole in `real`. */
export type AttributeValue =
  | number
  | string
  | readonly number[]
  | readonly string[]
  | Float32Array
  | { readonly real: number }
  | { readonly graph: GraphProto };
/** A dimension: a size, or a name for one that is not known. */
export type Dimension = number | string;

const text = new TextEncoder();

export function makeAttribute(name: string, value: AttributeValue): AttributeProto {
  const type = AttributeProto_AttributeType;
  const of = (init: MessageInitShape<typeof AttributeProtoSchema>) => create(AttributeProtoSchema, { name, ...init });
  if (typeof value === 'string') return of({ type: type.STRING, s: text.encode(value) });
  if (typeof value === 'number') return of({ type: type.INT, i: BigInt(value) });
  if (value instanceof Float32Array) return of({ type: type.FLOATS, floats: [...value] });
  if ('real' in value) return of({ type: type.FLOAT, f: value.real });
  if ('graph' in value) return of({ type: type.GRAPH, g: value.graph });
  const items: readonly (number | string)[] = value;
  if (items.some((item) => typeof item === 'string'))
    return of({ type: type.STRINGS, strings: items.map((item) => text.encode(String(item))) });
  return of({ type: type.INTS, ints: items.map((item) => BigInt(item)) });
}

/** Name, element type and shape of a graph's input or output; no shape when `dims` is null. */
export function makeValueInfo(name: string, elemType: ElementType, dims: readonly Dimension[] | null): ValueInfoProto {
  const shape =
    dims === null
      ? {}
      : {
          shape: {
            dim: dims.map((dim) => ({
              value:
                typeof dim === 'string'
                  ? ({ case: 'dimParam', value: dim } as const)
                  : ({ case: 'dimValue', value: BigInt(dim) } as const),
            })),
          },
        };
  return create(ValueInfoProtoSchema, { name, type: { value: { case: 'tensorType', value: { elemType, ...shape } } } });
}

/** Collects nodes and constants of one graph; every result gets a name of its own. */
export class GraphBuilder {
  readonly nodes: NodeProto[] = [];
  readonly constants: TensorProto[] = [];
  readonly #prefix: string;
  readonly #reserved: ReadonlySet<string>;
  #count = 0;

  /** `prefix` keeps names of nested graphs apart; `reserved` are names given from outside, such as columns. */
  constructor(prefix = 't', reserved: Iterable<string> = []) {
    this.#prefix = prefix;
    this.#reserved = new Set(reserved);
  }

  /** A name nothing else has. */
  fresh(hint = ''): string {
    const name = `${this.#prefix}${hint}${this.#count++}`;
    return this.#reserved.has(name) ? this.fresh(hint) : name;
  }

  /** Adds a node with one result and answers its name. */
  add(
    opType: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeValue>> = {},
    options: { readonly output?: string; readonly domain?: string } = {},
  ): string {
    const output = options.output ?? this.fresh();
    this.nodes.push(
      create(NodeProtoSchema, {
        opType,
        name: `${opType}_${output}`,
        domain: options.domain ?? '',
        input: [...inputs],
        output: [output],
        attribute: Object.entries(attributes).map(([name, value]) => makeAttribute(name, value)),
      }),
    );
    return output;
  }

  /** Adds a node with several results and answers their names; `results` counts them or names them. */
  addAll(
    opType: string,
    inputs: readonly string[],
    results: number | readonly string[],
    attributes: Readonly<Record<string, AttributeValue>> = {},
  ): string[] {
    const output = typeof results === 'number' ? Array.from({ length: results }, () => this.fresh()) : [...results];
    this.nodes.push(
      create(NodeProtoSchema, {
        opType,
        name: `${opType}_${output[0]}`,
        input: [...inputs],
        output,
        attribute: Object.entries(attributes).map(([name, value]) => makeAttribute(name, value)),
      }),
    );
    return output;
  }

  /** A node like the given one, its attributes included, on other inputs; answers its results. */
  repeat(node: NodeProto, inputs: readonly string[]): string[] {
    const output = node.output.map(() => this.fresh());
    this.nodes.push(
      create(NodeProtoSchema, {
        opType: node.opType,
        name: `${node.opType}_${output[0]}`,
        domain: node.domain,
        input: [...inputs],
        output,
        attribute: node.attribute,
      }),
    );
    return output;
  }

  floats(values: ArrayLike<number>, dims: readonly number[] = [values.length]): string {
    return this.#constant(FLOAT, dims, new Uint8Array(Float32Array.from(values).buffer));
  }

  float(value: number): string {
    return this.floats([value], []);
  }

  double(value: number): string {
    return this.#constant(DOUBLE, [], new Uint8Array(Float64Array.of(value).buffer));
  }

  integers(values: readonly number[], dims: readonly number[] = [values.length]): string {
    return this.#constant(INT64, dims, new Uint8Array(BigInt64Array.from(values, BigInt).buffer));
  }

  strings(values: readonly string[]): string {
    const name = this.fresh();
    this.constants.push(
      create(TensorProtoSchema, {
        name,
        dataType: STRING,
        dims: [BigInt(values.length)],
        stringData: values.map((value) => text.encode(value)),
      }),
    );
    return name;
  }

  /** The graph of what its outputs need; nodes and constants that nothing asks for are left out. */
  graph(name: string, inputs: readonly ValueInfoProto[], outputs: readonly ValueInfoProto[]): GraphProto {
    const wanted = new Set(outputs.map((output) => output.name));
    const kept = this.nodes.toReversed().filter((node) => {
      if (!node.output.some((output) => wanted.has(output))) return false;
      for (const input of [...node.input, ...outerNames(node)]) wanted.add(input);
      return true;
    });
    return create(GraphProtoSchema, {
      name,
      node: kept.toReversed(),
      initializer: this.constants.filter((constant) => wanted.has(constant.name)),
      input: [...inputs],
      output: [...outputs],
    });
  }

  #constant(dataType: ElementType, dims: readonly number[], rawData: Uint8Array<ArrayBuffer>): string {
    const name = this.fresh('const_');
    this.constants.push(create(TensorProtoSchema, { name, dataType, dims: dims.map(BigInt), rawData }));
    return name;
  }
}

/** The version of ONNX that graphs are written in unless a node needs a later one. */
export const OPSET = 17;

/** A model of one graph as bytes: IR 8 (10 for later opsets), opset 17 unless told, ai.onnx.ml 3. */
export function modelBytes(graph: GraphProto, opset = OPSET): Uint8Array {
  return toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      irVersion: opset > 18 ? 10n : 8n,
      producerName: 'drydock',
      opsetImport: [
        { domain: '', version: BigInt(opset) },
        { domain: 'ai.onnx.ml', version: 3n },
      ],
      graph,
    }),
  );
}
