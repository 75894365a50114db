import type { ModelInput } from '../../../shared/contract/models.ts';

/** A value that stands for a column in an example request: text is BYTES, numbers FP32, as the Open Inference Protocol names them. */
const tensorOf = (input: ModelInput) =>
  input.type === 'string'
    ? { name: input.name, shape: [1, 1], datatype: 'BYTES', data: [''] }
    : { name: input.name, shape: [1, 1], datatype: 'FP32', data: [0] };

/** Text in single quotes for a POSIX shell. */
export const shellQuote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** A command that asks an endpoint for one prediction over Open Inference Protocol v2, every input of the model named. */
export function curlCommand(url: string, model: string, inputs: readonly ModelInput[]): string {
  const body = JSON.stringify({ inputs: inputs.map(tensorOf) });
  const address = `${url.replace(/\/+$/, '')}/v2/models/${encodeURIComponent(model)}/infer`;
  return `curl -s ${shellQuote(address)} -H 'Content-Type: application/json' -d ${shellQuote(body)}`;
}

/** The command that serves a copy of a bundle on a machine with Node and nothing else, beside the copy. */
export function serveCommand(path: string, isZip: boolean): string {
  const file = path.split(/[\\/]/).findLast((part) => part !== '') ?? path;
  const folder = isZip ? file.replace(/\.zip$/i, '') : file;
  const unpack = isZip ? `unzip ${shellQuote(file)} -d ${shellQuote(folder)} && ` : '';
  return `${unpack}cd ${shellQuote(folder)} && node server.mjs`;
}
