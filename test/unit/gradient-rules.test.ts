import fc from 'fast-check';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import {
  DOUBLE,
  FLOAT,
  GraphBuilder,
  INT64,
  makeValueInfo,
  modelBytes,
} from '../../electron/compute/onnx/graph-builder.ts';
import { differentiate } from '../../electron/compute/train/gradients/differentiate.ts';
import { GRADIENT_RULES } from '../../electron/compute/train/gradients/rules.ts';
import { seededRandom } from '../../electron/compute/train/seeded-random.ts';
import {
  attributeOf,
  type NodeUnderTest,
  runGradient,
  TYPES,
  tensorOf,
  type Values,
} from '../helpers/gradient-graph.ts';

/** A node on random shapes; its first result is differentiated with respect to every input of real numbers. */
type Example = Omit<NodeUnderTest, 'upstream' | 'opset'>;

const OPSET = 22;
const STEP = 1e-5;

/** Numbers no closer than 0.1 to 0, 1 and each other, so that no kink lies within a step. */
function values(shape: readonly number[], seed: number, isPositive = false): Values {
  const random = seededRandom(seed);
  const size = shape.reduce((product, side) => product * side, 1);
  const order = Array.from({ length: size }, (_, at) => at).sort(() => random() - 0.5);
  const data = order.map((at) => {
    const height = 0.3 + (1.1 * (at + 0.3 * random())) / size;
    const value = Math.abs(height - 1) < 0.05 ? height + 0.1 : height;
    return Math.fround(isPositive || at % 2 === 0 ? value : -value);
  });
  return { type: 'float32', shape, data };
}
const integers = (data: readonly number[], shape: readonly number[] = [data.length]): Values => ({
  type: 'int64',
  shape,
  data,
});

const side = fc.integer({ min: 1, max: 3 });
const seed = fc.integer({ min: 1, max: 1_000_000 });
const shape = fc.array(side, { minLength: 1, maxLength: 3 });
const matrix = fc.tuple(side, side);
const image = fc.tuple(fc.integer({ min: 1, max: 2 }), fc.constantFrom(2, 4), fc.integer({ min: 4, max: 6 }));

/** A shape that broadcasts to the given one: leading axes left out, others one. */
const narrower = (wide: readonly number[]): fc.Arbitrary<number[]> =>
  fc
    .tuple(fc.integer({ min: 0, max: wide.length }), fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }))
    .map(([dropped, ones]) => wide.slice(dropped).map((one, axis) => (ones[axis] ? 1 : one)));

const elementwise = (operator: string, isPositive = false, attributes = {}): fc.Arbitrary<Example> =>
  fc.tuple(shape, seed).map(([sides, s]) => ({ operator, attributes, slots: [values(sides, s, isPositive)] }));
const pairwise = (operator: string, isPositive = false): fc.Arbitrary<Example> =>
  shape
    .chain((wide) => fc.tuple(fc.constant(wide), narrower(wide), seed, fc.boolean()))
    .map(([wide, narrow, s, isSwapped]) => {
      const slots = [values(wide, s, isPositive), values(narrow, s + 1, true)];
      return { operator, attributes: {}, slots: isSwapped && operator !== 'Pow' ? slots.toReversed() : slots };
    });
const alongAxis = (operator: string): fc.Arbitrary<Example> =>
  fc
    .tuple(shape, seed, fc.nat(2))
    .map(([sides, s, axis]) => ({ operator, attributes: { axis: axis % sides.length }, slots: [values(sides, s)] }));
const reduced = (operator: string, isPositive = false): fc.Arbitrary<Example> =>
  fc.tuple(shape, seed, fc.boolean(), fc.option(fc.nat(2)), fc.nat(2)).map(([sides, s, keeps, axis, form]) => ({
    operator,
    attributes: { keepdims: Number(keeps), noop_with_empty_axes: Number(form === 0) },
    slots: [
      values(sides, s, isPositive),
      // Axes left out, none, counted from the front, from the back.
      ...(axis === null
        ? [form === 1 ? null : integers([])]
        : [integers([(axis % sides.length) - (form === 2 ? sides.length : 0)])]),
    ],
  }));
