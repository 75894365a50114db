import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buildRuntime } from '../../electron/runtime/build.ts';
import { fixtureModel } from '../helpers/bundle-workspace.ts';
import { generateLoad, type LoadResult } from '../helpers/load-generator.ts';
import { writeServable } from '../helpers/servable-model.ts';
import type { Bench, Measurement, Peer } from './bench.ts';
import { PEERS, pythonOf } from './peers.ts';

const CLIENTS = 32;
const SECONDS = 5;
const PEER_PORT = 18_432;
/** A server that is not up after this many looks, a tenth of a second apart, will not come up. */
const LOOKS = 300;

/** 64 different rows of 28 numbers, the same in every run. */
const bodies = Array.from({ length: 64 }, (_, row) => {
  const data = Array.from({ length: 28 }, (__, i) => Number(Math.sin(row * 31 + i * 7).toFixed(6)));
  return JSON.stringify({ inputs: [{ name: 'x', shape: [1, 28], datatype: 'FP32', data }] });
});

const loadOn = (base: string): Promise<LoadResult> =>
  generateLoad({
    url: new URL(`${base}/v2/models/tensor/infer`),
    bodies,
    clients: CLIENTS,
    seconds: SECONDS,
    warmUpSeconds: 1,
  });

/** Seconds are those a request takes of the server's time: one over the requests a second. */
function measurementOf(loads: readonly LoadResult[]): Measurement {
  const failures = loads.reduce((sum, load) => sum + load.failures, 0);
  return {
    seconds: loads.map(({ requestsPerSecond }) => 1 / requestsPerSecond),
    rows: 1,
    figures: {
      requestsPerSecond: Math.round(Math.max(...loads.map(({ requestsPerSecond }) => requestsPerSecond))),
      p99Ms: Math.min(...loads.map(({ p99Ms }) => p99Ms)),
      failures,
    },
  };
}

/** Starts a server, waits until it is up, and runs `repeat` loads on it. */
async function loads(child: ChildProcess, base: string | null, repeat: number): Promise<LoadResult[]> {
  try {
    const url = base ?? (await printedUrl(child));
    await isUp(url);
    const results: LoadResult[] = [];
    for (let i = 0; i < repeat; i++) results.push(await loadOn(url));
    return results;
  } finally {
    child.kill('SIGKILL');
  }
}

async function printedUrl(child: ChildProcess): Promise<string> {
  for await (const data of child.stdout ?? []) {
    const url = /^listening on (\S+)$/m.exec(String(data))?.[1];
    if (url) return url;
  }
  throw new Error('The server did not start.');
}

async function isUp(base: string): Promise<void> {
  for (let look = 0; look < LOOKS; look++) {
    const answer = await fetch(`${base}/v2/models/tensor/infer`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: bodies[0] ?? '',
    }).catch(() => null);
    if (answer?.ok) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`No answer from ${base}.`);
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'drydock-serving-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function startPeer(python: string, peer: string, folder: string): ChildProcess {
  const stdio = ['ignore', 'ignore', 'inherit'] as const;
  if (peer === 'fastapi-doing-nothing')
    return spawn(python, [join(PEERS, 'serve_nothing.py'), String(PEER_PORT)], { stdio: [...stdio] });
  const model = join(folder, 'tensor');
  mkdirSync(model, { recursive: true });
  copyFileSync(join(PEERS, 'mlserver', 'onnx_model.py'), join(model, 'onnx_model.py'));
  copyFileSync(fixtureModel('tensor.onnx'), join(model, 'model.onnx'));
  writeFileSync(
    join(model, 'model-settings.json'),
    JSON.stringify({ name: 'tensor', implementation: 'onnx_model.OnnxModel', parameters: { uri: './model.onnx' } }),
  );
  const ports = { http: PEER_PORT, grpc: PEER_PORT + 1, metrics: PEER_PORT + 2 };
  return spawn(join(dirname(python), 'mlserver'), ['start', folder], {
    cwd: model,
    stdio: [...stdio],
    env: {
      ...process.env,
      PYTHONPATH: model,
      MLSERVER_HTTP_PORT: String(ports.http),
      MLSERVER_GRPC_PORT: String(ports.grpc),
      MLSERVER_METRICS_PORT: String(ports.metrics),
      MLSERVER_PARALLEL_WORKERS: '0',
      MLSERVER_DEBUG: 'false',
    },
  });
}

async function measurePeer({ peer, environment }: Peer, repeat: number): Promise<Measurement | string> {
  const python = pythonOf(environment);
  if (!existsSync(python)) return 'the peer is not installed: run `sh test/bench/peers/setup.sh`';
  return inFolder(async (folder) =>
    measurementOf(await loads(startPeer(python, peer, folder), `http://127.0.0.1:${PEER_PORT}`, repeat)),
  );
}

/** 28 floats as JSON of the Open Inference Protocol, 32 clients that each keep one connection. */
export const serving: Bench = {
  name: 'http-serving',
  target: 'at least 10x MLServer, 4x FastAPI doing nothing',
  data: null,
  peers: [
    { job: 'serving', peer: 'mlserver', environment: 'mlserver' },
    { job: 'serving', peer: 'fastapi-doing-nothing' },
  ],
  measurePeer,
  async ours(_, repeat) {
    const runtime = await buildRuntime();
    return inFolder(async (folder) => {
      const bundle = writeServable('tensor', folder, runtime);
      const native = dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'));
      const args = [join(bundle, 'server.mjs'), '--port', '0', '--engine', 'native', '--onnxruntime-node', native];
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
      return measurementOf(await loads(child, null, repeat));
    });
  },
  accuracy: ({ figures: ours }, { figures: theirs }) =>
    `${ours['requestsPerSecond']}/s, p99 ${Number(ours['p99Ms']).toFixed(1)} ms against ${theirs['requestsPerSecond']}/s, ${Number(theirs['p99Ms']).toFixed(1)} ms; ${ours['failures']} failures`,
};
