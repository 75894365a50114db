import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { FLOAT, GraphBuilder, makeValueInfo, modelBytes } from '../../electron/compute/onnx/graph-builder.ts';
import { raiseOpset } from '../../electron/compute/onnx/raise-opset.ts';

it.each([{}, { axis: 1 }, { axis: 2 }, { axis: 0 }, { axis: -2 }, { axis: -1 }])(
  'keeps what softmax answered along %o before opset 13, of tensors with more than two axes too',
  async (attributes) => {
    const dims = [2, 3, 2, 4];
    const graph = new GraphBuilder();
    const soft = graph.add('Softmax', ['x'], attributes);
    const old = graph.graph('old', [makeValueInfo('x', FLOAT, dims)], [makeValueInfo(soft, FLOAT, null)]);
    const x = new Tensor(
      'float32',
      Float32Array.from({ length: 48 }, (_, at) => Math.sin(3 * at)),
      dims,
    );
    const answers: number[][] = [];
    for (const [proto, opset] of [
      [old, 12],
      [raiseOpset(old, 12, 17), 17],
    ] as const) {
      const session = await InferenceSession.create(modelBytes(proto, opset), { logSeverityLevel: 3 });
      answers.push(Array.from((await session.run({ x }))[soft]?.data as Float32Array));
      await session.release();
    }
    const [before = [], after = []] = answers;
    expect(after).toHaveLength(48);
    for (const [at, value] of after.entries()) expect(value).toBeCloseTo(before[at] ?? Number.NaN, 6);
  },
);
