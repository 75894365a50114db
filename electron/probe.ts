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
      const detail = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
      checks.push({
        name: label,
        status: name === 'cpu' ? 'failed' : 'warning',
        detail,
        remedy: name === 'cpu' ? 'Run `npm ci` again.' : 'Not needed; the CPU is used.',
      });
    }
  }
}

for (const [name, probe] of [
  ['DuckDB', probeDuckDb],
  ['ONNX Runtime', probeProviders],
] as const) {
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
