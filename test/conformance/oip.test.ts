import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixtureModel } from '../helpers/bundle-workspace.ts';
import { RunningServer } from '../helpers/running-server.ts';

interface Tensor {
  readonly name: string;
  readonly datatype: string;
  readonly shape: number[];
  readonly data: (string | number)[];
}

interface Golden {
  readonly inputs: Tensor[];
  readonly outputs: Tensor[];
}

const golden = JSON.parse(readFileSync(fixtureModel('tabular.golden.json'), 'utf8')) as Golden;
const tensorGolden = JSON.parse(readFileSync(fixtureModel('tensor.golden.json'), 'utf8')) as Golden;
const [age, income, city, job] = golden.inputs as [Tensor, Tensor, Tensor, Tensor];

let server: RunningServer;
let tensors: RunningServer;

beforeAll(async () => {
  [server, tensors] = await Promise.all([RunningServer.start('tabular'), RunningServer.start('tensor')]);
});
afterAll(() => Promise.all([server?.close(), tensors?.close()]));

function expectGolden(outputs: unknown, want: readonly Tensor[]): void {
  const found = outputs as Tensor[];
  expect(found.map(({ name, datatype, shape }) => ({ name, datatype, shape }))).toEqual(
    want.map(({ name, datatype, shape }) => ({ name, datatype, shape })),
  );
  for (const [i, tensor] of want.entries()) {
    for (const [j, value] of tensor.data.entries()) {
      const other = found[i]?.data[j];
      if (typeof value === 'number') expect(Math.abs(Number(other) - value)).toBeLessThan(1e-5);
      else expect(other).toBe(value);
    }
  }
}

/** Flat data as nested lists, one a row. */
const nested = ({ shape, data }: Tensor): unknown[] => {
  const width = shape.slice(1).reduce((a, b) => a * b, 1);
  return Array.from({ length: shape[0] ?? 0 }, (_, row) => data.slice(row * width, (row + 1) * width));
};

const bytesOf = ({ datatype, data }: Tensor): Buffer =>
  datatype === 'BYTES'
    ? Buffer.concat(
        data.flatMap((text) => {
          const bytes = Buffer.from(String(text));
          const length = Buffer.alloc(4);
          length.writeUInt32LE(bytes.length);
          return [length, bytes];
        }),
      )
    : Buffer.from(Float32Array.from(data.map(Number)).buffer);

describe('Open Inference Protocol: what it says of itself', () => {
  it('is live and ready with JSON bodies', async () => {
    expect((await server.ask('/v2/health/live')).body).toEqual({ live: true });
    expect((await server.ask('/v2/health/ready')).body).toEqual({ ready: true });
    expect((await server.ask('/v2/models/tabular/ready')).body).toEqual({ name: 'tabular', ready: true });
    expect((await server.ask('/v2')).body).toMatchObject({ name: 'drydock', extensions: ['binary_tensor_data'] });
  });

  it('describes the model, with and without its version', async () => {
    const { body } = await server.ask('/v2/models/tabular');
    expect(body).toMatchObject({ name: 'tabular', versions: ['1'], platform: 'onnxruntime_onnx' });
    expect(body['inputs']).toContainEqual({ name: 'city', datatype: 'BYTES', shape: [-1, 1] });
    expect(body['outputs']).toContainEqual({ name: 'probabilities', datatype: 'FP32', shape: [-1, 2] });
    expect((await server.ask('/v2/models/tabular/versions/1')).body).toEqual(body);
    expect((await server.ask('/v2/models/tabular/versions/2')).status).toBe(404);
  });
});