/** Pads as written, or left to the runtime; a window's last step may leave the end where `ceil_mode` rounds up. */
const PADDING = ['NOTSET', 'VALID', 'SAME_UPPER', 'SAME_LOWER'] as const;
const paddedBy = (padding: string, pads: readonly number[]): Readonly<Record<string, unknown>> =>
  padding === 'NOTSET' ? { pads } : { auto_pad: padding };
const convolved = (operator: 'Conv' | 'ConvTranspose'): fc.Arbitrary<Example> =>
  fc
    .record({
      image,
      seed,
      group: fc.constantFrom(1, 2),
      kernel: fc.integer({ min: 1, max: 3 }),
      stride: fc.integer({ min: 1, max: 2 }),
      dilation: fc.integer({ min: 1, max: 2 }),
      before: fc.nat(1),
      after: fc.nat(1),
      isLine: fc.boolean(),
      padding: operator === 'Conv' ? fc.constantFrom(...PADDING) : fc.constant('NOTSET'),
    })
    .filter(({ image: [, , size], kernel, dilation }) => (kernel - 1) * dilation < size)
    .map(
      ({ image: [rows, channels, size], seed: s, group, kernel, stride, dilation, before, after, isLine, padding }) => {
        const axes = isLine ? 1 : 2;
        const repeat = (...one: number[]): number[] => one.flatMap((each) => Array<number>(axes).fill(each));
        const isConv = operator === 'Conv';
        // Cutting more than a transposed convolution gives would leave nothing.
        const pads = isConv || kernel > 1 ? repeat(before, after) : repeat(0, 0);
        const weights = isConv ? [2 * group, channels / group] : [channels, 2];
        return {
          operator,
          attributes: {
            strides: repeat(stride),
            // The runtime has no dilated convolution whose pads it finds.
            dilations: repeat(padding.startsWith('SAME') ? 1 : dilation),
            group,
            ...paddedBy(padding, pads),
          },
          slots: [
            values([rows, channels, ...repeat(size)], s),
            values([...weights, ...repeat(kernel)], s + 1),
            values([2 * group], s + 2),
          ],
        };
      },
    );
const pooled = (operator: string): fc.Arbitrary<Example> =>
  fc
    .tuple(
      fc.tuple(image, seed),
      fc.integer({ min: 2, max: 3 }),
      fc.integer({ min: 1, max: 3 }),
      fc.nat(1),
      fc.nat(1),
      fc.constantFrom(...PADDING, 'ceil'),
    )
    .map(([[[rows, channels, size], s], kernel, stride, pad, counts, padding]) => ({
      operator,
      attributes: {
        kernel_shape: [kernel, kernel],
        strides: [stride, stride],
        ...(padding === 'ceil' ? { ceil_mode: 1, pads: [pad, 0, 0, pad] } : paddedBy(padding, [pad, pad, pad, pad])),
        ...(operator === 'AveragePool' ? { count_include_pad: counts } : {}),
      },
      slots: [values([rows, channels, size, size], s)],
    }));

