import { readFile } from 'node:fs/promises';
import { fromBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema, TensorProto_DataLocation, type ValueInfoProto } from 'onnx-buf';
import type { BundleTensor } from '../../../shared/bundle-format.ts';
import { AppError } from '../../../shared/errors.ts';

/** ONNX element type -> datatype of the Open Inference Protocol. */
const DATATYPES: Readonly<Record<number, string>> = {
  1: 'FP32',
  2: 'UINT8',
  3: 'INT8',
  4: 'UINT16',
  5: 'INT16',
  6: 'INT32',
  7: 'INT64',
  8: 'BYTES',
  9: 'BOOL',
  11: 'FP64',
  12: 'UINT32',
  13: 'UINT64',
};

function tensorOf(value: ValueInfoProto): BundleTensor {
  const type = value.type?.value;
  const datatype = type?.case === 'tensorType' ? DATATYPES[type.value.elemType] : undefined;
  if (type?.case !== 'tensorType' || datatype === undefined) {
    throw new AppError('MODEL_INVALID', {
      message: `The model's "${value.name}" is of a type that cannot be served.`,
      remedy: 'Export the model with plain tensors as inputs and outputs.',
    });
  }
  const shape = (type.value.shape?.dim ?? []).map(({ value: size }) =>
    size.case === 'dimValue' && size.value > 0n ? Number(size.value) : -1,
  );
  return { name: value.name, datatype, shape };
}

/** Inputs and outputs of an ONNX file; initialisers are no inputs. Throws MODEL_INVALID for what cannot be served. */
export async function readModelTensors(
  path: string,
): Promise<{ readonly inputs: BundleTensor[]; readonly outputs: BundleTensor[] }> {
  const { graph } = fromBinary(ModelProtoSchema, await readFile(path));
  if (!graph)
    throw new AppError('MODEL_INVALID', { message: `${path} holds no graph.`, remedy: 'Choose another model.' });
  if (graph.initializer.some(({ dataLocation }) => dataLocation === TensorProto_DataLocation.EXTERNAL)) {
    throw new AppError('MODEL_INVALID', {
      message: 'The model keeps its weights in other files.',
      remedy: 'Save it as one ONNX file.',
    });
  }
  const initialised = new Set(graph.initializer.map(({ name }) => name));
  return {
    inputs: graph.input.filter(({ name }) => !initialised.has(name)).map(tensorOf),
    outputs: graph.output.map(tensorOf),
  };
}
