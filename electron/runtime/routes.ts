import type { IncomingMessage } from 'node:http';
import type { Tensor } from './datatypes.ts';
import { type Answer, jsonAnswer } from './http-server.ts';
import { InferReplyWriter } from './infer-reply.ts';
import { readInferRequest } from './infer-request.ts';
import { readInvocation, writePredictions } from './invocations.ts';
import { parseJsonBody } from './json-body.ts';
import type { LiveRules, RuleFailure, RuleMode } from './live-rules.ts';
import type { MicroBatcher } from './micro-batcher.ts';
import { readBody } from './request-body.ts';
import { RequestError } from './request-error.ts';
import type { RequestMetrics } from './request-metrics.ts';
import type { ServedModel } from './served-model.ts';

export interface RouterParts {
  readonly model: ServedModel;
  readonly batcher: MicroBatcher;
  readonly metrics: RequestMetrics;
  readonly rules: LiveRules;
  readonly ruleMode: RuleMode;
  readonly serverVersion: string;
  readonly bodyLimit: number;
  isStopping(): boolean;
}

const EXTENSIONS = ['binary_tensor_data'];
const HEADER_LENGTH = 'inference-header-content-length';

/** Paths that a supervisor asks without a token. */
export const OPEN_PATHS: ReadonlySet<string> = new Set(['/v2/health/live', '/v2/health/ready', '/ping', '/health']);

/** Answers every path of the Open Inference Protocol (REST), MLflow's scoring protocol and Prometheus' scrape. */
export class Router {
  readonly #parts: RouterParts;
  readonly #writer: InferReplyWriter;
  readonly #inferPath: string;

  constructor(parts: RouterParts) {
    this.#parts = parts;
    this.#writer = new InferReplyWriter(parts.model, parts.model.outputs);
    this.#inferPath = `/v2/models/${encodeURIComponent(parts.model.name)}/infer`;
  }

  /** Throws RequestError for what is not served. */
  handle(request: IncomingMessage, path: string): Answer | Promise<Answer> {
    if (path === this.#inferPath) return this.#post(request, () => this.#infer(request));
    const { serverVersion, model } = this.#parts;
    switch (path) {
      case '/v2':
      case '/v2/':
        return this.#get(request, () =>
          jsonAnswer({ name: 'drydock', version: serverVersion, extensions: EXTENSIONS }),
        );
      case '/v2/health/live':
        return this.#get(request, () => jsonAnswer({ live: true }));
      case '/v2/health/ready':
        return this.#get(request, () => this.#ready({ ready: !this.#parts.isStopping() }));
      case '/v2/models':
        return this.#get(request, () => jsonAnswer({ models: [model.name] }));
      case '/ping':
      case '/health':
        return this.#get(request, () => this.#ready({ status: this.#parts.isStopping() ? 'stopping' : 'ok' }));
      case '/version':
        return this.#get(request, () => ({ status: 200, type: 'text/plain; charset=utf-8', body: serverVersion }));
      case '/metrics':
        return this.#get(request, () => this.#scrape());
      case '/invocations':
        return this.#post(request, () => this.#invoke(request));
      default:
        return this.#model(request, path);
    }
  }

