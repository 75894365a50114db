import { readFileSync } from 'node:fs';
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { openTreeGraph } from '../../electron/compute/trees/import/open-tree-graph.ts';

const FOLDER = new URL('data/tree-models/', import.meta.url);

interface Sample {
  readonly id: string;
  readonly function: string;
  readonly model: string;
  readonly rows: readonly (readonly (number | string)[])[];
  readonly expected: readonly (readonly number[])[];
  readonly edge: readonly (readonly (number | string)[])[];
  readonly expectedEdge: readonly (readonly number[])[];
  readonly tolerance: { readonly abs: number; readonly rel: number };
}

const document: { cases: Sample[] } = JSON.parse(readFileSync(new URL('cases.json', FOLDER), 'utf8'));
const samples = document.cases.filter((sample) => sample.function === 'treeEnsemble');

/** "nan" and "inf" are how the file writes what JSON cannot. */
const cells = (rows: Sample['rows']): Float32Array =>
  Float32Array.from(rows.flat(), (cell) =>
    cell === 'nan'
      ? Number.NaN
      : cell === 'inf'
        ? Number.POSITIVE_INFINITY
        : cell === '-inf'
          ? Number.NEGATIVE_INFINITY
          : Number(cell),
  );

describe('tree models of other libraries', () => {
  it.each(samples.map((sample) => [sample.id, sample] as const))(
    'score as their library and ONNX Runtime say: %s',
    async (_, sample) => {
      const bytes = readFileSync(new URL(sample.model, FOLDER));
      const graph = await openTreeGraph(bytes);
      if (typeof graph === 'string') throw new Error(graph);
      const session = await ort.InferenceSession.create(bytes, { logSeverityLevel: 3 });
      const [input = ''] = session.inputNames;
      const output = session.outputNames.at(-1) ?? '';
      for (const [rows, expected] of [
        [sample.rows, sample.expected],
        [sample.edge, sample.expectedEdge],
      ] as const) {
        const feeds = { [input]: new ort.Tensor('float32', cells(rows), [rows.length, rows[0]?.length ?? 0]) };
        const ours = (await graph?.run(feeds)) ?? {};
        const theirs = await session.run(feeds);
        const wanted = expected.flat();
        const got = ours[output]?.data;
        if (!(got instanceof Float32Array)) throw new Error('no floats');
        expect(got).toHaveLength(wanted.length);
        for (const [index, value] of wanted.entries())
          expect(Math.abs((got[index] ?? Number.NaN) - value)).toBeLessThanOrEqual(
            sample.tolerance.abs + sample.tolerance.rel * Math.abs(value),
          );
        for (const name of session.outputNames.slice(0, -1)) expect(ours[name]?.data).toEqual(theirs[name]?.data);
      }
      await graph?.close();
      await session.release();
    },
  );
});
