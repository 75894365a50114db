import type { BundleManifest, GoldenRequest } from '../../../shared/bundle-format.ts';

/** A command with more columns than this would be read by nobody: it takes its body from golden.json. */
const MOST_COLUMNS = 40;

/** A request that nobody would read: many columns, or a picture. */
const isLong = (inputs: readonly { readonly data: readonly unknown[] }[]): boolean =>
  inputs.reduce((sum, { data }) => sum + data.length, 0) > MOST_COLUMNS;

const post = (path: string, body: string): string =>
  `curl -s http://127.0.0.1:8080${path} -H 'content-type: application/json' -d ${body}`;

/** A word of the shell: a quote inside would end it. */
const word = (value: unknown): string => `'${JSON.stringify(value).replaceAll("'", "'\\''")}'`;

const fromGolden = (expression: string, path: string): string =>
  `node -p "const [first] = require('./golden.json').requests; JSON.stringify(${expression})" | ${post(path, '@-')}`;

/** The command that sends the first golden row as tensors. */
export function exampleRequest(manifest: BundleManifest, first: GoldenRequest | undefined): string {
  const path = `/v2/models/${encodeURIComponent(manifest.name)}/infer`;
  const inputs = (first?.inputs ?? []).map(({ name, shape, datatype, data }) => ({ name, shape, datatype, data }));
  return isLong(inputs) ? fromGolden('{ inputs: first.inputs }', path) : post(path, word({ inputs }));
}

/** The command that sends the first golden row with columns by name. */
export function exampleRecord(first: GoldenRequest | undefined): string {
  const inputs = first?.inputs ?? [];
  if (inputs.some(({ data }) => data.length > 1)) {
    const nest =
      'const nest = (data, [size, ...rest]) => rest.length === 0 ? data : Array.from({ length: size }, (_, i) => nest(data.slice(i * data.length / size, (i + 1) * data.length / size), rest))';
    const text = `${nest}; JSON.stringify({ inputs: Object.fromEntries(require('./golden.json').requests[0].inputs.map(({ name, shape, data }) => [name, nest(data, shape)])) })`;
    return `node -p "${text}" | ${post('/invocations', '@-')}`;
  }
  if (isLong(inputs)) {
    return fromGolden(
      '{ inputs: Object.fromEntries(first.inputs.map(({ name, data }) => [name, data])) }',
      '/invocations',
    );
  }
  const record = Object.fromEntries(inputs.map(({ name, data }) => [name, data[0] ?? null]));
  return post('/invocations', word({ dataframe_records: [record] }));
}

/** What the model takes, in words. */
export function takes({ inputs }: BundleManifest): string {
  const [only] = inputs;
  if (inputs.length === 1 && only && only.shape.length === 4)
    return 'images: pixels [N, height, width, 3] of 8 bits a colour, any size, which it resizes itself';
  return `${inputs.length} ${inputs.length === 1 ? 'column' : 'columns'}`;
}

/** README.md of a bundle. */
export function bundleReadme(manifest: BundleManifest, first: GoldenRequest | undefined): string {
  const { target, classes } = manifest;
  const predicts =
    target === null
      ? 'how unusual a row is (score in (0, 1), higher is more unusual; label)'
      : target.over === null
        ? target.column
        : `${target.column} over ${target.over}`;
  return `# ${manifest.name}, version ${manifest.version}

Predicts ${predicts}${classes ? ` (${classes.join(', ')})` : ''} from ${takes(manifest)}. What it is good for, and how good it is: model-card.html.

## Serve it
Needs Node 20 or later.

    npm start              # installs onnxruntime-node as package-lock.json pins it, then serves
    node server.mjs        # serves at once, offline, on the WebAssembly build in wasm/

It listens on http://127.0.0.1:8080; \`node server.mjs --help\` lists host, port, token and limits.

## Ask it
Open Inference Protocol v2 (JSON or binary tensors):

    ${exampleRequest(manifest, first)}

MLflow scoring, with columns by name:

    ${exampleRecord(first)}

A missing number is null, a missing text is "". A category never seen in training is safe.
Rows that fail a rule of schema.json are answered, and what failed is said in "parameters" of the reply and in the header
x-rule-failures; with \`--rules enforce\` rows that fail a rule of severity error are refused with 400 instead.
Also: GET /v2/health/live, /v2/health/ready, /v2/models/${encodeURIComponent(manifest.name)}, /metrics (Prometheus).

## Check it
    node verify.mjs

compares every file with SHA256SUMS, checks the signature, starts a fresh server and compares its answers with golden.json.

## Files
| file | holds |
|---|---|
| model.onnx | the model, from raw columns to the answer |
| bundle.json | name, version, inputs, outputs, classes |
| schema.json | columns, types and rules the data should keep |
| drift-reference.json | what the training data and the answers looked like |
| golden.json | requests with the answers they must get |
| model-card.html | what the model is for, its figures and its limits |
| sbom.cdx.json, LICENSES/ | components and their licences |
| server.mjs, start.mjs, wasm/ | the server |
| package.json, package-lock.json | what \`npm start\` installs |
| verify.mjs | the conformance test |
| SHA256SUMS, signature.json | sums of all files; Ed25519 signature over them and the time of export |
`;
}
