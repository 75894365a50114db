import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { createHttpServer } from './http-server.ts';
import { LiveRules, RULE_MODES, type RuleMode } from './live-rules.ts';
import { MicroBatcher } from './micro-batcher.ts';
import type { EngineKind } from './model-engine.ts';
import { RequestMetrics } from './request-metrics.ts';
import { OPEN_PATHS, Router } from './routes.ts';
import { openServedModel } from './served-model.ts';

const HELP = `Serves the model of this bundle: Open Inference Protocol v2 (REST) and MLflow /invocations.

  node server.mjs [options]

  --host ADDRESS            address to listen on (HOST; default 127.0.0.1, 0.0.0.0 for all)
  --port PORT               port, 0 for any free one (PORT; default 8080)
  --token TOKEN             bearer token that requests must carry (SERVER_TOKEN; better than the option)
  --engine auto|native|wasm onnxruntime-node, or the WebAssembly build beside this file (default auto)
  --onnxruntime-node DIR    folder of the onnxruntime-node package, when it is not installed here
  --bundle DIR              folder of the bundle (default: the folder of this file)
  --body-limit BYTES        largest body of a request (default 33554432)
  --time-limit SECONDS      longest a request may take (default 30)
  --rules off|annotate|enforce  what becomes of rows that fail a rule of schema.json: not looked at; answered, with
                            what failed as "parameters" and x-rule-failures; refused with 400 (default annotate)
  --waiting N               requests that may wait before others are answered 503 (default 1024)
`;

/** How long requests under way may take once the server was told to stop. */
const STOP_MS = 10_000;

class UsageError extends Error {}

function wholeNumber(name: string, text: string, highest: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > highest)
    throw new UsageError(`--${name} must be a whole number of at most ${highest}, not "${text}".`);
  return value;
}

function engineKind(text: string): EngineKind | 'auto' {
  if (text === 'auto' || text === 'native' || text === 'wasm') return text;
  throw new UsageError(`--engine must be auto, native or wasm, not "${text}".`);
}

function ruleMode(text: string): RuleMode {
  const found = RULE_MODES.find((mode) => mode === text);
  if (found) return found;
  throw new UsageError(`--rules must be one of ${RULE_MODES.join(', ')}, not "${text}".`);
}

function readOptions() {
  const text = { type: 'string' } as const;
  const options = {
    host: text,
    port: text,
    token: text,
    engine: text,
    'onnxruntime-node': text,
    bundle: text,
    'body-limit': text,
    'time-limit': text,
    waiting: text,
    rules: text,
    help: { type: 'boolean' },
  } as const;
  const { values } = (() => {
    try {
      return parseArgs({ options });
    } catch (error) {
      throw new UsageError(error instanceof Error ? error.message : String(error));
    }
  })();
  const { env } = process;
  const token = values.token ?? env['SERVER_TOKEN'];
  delete env['SERVER_TOKEN'];
  return {
    isHelp: values.help === true,
    host: values.host ?? env['HOST'] ?? '127.0.0.1',
    port: wholeNumber('port', values.port ?? env['PORT'] ?? '8080', 65535),
    token: token === '' ? undefined : token,
    engine: engineKind(values.engine ?? 'auto'),
    nativePackage: values['onnxruntime-node'],
    bundle: values.bundle ?? import.meta.dirname,
    bodyLimit: wholeNumber('body-limit', values['body-limit'] ?? '33554432', 2 ** 31),
    timeLimitMs: wholeNumber('time-limit', values['time-limit'] ?? '30', 3600) * 1000,
    ruleMode: ruleMode(values.rules ?? env['RULES'] ?? 'annotate'),
    mostWaiting: wholeNumber('waiting', values.waiting ?? '1024', 1_000_000),
  };
}

declare const RUNTIME_VERSION: string;

async function main(): Promise<void> {
  const options = readOptions();
  if (options.isHelp) {
    process.stdout.write(HELP);
    return;
  }
  // A parent that is gone before the model is loaded would leave a server nobody knows of.
  const orphaned = () => process.exit(0);
  if (process.connected) process.on('disconnect', orphaned);
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const model = await openServedModel(options.bundle, {
    engine: options.engine,
    nativePackage: options.nativePackage,
    say,
  });
  const { mostWaiting, timeLimitMs, bodyLimit } = options;
  const batcher = new MicroBatcher(model.engine, { mostWaiting, timeLimitMs, targetRunMs: 4 });
  const metrics = new RequestMetrics();
  let isStopping = false;
  const router = new Router({
    model,
    batcher,
    metrics,
    rules: LiveRules.read(options.bundle, model.inputs, say),
    ruleMode: options.ruleMode,
    bodyLimit,
    serverVersion: RUNTIME_VERSION,
    isStopping: () => isStopping,
  });
  const server = createHttpServer({
    token: options.token,
    openPaths: OPEN_PATHS,
    timeLimitMs,
    handle: (request, path) => router.handle(request, path),
    report: (error) => say(error instanceof Error ? (error.stack ?? error.message) : String(error)),
  });

  const stop = () => {
    if (isStopping) return;
    isStopping = true;
    server.close(() => process.exit(0));
    server.closeIdleConnections();
    setTimeout(() => process.exit(0), STOP_MS).unref();
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  if (process.connected) {
    // Under a parent: it is told how much was served, and its end is ours.
    let told = 0;
    setInterval(() => {
      if (metrics.requests === told || !process.connected) return;
      told = metrics.requests;
      process.send?.({ kind: 'served', requests: told });
    }, 500).unref();
    process.on('disconnect', stop);
    process.off('disconnect', orphaned);
  }

  server.on('error', (error: Error & { code?: string }) => {
    say(
      error.code === 'EADDRINUSE'
        ? `Port ${options.port} is taken: choose another with --port, or 0 for any free one.`
        : `Cannot listen on ${options.host}:${options.port}: ${error.message}`,
    );
    process.exit(1);
  });
  server.listen(options.port, options.host, () => {
    const { address, port, family } = server.address() as AddressInfo;
    const host = family === 'IPv6' ? `[${address}]` : address;
    const url = `http://${host}:${port}`;
    process.stdout.write(`listening on ${url}\n`);
    say(
      `${model.name} version ${model.version} on ${model.engine.label}: ${url}/v2/models/${encodeURIComponent(model.name)}`,
    );
    if (options.token === undefined && !/^(127\.|\[?::1)/.test(host))
      say('Anyone who reaches this address may ask: set SERVER_TOKEN to ask for a token.');
    process.send?.({ kind: 'listening', url, engine: model.engine.label });
  });
}

const fail = (error: unknown): never => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  if (error instanceof UsageError) process.stderr.write('Run with --help for the options.\n');
  process.exit(error instanceof UsageError ? 2 : 1);
};

main().catch(fail);