const EXAMPLES: Readonly<Record<string, fc.Arbitrary<Example>>> = {
  ...Object.fromEntries(
    'Identity Neg Relu LeakyRelu Elu Celu Selu Gelu HardSigmoid HardSwish Mish ThresholdedRelu Sigmoid Tanh Softplus Softsign Exp Abs Erf Sin Cos Atan Sinh Cosh Floor Ceil Round Sign Flatten Transpose'
      .split(' ')
      .map((operator) => [operator, elementwise(operator)]),
  ),
  ...Object.fromEntries('Log Sqrt Reciprocal'.split(' ').map((operator) => [operator, elementwise(operator, true)])),
  ...Object.fromEntries(
    'Add Sub Mul Div Min Max Sum Mean'.split(' ').map((operator) => [operator, pairwise(operator)]),
  ),
  Pow: pairwise('Pow', true),
  PRelu: shape
    .chain((wide) => fc.tuple(fc.constant(wide), narrower(wide), seed))
    .map(([wide, narrow, s]) => ({
      operator: 'PRelu',
      attributes: {},
      slots: [values(wide, s), values(narrow, s + 1)],
    })),
  ...Object.fromEntries('Softmax LogSoftmax'.split(' ').map((operator) => [operator, alongAxis(operator)])),
  ...Object.fromEntries(
    'ReduceSum ReduceMean ReduceMax ReduceMin ReduceL1 ReduceL2 ReduceSumSquare ReduceLogSumExp'
      .split(' ')
      .map((operator) => [operator, reduced(operator)]),
  ),
  ReduceLogSum: reduced('ReduceLogSum', true),
  Clip: fc.tuple(shape, seed).map(([sides, s]) => ({
    operator: 'Clip',
    attributes: {},
    slots: [values(sides, s), { type: 'float32', shape: [], data: [-0.01] }, { type: 'float32', shape: [], data: [1] }],
  })),
  Cast: elementwise('Cast', false, { to: 1 }),
  Where: shape
    .chain((wide) => fc.tuple(fc.constant(wide), narrower(wide), seed))
    .map(([wide, narrow, s]) => ({
      operator: 'Where',
      attributes: {},
      slots: [
        { type: 'bool', shape: wide, data: values(wide, s + 2).data.map((value) => Number(value) > 0) },
        values(narrow, s),
        values(wide, s + 1),
      ],
    })),
  MatMul: fc
    .tuple(shape, side, side, side, fc.constantFrom('vector', 'matrix', 'batches', 'one'), fc.boolean(), seed)
    .map(([batches, n, k, m, form, isLeft, s]) => {
      const sidesOf = (rest: readonly number[], isNarrow: boolean): readonly number[] =>
        form === 'batches' || !isNarrow ? [...batches, ...rest] : form === 'one' ? [1, ...rest] : rest;
      const isVector = form === 'vector';
      return {
        operator: 'MatMul',
        attributes: {},
        slots: [
          values(sidesOf(isVector && isLeft ? [k] : [n, k], isLeft), s),
          values(sidesOf(isVector && !isLeft ? [k] : [k, m], !isLeft), s + 1),
        ],
      };
    }),
  Gemm: fc
    .tuple(side, side, side, fc.nat(1), fc.nat(1), fc.constantFrom('none', 'row', 'column', 'whole'), seed)
    .map(([n, k, m, transA, transB, bias, s]) => ({
      operator: 'Gemm',
      attributes: { transA, transB, alpha: 0.5, beta: 2 },
      slots: [
        values(transA ? [k, n] : [n, k], s),
        values(transB ? [m, k] : [k, m], s + 1),
        bias === 'none' ? null : values(bias === 'row' ? [m] : bias === 'column' ? [n, 1] : [n, m], s + 2),
      ],
    })),
  Einsum: fc.tuple(side, side, side, side, seed).map(([b, i, j, k, s]) => ({
    operator: 'Einsum',
    attributes: { equation: 'bij,bjk->bik' },
    slots: [values([b, i, j], s), values([b, j, k], s + 1)],
  })),
  Reshape: fc.tuple(shape, seed).map(([sides, s]) => ({
    operator: 'Reshape',
    attributes: {},
    slots: [values(sides, s), integers([-1])],
  })),
  Squeeze: fc.tuple(shape, seed).map(([sides, s]) => ({
    operator: 'Squeeze',
    attributes: {},
    slots: [values([...sides, 1], s), integers([sides.length])],
  })),
  Unsqueeze: fc.tuple(shape, seed).map(([sides, s]) => ({
    operator: 'Unsqueeze',
    attributes: {},
    slots: [values(sides, s), integers([0])],
  })),
  Expand: shape
    .chain((wide) => fc.tuple(fc.constant(wide), narrower(wide), seed))
    .map(([wide, narrow, s]) => ({ operator: 'Expand', attributes: {}, slots: [values(narrow, s), integers(wide)] })),
  Tile: fc.tuple(matrix, side, side, seed).map(([sides, a, b, s]) => ({
    operator: 'Tile',
    attributes: {},
    slots: [values(sides, s), integers([a, b])],
  })),
  Concat: fc.tuple(side, side, side, seed).map(([rows, a, b, s]) => ({
    operator: 'Concat',
    attributes: { axis: -1 },
    slots: [values([rows, a], s), values([rows, b], s + 1)],
  })),
  ReduceProd: reduced('ReduceProd'),
  Split: fc.tuple(side, side, side, seed).map(([rows, a, b, s]) => ({
    operator: 'Split',
    attributes: { axis: 1 },
    slots: [values([rows, a + b], s), integers([a, b])],
  })),
  Slice: fc.tuple(side, seed, fc.constantFrom(-2, -1, 1, 2)).map(([rows, s, step]) => ({
    operator: 'Slice',
    attributes: {},
    slots: [
      values([rows, 5], s),
      ...(step > 0 ? [1, 5] : [4, 0]).map((bound) => integers([bound])),
      integers([1]),
      integers([step]),
    ],
  })),
  Pad: fc.tuple(matrix, seed, fc.nat(2), fc.nat(2)).map(([sides, s, a, b]) => ({
    operator: 'Pad',
    attributes: {},
    slots: [values(sides, s), integers([a, 0, 0, b])],
  })),
  Gather: fc
    .tuple(matrix, seed, fc.nat(1), fc.array(fc.nat(9), { minLength: 1, maxLength: 4 }))
    .map(([sides, s, axis, at]) => ({
      operator: 'Gather',
      attributes: { axis },
      slots: [values(sides, s), integers(at.map((one) => one % (sides[axis] ?? 1)))],
    })),
  GatherElements: fc.tuple(matrix, seed, fc.nat(9)).map(([sides, s, at]) => ({
    operator: 'GatherElements',
    attributes: { axis: 1 },
    slots: [values(sides, s), integers(Array<number>(sides[0] * 2).fill(at % sides[1]), [sides[0], 2])],
  })),
  GatherND: fc.tuple(matrix, seed, fc.nat(9)).map(([sides, s, at]) => ({
    operator: 'GatherND',
    attributes: {},
    slots: [values(sides, s), integers([at % sides[0], 0], [2, 1])],
  })),
  CumSum: fc.tuple(matrix, seed, fc.nat(1), fc.nat(1)).map(([sides, s, exclusive, reverse]) => ({
    operator: 'CumSum',
    attributes: { exclusive, reverse },
    slots: [values(sides, s), integers([1], [])],
  })),
  Trilu: fc.tuple(matrix, seed, fc.nat(1), fc.integer({ min: -1, max: 1 })).map(([sides, s, upper, k]) => ({
    operator: 'Trilu',
    attributes: { upper },
    slots: [values(sides, s), integers([k], [])],
  })),
  DepthToSpace: fc.tuple(side, side, seed).map(([a, b, s]) => ({
    operator: 'DepthToSpace',
    attributes: { blocksize: 2 },
    slots: [values([1, 4 * a, b, 2], s)],
  })),
  SpaceToDepth: fc.tuple(side, side, seed).map(([a, b, s]) => ({
    operator: 'SpaceToDepth',
    attributes: { blocksize: 2 },
    slots: [values([1, a, 2 * b, 4], s)],
  })),
  Conv: convolved('Conv'),
  ConvTranspose: convolved('ConvTranspose'),
  MaxPool: pooled('MaxPool'),
  AveragePool: pooled('AveragePool'),
  GlobalAveragePool: fc.tuple(image, seed).map(([[rows, channels, size], s]) => ({
    operator: 'GlobalAveragePool',
    attributes: {},
    slots: [values([rows, channels, size, 2], s)],
  })),
  GlobalMaxPool: fc.tuple(image, seed).map(([[rows, channels, size], s]) => ({
    operator: 'GlobalMaxPool',
    attributes: {},
    slots: [values([rows, channels, size], s)],
  })),
  BatchNormalization: fc.tuple(image, seed).map(([[rows, channels, size], s]) => ({
    operator: 'BatchNormalization',
    attributes: { epsilon: 1e-3 },
    slots: [
      values([rows, channels, size], s),
      values([channels], s + 1),
      values([channels], s + 2),
      allAlike([channels], 0.2),
      allAlike([channels], 0.7),
    ],
  })),
  LayerNormalization: fc.tuple(side, fc.integer({ min: 2, max: 4 }), seed).map(([rows, width, s]) => ({
    operator: 'LayerNormalization',
    attributes: { axis: -1, epsilon: 1e-3 },
    slots: [values([rows, width], s), values([width], s + 1), values([width], s + 2)],
  })),
  InstanceNormalization: fc.tuple(image, seed).map(([[rows, channels, size], s]) => ({
    operator: 'InstanceNormalization',
    attributes: { epsilon: 1e-3 },
    slots: [values([rows, channels, size], s), values([channels], s + 1), values([channels], s + 2)],
  })),
  Dropout: elementwise('Dropout'),
  SoftmaxCrossEntropyLoss: classLoss('SoftmaxCrossEntropyLoss'),
  NegativeLogLikelihoodLoss: classLoss('NegativeLogLikelihoodLoss'),
};

