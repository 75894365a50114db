import type { BundleManifest, GoldenFile, GoldenTensor } from '../../../shared/bundle-format.ts';
import { need } from './check-list.ts';

interface Reply {
  readonly status: number;
  readonly body: unknown;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

async function ask(url: string, body?: unknown): Promise<Reply> {
  const response = await fetch(
    url,
    body === undefined
      ? {}
      : {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: typeof body === 'string' ? body : JSON.stringify(body),
        },
  );
  const text = await response.text();
  try {
    return { status: response.status, body: JSON.parse(text) };
  } catch {
    // A body that is no JSON is shown as it is.
    return { status: response.status, body: text };
  }
}

/** A path of the served model. */
const modelUrl = (url: string, manifest: BundleManifest, rest = ''): string =>
  `${url}/v2/models/${encodeURIComponent(manifest.name)}${rest}`;

export async function checkHealth(url: string, manifest: BundleManifest): Promise<string> {
  const paths = ['/v2/health/live', '/v2/health/ready', '/ping'].map((path) => `${url}${path}`);
  for (const path of [...paths, modelUrl(url, manifest, '/ready')]) {
    const { status } = await ask(path);
    need(status === 200, `${path} answers ${status}.`);
  }
  return 'live and ready';
}

export async function checkMetadata(url: string, manifest: BundleManifest): Promise<string> {
  const { status, body } = await ask(modelUrl(url, manifest));
  need(status === 200 && isRecord(body), `the metadata answer ${status}.`);
  need(body['name'] === manifest.name, `the model is called ${String(body['name'])}.`);
  const specs = (tensors: unknown): string =>
    JSON.stringify(
      Array.isArray(tensors)
        ? tensors.map((t: unknown) => (isRecord(t) ? [t['name'], t['datatype'], t['shape']] : t))
        : tensors,
    );
  for (const kind of ['inputs', 'outputs'] as const) {
    need(
      specs(body[kind]) === specs(manifest[kind]),
      `its ${kind} are ${specs(body[kind])}, bundle.json says ${specs(manifest[kind])}.`,
    );
  }
  return `${manifest.inputs.length} inputs, ${manifest.outputs.length} outputs as in bundle.json`;
}

type Tolerance = Pick<GoldenFile, 'tolerance' | 'relativeTolerance'>;

/** What differs between an answer and the golden one; undefined when nothing does. */
export function difference(
  found: unknown,
  wanted: readonly GoldenTensor[],
  { tolerance, relativeTolerance }: Tolerance,
): string | undefined {
  if (!Array.isArray(found) || found.length !== wanted.length) return 'the outputs are not those expected';
  for (const [index, want] of wanted.entries()) {
    const tensor: unknown = found[index];
    if (!isRecord(tensor) || tensor['name'] !== want.name) return `output "${want.name}" is missing`;
    const data = tensor['data'];
    if (tensor['datatype'] !== want.datatype || JSON.stringify(tensor['shape']) !== JSON.stringify(want.shape)) {
      return `"${want.name}" is ${String(tensor['datatype'])} ${JSON.stringify(tensor['shape'])}`;
    }
    if (!Array.isArray(data) || data.length !== want.data.length)
      return `"${want.name}" has no ${want.data.length} values`;
    for (const [i, expected] of want.data.entries()) {
      const value: unknown = data[i];
      const isSame =
        typeof expected === 'number' && typeof value === 'number'
          ? Math.abs(value - expected) <= tolerance + relativeTolerance * Math.abs(expected)
          : value === expected;
      if (!isSame) return `"${want.name}"[${i}] is ${JSON.stringify(value)}, golden ${JSON.stringify(expected)}`;
    }
  }
  return undefined;
}

export async function checkGolden(url: string, manifest: BundleManifest, golden: GoldenFile): Promise<string> {
  need(golden.requests.length > 0, 'golden.json holds no requests.');
  const infer = modelUrl(url, manifest, '/infer');
  const wrong: string[] = [];
  for (const { id, inputs, outputs } of golden.requests) {
    const { status, body } = await ask(infer, { id, inputs });
    const fault =
      status === 200 && isRecord(body)
        ? body['id'] === id
          ? difference(body['outputs'], outputs, golden)
          : 'the id did not come back'
        : `status ${status}: ${JSON.stringify(body).slice(0, 200)}`;
    if (fault !== undefined) wrong.push(`${id}: ${fault}`);
  }
  const count = golden.requests.length;
  need(wrong.length === 0, `${wrong.length} of ${count} golden answers differ. ${wrong.slice(0, 3).join('; ')}`);
  if (golden.rows > 0) {
    const { body } = await ask(infer, { inputs: golden.inputs });
    const fault = difference(isRecord(body) ? body['outputs'] : undefined, golden.outputs, golden);
    need(fault === undefined, `the batch of ${golden.rows} rows differs: ${fault}.`);
  }
  return `${count} of ${count} golden answers equal within ${golden.tolerance}${golden.relativeTolerance > 0 ? ` + ${golden.relativeTolerance} relative` : ''}, one by one and as a batch`;
}

/** Flat values in row-major order as lists inside each other. */
function nestedLists(data: readonly unknown[], [size = 1, ...rest]: readonly number[]): unknown {
  if (rest.length === 0) return data;
  const width = data.length / size;
  return Array.from({ length: size }, (_, i) => nestedLists(data.slice(i * width, (i + 1) * width), rest));
}

export async function checkInvocations(url: string, golden: GoldenFile): Promise<string> {
  const first = golden.requests[0];
  need(first !== undefined, 'golden.json holds no requests.');
  const nested = ({ shape, data }: GoldenTensor) =>
    shape.slice(1).reduce((a, b) => a * b, 1) === 1 ? data[0] : nestedLists(data, shape.slice(1));
  const record = Object.fromEntries(first.inputs.map((tensor) => [tensor.name, nested(tensor)]));
  const { status, body } = await ask(`${url}/invocations`, { dataframe_records: [record] });
  const answer: unknown = isRecord(body) && Array.isArray(body['predictions']) ? body['predictions'][0] : undefined;
  need(status === 200 && isRecord(answer), `status ${status}: ${JSON.stringify(body).slice(0, 200)}`);
  const outputs = first.outputs.map((want) => ({ ...want, data: [answer[want.name]].flat() }));
  const fault = difference(outputs, first.outputs, golden);
  need(fault === undefined, `the answer differs: ${fault}.`);
  return `the first golden row scores the same through /invocations`;
}

/** Requests that must be refused with a 4xx and a text. */
export async function checkRefusals(url: string, manifest: BundleManifest, golden: GoldenFile): Promise<string> {
  const infer = modelUrl(url, manifest, '/infer');
  const inputs = golden.requests[0]?.inputs ?? [];
  const cases: readonly (readonly [string, string, unknown])[] = [
    ['no JSON', infer, '{nonsense'],
    ['no inputs', infer, { inputs: [] }],
    [
      'an unknown input',
      infer,
      { inputs: [...inputs, { name: 'no such input', datatype: 'FP32', shape: [1, 1], data: [0] }] },
    ],
    ['a missing input', infer, { inputs: inputs.slice(1) }],
    ['a wrong type', infer, { inputs: inputs.map((tensor) => ({ ...tensor, data: tensor.data.map(() => ({})) })) }],
    ['an unknown model', `${url}/v2/models/no-such-model/infer`, { inputs }],
    ['a path out of the folder', `${url}/v2/models/..%2f..%2fbundle.json`, undefined],
  ];
  for (const [name, path, body] of cases) {
    const reply = await ask(path, body);
    const isRefused =
      reply.status >= 400 && reply.status < 500 && isRecord(reply.body) && typeof reply.body['error'] === 'string';
    need(isRefused, `${name} is answered ${reply.status}.`);
  }
  return `${cases.length} bad requests refused with 4xx and a reason`;
}
