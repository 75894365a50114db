import { fromBinary } from '@bufbuild/protobuf';
import { type GraphProto, ModelProtoSchema, type NodeProto } from 'onnx-buf';
import type { Tensor } from 'onnxruntime-node';
import { type Frame, frameColumn } from '../../frame/frame.ts';
import { joinFloats } from '../../frame/join-floats.ts';
import { columnTensor } from '../../onnx/column-tensor.ts';
import { STRING } from '../../onnx/graph-builder.ts';
import { openTreeGraph } from '../import/open-tree-graph.ts';
import { featuresOf } from './column-sources.ts';

/** What a graph from raw columns answers, from our engine. */
export interface ColumnTrees {
  /**
   * The `probabilities` [rows * classes], or the `prediction` [rows], of every row. Null where a column is of another kind
   * than the graph's.
   */
  score(frame: Frame): Promise<Float32Array | null>;
  /** Class labels in the order of the probabilities; null for a number. */
  readonly labels: readonly string[] | null;
  close(): Promise<void>;
}

/** Rows whose columns are computed by ONNX Runtime at a time. */
const PART_ROWS = 8192;

/**
 * Opens a graph from raw columns whose answers come from trees: the form in which our boosted trees and forests leave, and in
 * which those of other libraries are kept. Trees that read columns, or the numbers of their words, take them as they are; what
 * else stands before the trees, and behind them, runs on ONNX Runtime. Null for a graph without trees; a sentence where ONNX
 * Runtime has to score all of it.
 */
export async function openColumnTrees(bytes: Uint8Array, threads: number): Promise<ColumnTrees | string | null> {
  const { graph } = fromBinary(ModelProtoSchema, bytes);
  if (!graph) return null;
  const labels = labelsOf(graph);
  const answer = labels === null ? 'prediction' : 'probabilities';
  const opened = await openTreeGraph(bytes, { threads, answers: [answer], isKernelNeeded: true });
  if (opened === null || typeof opened === 'string') return opened;
  const { units, isOfFeatures } = opened;
  if (!graph.output.some(({ name }) => name === answer)) {
    await opened.close();
    return 'Its answers are not those of one class or one number a row.';
  }
  const answerOf = (answers: Readonly<Record<string, Tensor>>): Float32Array | null => {
    const data = answers[answer]?.data;
    return data instanceof Float32Array ? data : null;
  };
  const inputs = graph.input
    .filter(({ name }) => opened.reads.has(name))
    .map(({ name, type }) => {
      const isText = type?.value.case === 'tensorType' && type.value.value.elemType === STRING;
      return { name, type: isText ? ('string' as const) : ('float' as const) };
    });
  return {
    labels,
    async score(frame) {
      if (isOfFeatures) {
        const of = units.flatMap(({ sources }) => (sources && [featuresOf(frame, sources)]) ?? []);
        const known = of.filter((features) => features !== null);
        return known.length < units.length ? null : answerOf(await opened.run({}, { of: known, rows: frame.rows }));
      }
      const parts: Float32Array[] = [];
      for (let from = 0; from < frame.rows; from += PART_ROWS) {
        const to = Math.min(frame.rows, from + PART_ROWS);
        const feeds = inputs.map((input) => [
          input.name,
          columnTensor(input, frameColumn(frame, input.name), from, to),
        ]);
        const part = answerOf(await opened.run(Object.fromEntries(feeds)));
        if (part === null) return null;
        parts.push(part);
      }
      return joinFloats(parts);
    },
    close: () => opened.close(),
  };
}

/** Labels of a graph whose `label` is the word of the largest probability; null where it has no such label. */
function labelsOf(graph: GraphProto): string[] | null {
  const madeBy = (name: string | undefined): NodeProto | undefined =>
    graph.node.find((node) => name !== undefined && node.output.includes(name));
  const gather = madeBy('label');
  const winner = madeBy(gather?.input[1]);
  const words = graph.initializer.find(({ name }) => name === gather?.input[0]);
  if (gather?.opType !== 'Gather' || winner?.opType !== 'ArgMax' || winner.input[0] !== 'probabilities' || !words)
    return null;
  return words.stringData.map((word) => new TextDecoder().decode(word));
}
