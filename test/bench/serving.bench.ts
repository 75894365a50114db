/**
 * `node test/bench/serving.bench.ts [--clients 32] [--seconds 5] [--python PATH] [--url URL --model NAME]`: 28 floats as JSON
 * of the Open Inference Protocol through keep-alive connections. Without `--url` it measures our server on both engines,
 * servers that do nothing in Node and (with a Python that has it) in FastAPI; with it, any server of the protocol, by
 * the same generator. Prints one line of JSON a server.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildRuntime } from '../../electron/runtime/build.ts';
import { generateLoad } from '../helpers/load-generator.ts';
import { writeServable } from '../helpers/servable-model.ts';

const { values } = parseArgs({
  options: {
    clients: { type: 'string', default: '32' },
    seconds: { type: 'string', default: '5' },
    url: { type: 'string' },
    python: { type: 'string' },
    model: { type: 'string', default: 'tensor' },
  },
});

/** 64 different rows, the same in every run. */
const bodies = Array.from({ length: 64 }, (_, row) => {
  const data = Array.from({ length: 28 }, (__, i) => Number(Math.sin(row * 31 + i * 7).toFixed(6)));
  return JSON.stringify({ inputs: [{ name: 'x', shape: [1, 28], datatype: 'FP32', data }] });
});

const PEER_PORT = 18_432;

const IDLE_SERVER = `import { createServer } from 'node:http';
const body = '{"outputs":[]}';
const server = createServer((request, response) => {
  request.on('data', () => {});
  request.on('end', () => { response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }); response.end(body); });
});
server.listen(0, '127.0.0.1', () => console.log('listening on http://127.0.0.1:' + server.address().port));`;

async function measure(server: string, base: string): Promise<void> {
  const url = new URL(`${base}/v2/models/${encodeURIComponent(values.model)}/infer`);
  const load = { url, bodies, clients: Number(values.clients), seconds: Number(values.seconds), warmUpSeconds: 1 };
  const { requestsPerSecond, p50Ms, p99Ms, requests, failures } = await generateLoad(load);
  const figures = {
    requestsPerSecond: Math.round(requestsPerSecond),
    p50Ms: Number(p50Ms.toFixed(3)),
    p99Ms: Number(p99Ms.toFixed(3)),
  };
  process.stdout.write(`${JSON.stringify({ server, clients: load.clients, ...figures, requests, failures })}\n`);
}

async function started(child: ChildProcess): Promise<string> {
  for await (const data of child.stdout ?? []) {
    const url = /^listening on (\S+)$/m.exec(String(data))?.[1];
    if (url) return url;
  }
  throw new Error('The server did not start.');
}

async function measureProcess(server: string, args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    await measure(server, await started(child));
  } finally {
    child.kill('SIGKILL');
  }
}

/** FastAPI takes a moment to listen and does not say so. */
async function measurePeer(python: string): Promise<void> {
  const script = join(import.meta.dirname, 'peers', 'serve_nothing.py');
  const child = spawn(python, [script, String(PEER_PORT)], { stdio: ['ignore', 'inherit', 'inherit'] });
  try {
    const base = `http://127.0.0.1:${PEER_PORT}`;
    for (let i = 0; i < 200; i++) {
      const isUp = await fetch(base).then(
        () => true,
        () => false,
      );
      if (isUp) break;
      await new Promise((done) => setTimeout(done, 100));
    }
    await measure('FastAPI that does nothing', base);
  } finally {
    child.kill('SIGKILL');
  }
}

if (values.url) {
  await measure(values.url, values.url);
} else {
  const folder = mkdtempSync(join(tmpdir(), 'drydock-serving-'));
  try {
    const bundle = writeServable('tensor', folder, await buildRuntime());
    const native = dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'));
    const server = [join(bundle, 'server.mjs'), '--port', '0'];
    await measureProcess('drydock, onnxruntime-node', [...server, '--engine', 'native', '--onnxruntime-node', native]);
    await measureProcess('drydock, WebAssembly', [...server, '--engine', 'wasm']);
    await measureProcess('node:http that does nothing', ['--input-type=module', '-e', IDLE_SERVER]);
    if (values.python) await measurePeer(values.python);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