describe('Open Inference Protocol: inference', () => {
  it('takes flat and nested data, in any order of inputs, and gives the id back', async () => {
    const flat = await server.infer({ id: 'a-1', inputs: golden.inputs });
    expect(flat.body).toMatchObject({ model_name: 'tabular', model_version: '1', id: 'a-1' });
    expectGolden(flat.body['outputs'], golden.outputs);
    const other = await server.infer({ inputs: golden.inputs.map((t) => ({ ...t, data: nested(t) })).reverse() });
    expectGolden(other.body['outputs'], golden.outputs);
    expect(other.body['id']).toBeUndefined();
  });

  it('takes a wide tensor and answers integers', async () => {
    expectGolden((await tensors.infer({ inputs: tensorGolden.inputs })).body['outputs'], tensorGolden.outputs);
    const rows = tensorGolden.inputs.map((t) => ({ ...t, data: nested(t) }));
    expectGolden((await tensors.infer({ inputs: rows })).body['outputs'], tensorGolden.outputs);
  });

  it('answers only the outputs asked for', async () => {
    const { body } = await server.infer({ inputs: golden.inputs, outputs: [{ name: 'probabilities' }] });
    expectGolden(body['outputs'], golden.outputs.slice(1));
  });

  it('takes and gives binary tensors, text with its lengths', async () => {
    const blobs = golden.inputs.map(bytesOf);
    const inputs = golden.inputs.map(({ data: _, ...tensor }, i) => ({
      ...tensor,
      parameters: { binary_data_size: blobs[i]?.length },
    }));
    const head = Buffer.from(JSON.stringify({ inputs, parameters: { binary_data_output: true } }));
    const response = await fetch(`${server.url}/v2/models/tabular/infer`, {
      method: 'POST',
      headers: { 'inference-header-content-length': String(head.length) },
      body: Buffer.concat([head, ...blobs]),
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    const length = Number(response.headers.get('inference-header-content-length'));
    const { outputs } = JSON.parse(bytes.toString('utf8', 0, length)) as {
      outputs: (Tensor & { parameters: { binary_data_size: number } })[];
    };
    let offset = length;
    const found = outputs.map((tensor) => {
      const part = bytes.subarray(offset, offset + tensor.parameters.binary_data_size);
      offset += part.length;
      if (tensor.datatype === 'FP32')
        return { ...tensor, data: Array.from({ length: part.length / 4 }, (_, i) => part.readFloatLE(4 * i)) };
      const data: string[] = [];
      for (let at = 0; at < part.length; at += 4 + part.readUInt32LE(at))
        data.push(part.toString('utf8', at + 4, at + 4 + part.readUInt32LE(at)));
      return { ...tensor, data };
    });
    expect(offset).toBe(bytes.length);
    expectGolden(found, golden.outputs);
  });

  it('mixes binary and JSON as each output asks', async () => {
    const outputs = [
      { name: 'probabilities', parameters: { binary_data: true } },
      { name: 'label', parameters: { binary_data: false } },
    ];
    const response = await fetch(`${server.url}/v2/models/tabular/infer`, {
      method: 'POST',
      body: JSON.stringify({ inputs: golden.inputs, outputs }),
    });
    const length = Number(response.headers.get('inference-header-content-length'));
    const bytes = Buffer.from(await response.arrayBuffer());
    const reply = JSON.parse(bytes.toString('utf8', 0, length)) as { outputs: Tensor[] };
    expect(reply.outputs.map(({ name }) => name)).toEqual(['probabilities', 'label']);
    expect(reply.outputs[1]?.data).toEqual(golden.outputs[0]?.data);
    expect(bytes.length - length).toBe(4 * 10);
  });

  it('reads a bare NaN of Python clients as a missing number, and never answers one', async () => {
    const text = JSON.stringify({
      inputs: [{ ...age, data: ['@', 56, 60, 73, 53] }, income, city, { ...job, data: ['NaN', ...job.data.slice(1)] }],
    });
    const { status, body } = await server.infer(text.replace('"@"', 'NaN'));
    expect(status).toBe(200);
    const probabilities = (body['outputs'] as Tensor[])[1]?.data;
    expect(probabilities?.slice(0, 2)).toEqual([null, null]);
  });

  it('gives every one of many requests at once its own answer', async () => {
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, i) => {
        const row = i % 5;
        const inputs = golden.inputs.map((t) => ({ ...t, shape: [1, 1], data: t.data.slice(row, row + 1) }));
        return server.infer({ id: String(i), inputs });
      }),
    );
    for (const [i, { body }] of answers.entries()) {
      expect(body['id']).toBe(String(i));
      const want = golden.outputs.map((t, at) => ({
        ...t,
        shape: [1, ...t.shape.slice(1)],
        data: at === 0 ? t.data.slice(i % 5, (i % 5) + 1) : t.data.slice(2 * (i % 5), 2 * (i % 5) + 2),
      }));
      expectGolden(body['outputs'], want);
    }
  });

  it('answers a request of many rows as it answers each of them, and stays live meanwhile', async () => {
    const rows = 20_000;
    const inputs = golden.inputs.map((t) => ({
      ...t,
      shape: [rows, 1],
      data: Array.from({ length: rows }, (_, i) => t.data[i % 5]),
    }));
    const [{ body }, live] = await Promise.all([server.infer({ inputs }), server.ask('/v2/health/live')]);
    expect(live.status).toBe(200);
    const [label, probabilities] = body['outputs'] as [Tensor, Tensor];
    expect(label.shape).toEqual([rows]);
    expect(label.data.every((value, i) => value === golden.outputs[0]?.data[i % 5])).toBe(true);
    expect(
      probabilities.data.every((value, i) => Math.abs(Number(value) - Number(golden.outputs[1]?.data[i % 10])) < 1e-5),
    ).toBe(true);
  });

  it('reads compressed bodies', async () => {
    const { status, body } = await server.infer(gzipSync(JSON.stringify({ inputs: golden.inputs })), {
      'content-encoding': 'gzip',
    });
    expect(status).toBe(200);
    expectGolden(body['outputs'], golden.outputs);
  });
});