function allAlike(sides: readonly number[], value: number): Values {
  return { type: 'float32', shape: sides, data: values(sides, 1).data.map(() => value) };
}

function classLoss(operator: string): fc.Arbitrary<Example> {
  return fc
    .tuple(side, fc.integer({ min: 2, max: 4 }), seed, fc.constantFrom('mean', 'sum', 'none'), fc.nat(9))
    .map(([rows, classes, s, reduction, own]) => ({
      operator,
      attributes: { reduction },
      slots: [values([rows, classes], s), integers(Array.from({ length: rows }, (_, row) => (own + row) % classes))],
    }));
}

/** The first result in double precision where the runtime knows how, else in single. */
async function forwardOf({ operator, attributes, slots }: Example) {
  const build = (isDouble: boolean): Uint8Array => {
    const graph = new GraphBuilder('f_');
    const named = slots.map((one, index) => (one === null ? '' : `x${index}`));
    while (named.at(-1) === '') named.pop();
    const own = operator === 'Cast' && isDouble ? { to: DOUBLE } : attributes;
    graph.add(
      operator,
      named,
      Object.fromEntries(Object.entries(own).map(([name, value]) => [name, attributeOf(name, value)])),
      { output: 'y0' },
    );
    if (operator === 'Split') graph.nodes[0]?.output.push('y1');
    const typeOf = ({ type }: Values) => (type === 'float32' && isDouble ? DOUBLE : TYPES[type]);
    return modelBytes(
      graph.graph(
        'forward',
        slots.flatMap((one, index) => (one === null ? [] : [makeValueInfo(`x${index}`, typeOf(one), one.shape)])),
        [makeValueInfo('y0', isDouble ? DOUBLE : FLOAT, null)],
      ),
      OPSET,
    );
  };
  const open = (isDouble: boolean) => InferenceSession.create(build(isDouble), { logSeverityLevel: 4 });
  const double = await open(true).catch(() => null);
  const session = double ?? (await open(false));
  return {
    isDouble: double !== null,
    async run(inputs: readonly (Values | null)[]) {
      const feeds = inputs.flatMap((one, index): [string, Tensor][] => {
        if (one === null) return [];
        const isWide = double !== null && one.type === 'float32';
        const tensor = isWide ? new Tensor('float64', Float64Array.from(one.data, Number), one.shape) : tensorOf(one);
        return [[`x${index}`, tensor]];
      });
      const { y0 } = await session.run(Object.fromEntries(feeds));
      return { shape: [...(y0?.dims ?? [])], data: Array.from((y0?.data ?? []) as ArrayLike<number>) };
    },
    close: () => session.release(),
  };
}