  #get(request: IncomingMessage, answer: () => Answer): Answer {
    if (request.method === 'GET' || request.method === 'HEAD') return answer();
    throw new RequestError(405, `${request.method} is not for this path.`, { allow: 'GET' });
  }

  #post(request: IncomingMessage, answer: () => Promise<Answer>): Promise<Answer> {
    if (request.method === 'POST') return this.#timed(answer);
    throw new RequestError(405, `${request.method} is not for this path.`, { allow: 'POST' });
  }

  async #timed(answer: () => Promise<Answer>): Promise<Answer> {
    const began = performance.now();
    let status = 500;
    try {
      const made = await answer();
      status = made.status;
      return made;
    } catch (error) {
      if (error instanceof RequestError) status = error.status;
      throw error;
    } finally {
      this.#parts.metrics.answered(status, (performance.now() - began) / 1000);
    }
  }

  #ready(body: unknown): Answer {
    return jsonAnswer(body, this.#parts.isStopping() ? 503 : 200);
  }

  #scrape(): Answer {
    const { waiting, runs, rows } = this.#parts.batcher;
    return {
      status: 200,
      type: 'text/plain; version=0.0.4; charset=utf-8',
      body: this.#parts.metrics.text({ waiting, runs, rows }),
    };
  }

  #model(request: IncomingMessage, path: string): Answer | Promise<Answer> {
    const found = /^\/v2\/models\/([^/]+)(?:\/versions\/([^/]+))?(?:\/(ready|infer))?\/?$/.exec(path);
    if (!found) throw new RequestError(404, 'There is nothing at this path.');
    const { model } = this.#parts;
    const [name, version] = [decode(found[1] ?? ''), found[2] === undefined ? undefined : decode(found[2])];
    if (name !== model.name) throw new RequestError(404, `There is no model "${name.slice(0, 100)}" here.`);
    if (version !== undefined && version !== model.version) {
      throw new RequestError(
        404,
        `There is no version "${version.slice(0, 100)}" of ${model.name} here, only ${model.version}.`,
      );
    }
    switch (found[3]) {
      case 'infer':
        return this.#post(request, () => this.#infer(request));
      case 'ready':
        return this.#get(request, () => this.#ready({ name: model.name, ready: !this.#parts.isStopping() }));
      default:
        return this.#get(request, () => jsonAnswer(this.#metadata()));
    }
  }

  #metadata(): unknown {
    const { model } = this.#parts;
    const tensors = (specs: ServedModel['outputs']) =>
      specs.map(({ name, datatype, shape }) => ({ name, datatype, shape }));
    return {
      name: model.name,
      versions: [model.version],
      platform: 'onnxruntime_onnx',
      inputs: tensors(model.inputs),
      outputs: tensors(model.outputs),
    };
  }

  async #infer(request: IncomingMessage): Promise<Answer> {
    const body = await readBody(request, this.#parts.bodyLimit);
    const headerLength = request.headers[HEADER_LENGTH];
    const jsonLength = headerLength === undefined ? body.length : Number(headerLength);
    if (!Number.isInteger(jsonLength) || jsonLength < 0 || jsonLength > body.length) {
      throw new RequestError(400, 'Inference-Header-Content-Length does not fit the body.');
    }
    const parsed = parseJsonBody(body.subarray(0, jsonLength));
    const asked = readInferRequest(parsed, body.subarray(jsonLength), this.#parts.model);
    const judged = this.#judge(asked.feeds, asked.rows);
    const outputs = await this.#parts.batcher.submit(asked.feeds, asked.rows);
    const { json, tail } = this.#writer.write(asked, outputs, judged && toldOf(judged));
    const headers = headersOf(judged);
    if (tail.length === 0) return { status: 200, headers, body: json };
    const head = Buffer.from(json, 'utf8');
    return {
      status: 200,
      type: 'application/octet-stream',
      headers: { ...headers, 'inference-header-content-length': String(head.length) },
      body: [head, ...tail],
    };
  }

  async #invoke(request: IncomingMessage): Promise<Answer> {
    const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
    if (type !== undefined && type !== 'application/json') {
      request.resume();
      throw new RequestError(415, `The content type "${type.slice(0, 100)}" is not read here: send application/json.`);
    }
    const body = parseJsonBody(await readBody(request, this.#parts.bodyLimit));
    const { model } = this.#parts;
    const { rows, feeds } = readInvocation(body, model.inputs);
    const judged = this.#judge(feeds, rows);
    const outputs = await this.#parts.batcher.submit(feeds, rows);
    return { status: 200, headers: headersOf(judged), body: writePredictions(model.outputs, outputs, rows) };
  }

  /** What the rules say of a request's rows; undefined when nothing. Throws RequestError for errors that are to be refused. */
  #judge(feeds: readonly Tensor[], rows: number): Judged | undefined {
    const { rules, ruleMode, metrics } = this.#parts;
    if (ruleMode === 'off' || rules.count === 0) return undefined;
    const judged = rules.judge(feeds, rows);
    if (judged.count === 0) return undefined;
    metrics.ruleFailures += judged.count;
    const error = judged.failures.find(({ isError }) => isError);
    if (ruleMode === 'enforce' && error)
      throw new RequestError(400, `A rule of the data is broken: ${error.text}.`, headersOf(judged));
    return judged;
  }
}

interface Judged {
  readonly count: number;
  readonly failures: readonly RuleFailure[];
}

/** As parameters of the Open Inference Protocol, which are numbers and text: how many, and the first of them in words. */
const toldOf = ({ count, failures }: Judged): Record<string, string | number> => ({
  rule_failures: count,
  ...Object.fromEntries(failures.map(({ text }, index) => [`rule_failure_${index + 1}`, text])),
});

const headersOf = (judged: Judged | undefined): Record<string, string> =>
  judged === undefined ? {} : { 'x-rule-failures': String(judged.count) };

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    throw new RequestError(400, 'The path is not well encoded.');
  }
}
