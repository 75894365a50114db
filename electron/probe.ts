import type { DoctorCheck } from '../shared/contract/system.ts';

/**
 * A throw-away process that loads the native libraries and runs a real inference on every execution provider this build
 * of ONNX Runtime has. It prints one JSON line; a provider that brings it down takes nothing else along.
 */
const checks: DoctorCheck[] = [];

// y = x + x, as ModelProto bytes: ir 8, opset 17, one Add node on a float tensor of shape [1].
const DOUBLE = Buffer.from(
  'CAg6NQoOCgF4CgF4EgF5IgNBZGQSAWdaDwoBeBIKCggIARIECgIIAWIPCgF5EgoKCAgBEgQKAggBQgQKABAR',
  'base64',
);

async function probeDuckDb(): Promise<void> {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const [row] = (await connection.runAndReadAll('SELECT version(), sum(range)::INTEGER FROM range(1000)')).getRowsJS();
  if (row?.[1] !== 499_500) throw new Error(`sum of 0 to 999 came out as ${row?.[1]}`);
  checks.push({ name: 'DuckDB', status: 'ok', detail: String(row[0]), remedy: null });
}

const REMEDIES: Readonly<Record<string, string>> = {
  cpu: 'Run `npm ci` again.',
  cuda: 'Not needed; for an NVIDIA card: `drydock setup cuda`.',
};

/** The cause alone: ONNX Runtime tells first where in its sources, in what function and which condition. */
function causeOf(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return /(?:failure \d+: |was false\. )(.+?)(?: ;|$)/.exec(line)?.[1] ?? line;
}

async function probeProviders(): Promise<void> {
  const ort = await import('onnxruntime-node');
  for (const { name } of ort.listSupportedBackends()) {
    const label = `ONNX Runtime on ${name}`;
    try {
      const session = await ort.InferenceSession.create(new Uint8Array(DOUBLE), { executionProviders: [name] });
      const { y } = await session.run({ x: new ort.Tensor('float32', Float32Array.of(21), [1]) });
      const value = Number(y?.data[0]);
      if (value !== 42) throw new Error(`21 + 21 came out as ${value}`);
      checks.push({
        name: label,
        status: 'ok',
        detail: `answers right (${ort.env.versions.node ?? ort.env.versions.common})`,
        remedy: null,
      });
    } catch (error) {
      checks.push({
        name: label,
        status: name === 'cpu' ? 'failed' : 'warning',
        detail: causeOf(error),
        remedy: REMEDIES[name] ?? 'Not needed; the CPU is used.',
      });
    }
  }
}

/** TensorFlow.js on the backend it would train on: its native part where it is set up, else WebAssembly. */
async function probeTensorFlow(): Promise<void> {
  const name = 'TensorFlow.js';
  const { loadTensorFlow } = await import('./compute/tfjs/load-tensorflow.ts');
  try {
    const { tf, label, isNative } = await loadTensorFlow();
    const [a, b] = [tf.tensor([1, 2, 3, 4], [2, 2], 'float32'), tf.tensor([5, 6, 7, 8], [2, 2], 'float32')];
    const product = Array.from(tf.matMul(a, b).dataSync()).join();
    if (product !== '19,22,43,50') throw new Error(`a product of matrices came out as ${product}`);
    checks.push({
      name,
      status: 'ok',
      detail: label,
      remedy: isNative ? null : 'Quicker with its native part: `drydock setup tfjs-node`.',
    });
  } catch (error) {
    const detail = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    checks.push({ name, status: 'warning', detail, remedy: 'Not needed; ONNX Runtime trains.' });
  }
}

/** Asked for one part by its name; without one, the parts that everything stands on. */
const PARTS = {
  native: [
    ['DuckDB', probeDuckDb],
    ['ONNX Runtime', probeProviders],
  ],
  tensorflow: [['TensorFlow.js', probeTensorFlow]],
} as const;

for (const [name, probe] of PARTS[process.argv[2] === 'tensorflow' ? 'tensorflow' : 'native']) {
  try {
    await probe();
  } catch (error) {
    checks.push({
      name,
      status: 'failed',
      detail: error instanceof Error ? error.message : String(error),
      remedy: 'Run `npm ci` again.',
    });
  }
}
process.stdout.write(`${JSON.stringify(checks)}\n`, () => process.exit(0));