describe('Open Inference Protocol: refusals', () => {
  const cases: readonly (readonly [string, () => unknown, number, RegExp])[] = [
    ['text that is no JSON', () => '{nonsense', 400, /not JSON/],
    ['no inputs', () => ({}), 400, /"inputs" must be a list of "age"/],
    ['an empty list of inputs', () => ({ inputs: [] }), 400, /"inputs"/],
    ['an unknown input', () => ({ inputs: [...golden.inputs, { ...age, name: 'height' }] }), 400, /no input "height"/],
    ['a missing input', () => ({ inputs: [age, income, city] }), 400, /Missing input "job"/],
    ['an input given twice', () => ({ inputs: [...golden.inputs, age] }), 400, /"age" is given twice/],
    [
      'a wrong datatype',
      () => ({ inputs: [{ ...age, datatype: 'INT64' }, income, city, job] }),
      400,
      /"age" is FP32, not "INT64"/,
    ],
    [
      'text where a number belongs',
      () => ({ inputs: [{ ...age, data: [1, 2, 'old', 4, 5] }, income, city, job] }),
      400,
      /Column "age", row 3: "old" is not a number/,
    ],
    [
      'a number where text belongs',
      () => ({ inputs: [age, income, { ...city, data: ['a', 7, 'c', 'd', 'e'] }, job] }),
      400,
      /Column "city", row 2: 7 is not text/,
    ],
    [
      'a number past 32 bits',
      () => ({ inputs: [age, { ...income, data: [1, 2, 3, 4, 1e39] }, city, job] }),
      400,
      /Column "income", row 5/,
    ],
    [
      'data that do not fill the shape',
      () => ({ inputs: [{ ...age, shape: [6, 1] }, income, city, job] }),
      400,
      /5 values for shape/,
    ],
    ['a negative shape', () => ({ inputs: [{ ...age, shape: [-1, 1] }, income, city, job] }), 400, /"shape"/],
    [
      'ragged lists',
      () => ({ inputs: [{ ...age, data: [[1], [2], [3], [4, 5], [6]] }, income, city, job] }),
      400,
      /a list of 2/,
    ],
    [
      'columns of different lengths',
      () => ({ inputs: [{ ...age, shape: [1, 1], data: [1] }, income, city, job] }),
      400,
      /"income" has 5 rows, "age" has 1/,
    ],
    ['no rows', () => ({ inputs: golden.inputs.map((t) => ({ ...t, shape: [0, 1], data: [] })) }), 400, /no rows/],
    ['an unknown output', () => ({ inputs: golden.inputs, outputs: [{ name: 'score' }] }), 400, /no output "score"/],
    ['an id that is no text', () => ({ id: 7, inputs: golden.inputs }), 400, /"id"/],
    [
      'binary data that are not there',
      () => ({ inputs: [{ ...age, data: undefined, parameters: { binary_data_size: 20 } }, income, city, job] }),
      400,
      /binary_data_size/,
    ],
  ];

  it.each(cases)('refuses %s and says why', async (_, body, status, message) => {
    const answer = await server.infer(body());
    expect(answer.status).toBe(status);
    expect(answer.body['error']).toMatch(message);
    expect(Object.keys(answer.body)).toEqual(['error']);
  });

  it('refuses bytes that are no text', async () => {
    expect((await server.infer(new Uint8Array([0xff, 0xfe, 0x7b]))).body['error']).toMatch(/UTF-8/);
    const head = JSON.stringify({
      inputs: [{ name: 'city', datatype: 'BYTES', shape: [1, 1], parameters: { binary_data_size: 6 } }],
    });
    const body = Buffer.concat([Buffer.from(head), Buffer.from([2, 0, 0, 0, 0xff, 0xff])]);
    const answer = await server.infer(body, { 'inference-header-content-length': String(head.length) });
    expect(answer.body['error']).toMatch(/"city", item 1 is not UTF-8/);
  });

  it('answers unknown paths 404, wrong methods 405, and nothing of the file system', async () => {
    expect((await server.ask('/v2/models/other')).status).toBe(404);
    expect((await server.ask('/nothing')).status).toBe(404);
    const wrong = await server.ask('/v2/models/tabular/infer');
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST']);
    for (const path of [
      '/bundle.json',
      '/../bundle.json',
      '/v2/models/..%2Fbundle.json',
      '/v2/models/%2e%2e/ready',
      '//etc/passwd',
      '/v2/models/%ff',
    ]) {
      const { status, body } = await server.ask(path);
      expect(status === 404 || status === 400).toBe(true);
      expect(typeof body['error']).toBe('string');
    }
  });

  it('answers what is no HTTP with 400 in JSON', async () => {
    const { port, hostname } = new URL(server.url);
    const text = await new Promise<string>((resolve) => {
      let all = '';
      const socket = connect(Number(port), hostname, () => socket.write('GET nonsense\r\n\r\n'));
      socket.on('data', (data) => {
        all += data;
      });
      socket.on('close', () => resolve(all));
    });
    expect(text).toMatch(/^HTTP\/1.1 400 /);
    expect(text).toMatch(/\{"error":/);
  });
});

describe('MLflow scoring', () => {
  const columns = golden.inputs.map(({ name }) => name);
  const rows = Array.from({ length: 5 }, (_, row) => golden.inputs.map(({ data }) => data[row]));
  const records = rows.map((row) => Object.fromEntries(columns.map((name, i) => [name, row[i]])));

  it.each([
    ['dataframe_split', { dataframe_split: { columns, data: rows } }],
    [
      'dataframe_split in another order',
      { dataframe_split: { columns: [...columns].reverse(), data: rows.map((row) => [...row].reverse()) } },
    ],
    ['dataframe_records', { dataframe_records: records }],
    ['instances', { instances: records }],
    ['inputs', { inputs: Object.fromEntries(golden.inputs.map(({ name, data }) => [name, data])) }],
    ['columns beyond those of the model', { dataframe_records: records.map((row) => ({ id: 7, ...row, note: 'x' })) }],
    [
      'them in the split form too',
      { dataframe_split: { columns: ['id', ...columns], data: rows.map((row) => [7, ...row]) } },
    ],
  ])('takes %s', async (_, body) => {
    const answer = await server.post('/invocations', body);
    expect(answer.status).toBe(200);
    const predictions = answer.body['predictions'] as { label: string; probabilities: number[] }[];
    expect(predictions.map(({ label }) => label)).toEqual(golden.outputs[0]?.data);
    expect(
      predictions
        .flatMap(({ probabilities }) => probabilities)
        .every((p, i) => Math.abs(p - Number(golden.outputs[1]?.data[i])) < 1e-5),
    ).toBe(true);
  });

  it('takes a bare tensor for a model of one input', async () => {
    const [x] = tensorGolden.inputs as [Tensor];
    for (const body of [
      { instances: nested(x) },
      { inputs: nested(x) },
      { inputs: { x: nested(x) } },
      { instances: nested(x).map((row) => ({ x: row })) },
    ]) {
      const answer = await tensors.post('/invocations', body);
      expect((answer.body['predictions'] as { label: number }[]).map(({ label }) => label)).toEqual(
        tensorGolden.outputs[0]?.data,
      );
    }
  });

  it.each([
    ['two forms', { instances: [], inputs: [] }, /exactly one/],
    ['no form', { rows: [] }, /exactly one/],
    ['a missing column', { dataframe_records: [{ age: 1, income: 2, city: 'x' }] }, /Row 1 lacks the column "job"/],
    [
      'a wrong type',
      { dataframe_records: [{ ...records[0], age: 'old' }] },
      /Column "age", row 1: "old" is not a number/,
    ],
    ['a ragged row', { dataframe_split: { columns, data: [[1]] } }, /Row 1 must be a list of 4/],
    [
      'columns of different lengths',
      { inputs: { age: [1], income: [1, 2], city: ['a'], job: ['b'] } },
      /"income" has 2 rows/,
    ],
    ['no rows', { dataframe_records: [] }, /no rows/],
    ['a row that is no object', { dataframe_records: [5] }, /Row 1 must be an object/],
  ])('refuses %s', async (_, body, message) => {
    const answer = await server.post('/invocations', body);
    expect([answer.status, String(answer.body['error'])]).toEqual([400, expect.stringMatching(message)]);
  });

  it('answers another content type 415, and its health', async () => {
    expect((await server.post('/invocations', 'a,b', { 'content-type': 'text/csv' })).status).toBe(415);
    for (const path of ['/ping', '/health', '/version']) expect((await server.ask(path)).status).toBe(200);
  });
});

describe('limits', () => {
  it('refuses a body past its limit, declared, streamed or unpacked', async () => {
    const small = await RunningServer.start('tabular', ['--body-limit', '2000']);
    try {
      expect((await small.infer({ inputs: golden.inputs, padding: 'x'.repeat(3000) })).status).toBe(413);
      expect((await small.infer(gzipSync('x'.repeat(100_000)), { 'content-encoding': 'gzip' })).status).toBe(413);
      const streamed = await new Promise<number>((resolve, reject) => {
        const post = request(`${small.url}/v2/models/tabular/infer`, { method: 'POST' }, (response) =>
          resolve(response.statusCode ?? 0),
        );
        post.on('error', reject);
        post.write('x'.repeat(1500));
        post.end('x'.repeat(1500));
      });
      expect(streamed).toBe(413);
      expect((await small.infer({ inputs: golden.inputs })).status).toBe(200);
    } finally {
      await small.close();
    }
  });

  it('answers 503 when more requests wait than may', async () => {
    const narrow = await RunningServer.start('tabular', ['--waiting', '1']);
    try {
      const rows = 5000;
      const inputs = golden.inputs.map((t) => ({
        ...t,
        shape: [rows, 1],
        data: Array.from({ length: rows }, (_, i) => t.data[i % 5]),
      }));
      const statuses = (await Promise.all(Array.from({ length: 40 }, () => narrow.infer({ inputs })))).map(
        ({ status }) => status,
      );
      expect(new Set(statuses)).toEqual(new Set([200, 503]));
      expect((await narrow.infer({ inputs: golden.inputs })).status).toBe(200);
    } finally {
      await narrow.close();
    }
  });

  it('asks for its token everywhere but on health', async () => {
    const closed = await RunningServer.start('tabular', ['--token', 'secret']);
    try {
      expect((await closed.infer({ inputs: golden.inputs })).status).toBe(401);
      expect((await closed.infer({ inputs: golden.inputs }, { authorization: 'Bearer wrong' })).status).toBe(401);
      expect((await closed.infer({ inputs: golden.inputs }, { authorization: 'Bearer secret' })).status).toBe(200);
      expect((await closed.ask('/v2/health/ready')).status).toBe(200);
      expect((await closed.ask('/metrics')).status).toBe(401);
    } finally {
      await closed.close();
    }
  });

  it('finishes the requests under way when it is told to stop', async () => {
    const ending = await RunningServer.start('tabular');
    try {
      const rows = 20_000;
      const inputs = golden.inputs.map((t) => ({
        ...t,
        shape: [rows, 1],
        data: Array.from({ length: rows }, (_, i) => t.data[i % 5]),
      }));
      const answer = ending.infer({ inputs });
      await ending.ask('/v2/health/live');
      const ended = ending.signal('SIGTERM');
      expect((await answer).status).toBe(200);
      expect(await ended).toBe(0);
    } finally {
      await ending.close();
    }
  });

  it('counts what it served for Prometheus', async () => {
    const { body } = await server.ask('/metrics');
    expect(body['text']).toMatch(/^model_requests_total\{status="200"\} \d+$/m);
    expect(body['text']).toMatch(/^model_request_duration_seconds_count \d+$/m);
  });
});
