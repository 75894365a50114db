import type { Tensor, TensorSpec } from './datatypes.ts';
import type { InferRequest } from './infer-request.ts';
import { binaryData } from './tensor-binary.ts';
import { jsonData } from './tensor-json.ts';

/** A reply body: JSON text, followed by binary tensors when some were asked for. */
export interface InferReply {
  readonly json: string;
  readonly tail: readonly Buffer[];
}

/** Writes replies of one model; what never changes is made once. */
export class InferReplyWriter {
  readonly #head: string;
  readonly #names: readonly string[];

  constructor(model: { readonly name: string; readonly version: string }, outputs: readonly TensorSpec[]) {
    this.#head = `{"model_name":${JSON.stringify(model.name)},"model_version":${JSON.stringify(model.version)}`;
    this.#names = outputs.map(
      ({ name, datatype }) => `{"name":${JSON.stringify(name)},"datatype":"${datatype}","shape":[`,
    );
  }

  /** `parameters` of the reply, where there is something to say beside the answer. */
  write(
    request: InferRequest,
    tensors: readonly Tensor[],
    parameters?: Readonly<Record<string, string | number>>,
  ): InferReply {
    const tail: Buffer[] = [];
    let json = this.#head;
    if (request.id !== undefined) json += `,"id":${JSON.stringify(request.id)}`;
    if (parameters) json += `,"parameters":${JSON.stringify(parameters)}`;
    json += ',"outputs":[';
    for (let i = 0; i < request.outputs.length; i++) {
      const wish = request.outputs[i];
      const tensor = wish && tensors[wish.index];
      if (!wish || !tensor) continue;
      if (i > 0) json += ',';
      json += `${this.#names[wish.index]}${tensor.shape.join(',')}],`;
      if (wish.isBinary) {
        const bytes = binaryData(tensor.data);
        tail.push(bytes);
        json += `"parameters":{"binary_data_size":${bytes.length}}}`;
      } else {
        json += `"data":${jsonData(tensor.datatype, tensor.data)}}`;
      }
    }
    return { json: `${json}]}`, tail };
  }
}