/** Compares the rule's gradient with central differences of the operator itself. */
async function agrees(example: Example): Promise<void> {
  const forward = await forwardOf(example);
  try {
    const plain = await forward.run(example.slots);
    const weights = values(plain.shape, 7);
    const wanted = example.slots.flatMap((one, index) =>
      one?.type === 'float32' &&
      !(example.operator === 'Clip' && index > 0) &&
      !(example.operator === 'BatchNormalization' && index > 2)
        ? [index]
        : [],
    );
    expect(wanted).not.toEqual([]);
    const upstream = example.operator === 'Split' ? [weights, null] : [weights];
    for (const knowsShapes of [true, false]) {
      const ran = await runGradient(
        { ...example, upstream, opset: OPSET },
        { wanted, knowsShapes, withOutputs: false },
      );
      const step = forward.isDouble ? STEP : 1e-2;
      for (const index of wanted) {
        const slot = example.slots[index];
        if (!slot) continue;
        for (const at of slot.data.keys()) {
          const moved = async (by: number): Promise<number> => {
            const data = slot.data.map((value, place) => Number(value) + (place === at ? by : 0));
            const { data: result } = await forward.run(
              example.slots.map((one, place) => (place === index ? { ...slot, data } : one)),
            );
            return result.reduce((sum, value, place) => sum + value * Number(weights.data[place]), 0);
          };
          const slope = ((await moved(step)) - (await moved(-step))) / (2 * step);
          const got = ran.gradients[index]?.[at] ?? Number.NaN;
          expect(Math.abs(got - slope)).toBeLessThan((forward.isDouble ? 1e-4 : 1e-2) * (1 + Math.abs(slope)));
        }
      }
    }
  } finally {
    await forward.close();
  }
}

