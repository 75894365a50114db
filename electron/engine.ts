import { parseArgs } from 'node:util';
import { toAppError } from '../shared/errors.ts';
import { createEngine, type Engine } from './engine-core.ts';
import { type Host, startHost } from './host/host.ts';
import { serveIpc, tellParent } from './host/ipc-relay.ts';

/**
 * Entry of the engine process: `--workspace DIR [--port N] [--static DIR]`, token by DRYDOCK_TOKEN (or `--token`). It serves the browser host always,
 * so that a command line can find it, and the process that started it over IPC when there is one.
 */
const { values } = parseArgs({
  options: {
    workspace: { type: 'string', default: process.env['DRYDOCK_WORKSPACE'] ?? 'drydock-workspace' },
    port: { type: 'string' },
    token: { type: 'string' },
    static: { type: 'string' },
  },
});

// By the environment rather than an argument, which every account of the machine can read; workers do not inherit it.
const token = process.env['DRYDOCK_TOKEN'] ?? values.token;
delete process.env['DRYDOCK_TOKEN'];

let engine: Engine | undefined;
let host: Host | undefined;
let isStopping = false;

async function stop(code: number): Promise<void> {
  if (isStopping) return;
  isStopping = true;
  await host?.close();
  await engine?.close();
  process.exit(code);
}

// A terminal's Ctrl-C reaches the whole group; with a parent it is the parent who decides.
if (process.connected) process.on('SIGINT', () => {});
else process.on('SIGINT', () => void stop(130));
process.on('SIGTERM', () => void stop(0));

try {
  engine = await createEngine({ workspace: values.workspace });
  host = await startHost({
    engine,
    ...(values.port === undefined ? {} : { port: Number(values.port) }),
    ...(token === undefined ? {} : { token }),
    ...(values.static === undefined ? {} : { staticFolder: values.static }),
  });
  engine.publish(host);
  if (process.connected) serveIpc(engine, () => void stop(0));
  if (!tellParent({ kind: 'ready', url: host.url, token: host.token })) {
    console.log(`${host.url}/?token=${host.token}`);
  }
} catch (error) {
  const known = toAppError(error);
  if (!tellParent({ kind: 'failed', error: known.toWire() })) {
    console.error(known.message);
    if (known.remedy) console.error(known.remedy);
  }
  await stop(1);
}
