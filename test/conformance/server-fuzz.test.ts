import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunningServer } from '../helpers/running-server.ts';

let server: RunningServer;
beforeAll(async () => {
  server = await RunningServer.start('tabular');
});
afterAll(() => server?.close());

const name = fc.oneof(fc.constantFrom('age', 'income', 'city', 'job', '__proto__', 'constructor'), fc.string());
const scalar = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.string({ unit: 'binary' }),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom(1e300, -0, 2 ** 53),
);
const data = fc.oneof(
  fc.array(scalar, { maxLength: 6 }),
  fc.array(fc.array(scalar, { maxLength: 3 }), { maxLength: 4 }),
  fc.jsonValue(),
);
const size = fc.oneof(fc.integer({ min: -2, max: 6 }), fc.constantFrom(2 ** 31, 1e308, 0.5));
const parameters = fc.oneof(
  fc.constant(undefined),
  fc.jsonValue(),
  fc.record({ binary_data_size: size }, { requiredKeys: [] }),
);
const tensor = fc.record(
  {
    name,
    datatype: fc.oneof(fc.constantFrom('FP32', 'BYTES', 'INT64', 'BOOL'), fc.string()),
    shape: fc.oneof(fc.array(size, { maxLength: 3 }), fc.jsonValue()),
    data,
    parameters,
  },
  { requiredKeys: [] },
);
const inferBody = fc.record(
  {
    id: fc.oneof(fc.string(), fc.jsonValue()),
    inputs: fc.oneof(fc.array(tensor, { maxLength: 5 }), fc.jsonValue()),
    outputs: fc.oneof(fc.array(fc.record({ name, parameters })), fc.jsonValue()),
    parameters,
  },
  { requiredKeys: [] },
);

/** Requests that are right but for the data of one column. */
const nearlyRight = fc
  .tuple(fc.constantFrom(0, 1, 2, 3), data, fc.array(size, { minLength: 1, maxLength: 3 }))
  .map(([at, values, shape]) => ({
    inputs: ['age', 'income', 'city', 'job'].map((column, i) => ({
      name: column,
      datatype: i < 2 ? 'FP32' : 'BYTES',
      shape: i === at ? shape : [1, 1],
      data: i === at ? values : [i < 2 ? 1 : 'a'],
    })),
  }));

const record = fc.dictionary(name, scalar, { maxKeys: 5 });
const invocation = fc.oneof(
  fc.record({ dataframe_records: fc.oneof(fc.array(record, { maxLength: 3 }), fc.jsonValue()) }),
  fc.record({
    dataframe_split: fc.oneof(fc.record({ columns: fc.array(name), data: fc.array(fc.array(scalar)) }), fc.jsonValue()),
  }),
  fc.record({ inputs: fc.oneof(fc.dictionary(name, data), fc.jsonValue()) }),
  fc.record({ instances: fc.jsonValue() }),
  fc.jsonValue(),
);

async function expectSound(answer: { readonly status: number; readonly body: Record<string, unknown> }): Promise<void> {
  const isAnswer = answer.status === 200 && typeof answer.body === 'object';
  const isRefusal =
    answer.status >= 400 &&
    answer.status < 500 &&
    typeof answer.body['error'] === 'string' &&
    answer.body['error'] !== '';
  expect(isAnswer || isRefusal, `${answer.status}: ${JSON.stringify(answer.body).slice(0, 300)}`).toBe(true);
}

const RUNS = { numRuns: 400, seed: 11 };

describe('any body at all', () => {
  it('is answered or refused with a reason, as an inference request', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(inferBody, nearlyRight), async (body) =>
        expectSound(await server.infer(JSON.stringify(body))),
      ),
      RUNS,
    );
    expect(server.isAlive).toBe(true);
  });

  it('is answered or refused with a reason, as an invocation', async () => {
    await fc.assert(
      fc.asyncProperty(invocation, async (body) =>
        expectSound(await server.post('/invocations', JSON.stringify(body))),
      ),
      RUNS,
    );
    expect(server.isAlive).toBe(true);
  });

  it('is refused with a reason when its bytes are cut off or changed', async () => {
    const right = Buffer.from(
      JSON.stringify({ inputs: [{ name: 'age', datatype: 'FP32', shape: [1, 1], data: [1] }] }),
    );
    const spoilt = fc.tuple(fc.nat(right.length - 1), fc.nat(255), fc.boolean()).map(([at, byte, isCut]) => {
      const bytes = Buffer.from(isCut ? right.subarray(0, at) : right);
      if (!isCut) bytes[at] = byte;
      return bytes;
    });
    await fc.assert(
      fc.asyncProperty(spoilt, async (bytes) => expectSound(await server.infer(new Uint8Array(bytes)))),
      RUNS,
    );
  });

  it('is refused with a reason when its binary part lies', async () => {
    const body = fc.tuple(
      fc.uint8Array({ maxLength: 40 }),
      fc.array(size, { maxLength: 3 }),
      size,
      fc.oneof(size, fc.string()),
    );
    const property = fc.asyncProperty(body, async ([tail, shape, bytes, length]) => {
      const inputs = ['age', 'income', 'city', 'job'].map((column, i) => ({
        name: column,
        datatype: i < 2 ? 'FP32' : 'BYTES',
        shape,
        parameters: { binary_data_size: bytes },
      }));
      const head = Buffer.from(JSON.stringify({ inputs }));
      const header = /^[\x20-\x7e]*$/.test(String(length)) ? String(length) : 'x';
      await expectSound(
        await server.infer(Buffer.concat([head, tail]), {
          'inference-header-content-length': header.length % 2 ? header : String(head.length),
        }),
      );
    });
    await fc.assert(property, RUNS);
    expect((await server.ask('/v2/health/ready')).status).toBe(200);
  });
});