describe('the rule of', () => {
  it.each([...GRADIENT_RULES.keys()])('%s gives the slope that differences give, on any shape', async (operator) => {
    const example = EXAMPLES[operator];
    if (!example) throw new Error(`There is no example for ${operator}.`);
    await fc.assert(fc.asyncProperty(example, agrees), { numRuns: 6, seed: 11 });
  });
});

describe('what has no gradient is refused before anything runs', () => {
  const graphOf = (opType: string, inputs: readonly string[], results: readonly string[], attributes = {}) => {
    const graph = new GraphBuilder('g_');
    graph.addAll(opType, inputs, results, attributes);
    return graph;
  };

  it('by an input that the rule has nothing for, though others have', () => {
    const graph = graphOf('Clip', ['x', 'low'], ['y']);
    expect(() => differentiate(graph, 'y', ['x', 'low'])).toThrow(/"Clip_y": Clip by its input "low" has no gradient/);
    expect(differentiate(graph, 'y', ['x'])).toHaveLength(1);
  });

  it('where a later result is used that the rule does not cover', () => {
    const graph = graphOf('LayerNormalization', ['x', 'scale'], ['y', 'mean']);
    const sum = graph.add('Add', ['y', 'mean']);
    expect(() => differentiate(graph, sum, ['x'])).toThrow(/"LayerNormalization_y": .*a result after the first/);
  });

  it('where a value goes into a branch or a loop, whether it is an input or not', () => {
    const branch = new GraphBuilder('b_');
    const product = branch.add('Mul', ['x', 'w']);
    const graph = graphOf('If', ['isOn'], ['y'], {
      then_branch: { graph: branch.graph('then', [], [makeValueInfo(product, FLOAT, null)]) },
      else_branch: { graph: branch.graph('else', [], [makeValueInfo(product, FLOAT, null)]) },
    });
    const sum = graph.add('Add', ['y', 'w']);
    expect(() => differentiate(graph, sum, ['w'])).toThrow(/"If_y": the operator If has no gradient/);
  });
});

it('keeps nodes of a graph that only a branch asks for', () => {
  const inner = new GraphBuilder('b_');
  const branch = inner.graph('branch', [], [makeValueInfo(inner.add('Neg', ['doubled']), FLOAT, null)]);
  const graph = new GraphBuilder('g_');
  graph.add('Add', ['x', 'x'], {}, { output: 'doubled' });
  graph.add('If', ['isOn'], { then_branch: { graph: branch }, else_branch: { graph: branch } }, { output: 'y' });
  const built = graph.graph('whole', [], [makeValueInfo('y', FLOAT, null)]);
  expect(built.node.map(({ opType }) => opType)).toEqual(['Add', 'If']);
});
