import { join } from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema, type TensorProto } from 'onnx-buf';
import { tensorFloats } from '../../../electron/compute/onnx/tensor-values.ts';
import type { Task } from '../../../shared/contract/models.ts';
import { denseLayers, finished, keptParameters, partedBy } from './dense-answers.ts';
import type { EndedFit } from './tested-estimator.ts';

const constantsOf = (onnx: Uint8Array): readonly TensorProto[] =>
  fromBinary(ModelProtoSchema, onnx).graph?.initializer ?? [];

/** Weights of a model by their lengths, in the order of its graph. */
export function weightsOf(onnx: Uint8Array, sizes: readonly number[]): Float32Array[] {
  const all = constantsOf(onnx).flatMap((tensor) => tensorFloats(tensor) ?? []);
  return sizes.map((size) => {
    const at = all.findIndex((values) => values.length === size);
    const [found] = at < 0 ? [] : all.splice(at, 1);
    if (!found) throw new RangeError(`The model has no weights of ${size} numbers.`);
    return found;
  });
}

/** A head's mean and divisor of each feature, which leave with the model. */
export function featureScaleIn(onnx: Uint8Array, width: number): readonly [Float32Array, Float32Array] {
  const [mean, deviation] = constantsOf(onnx)
    .filter(({ dims }) => dims.map(Number).join() === `1,${width}`)
    .map((tensor) => tensorFloats(tensor));
  if (!mean || !deviation) throw new RangeError(`The model scales no ${width} features.`);
  return [mean, deviation];
}

/** What a head of these layers answers for features. */
export function headAnswers(
  task: Task,
  features: ArrayLike<number>,
  {
    scale: [mean, deviation],
    layers,
    targets = { mean: 0, deviation: 1 },
  }: {
    readonly scale: readonly [ArrayLike<number>, ArrayLike<number>];
    readonly layers: readonly ArrayLike<number>[];
    readonly targets?: { readonly mean: number; readonly deviation: number };
  },
): Float64Array {
  const scaled = Float64Array.from(features, (value, at) => (value - (mean[at] ?? 0)) / (deviation[at] ?? 1));
  return finished(
    task,
    denseLayers(scaled, layers).map((score) => score * targets.deviation + targets.mean),
  );
}

/** A layer before a head, tuned or as it was, and the head's own layers, as the last checkpoint has them. */
export async function keptLayers(
  { fitted, folder }: EndedFit,
  {
    isTuned,
    own,
    headSizes,
  }: {
    readonly isTuned: boolean;
    readonly own: readonly ArrayLike<number>[];
    readonly headSizes: readonly number[];
  },
): Promise<ArrayLike<number>[]> {
  // Tuned layers that were thrown away again would leave nothing to be compared.
  if (isTuned && fitted.refit?.['tuneLayers'] !== 1) throw new Error('Tuning has not been kept.');
  const kept = await keptParameters(join(folder, isTuned ? 'tuned' : 'head'));
  return isTuned
    ? partedBy([...own.map(({ length }) => length), ...headSizes], kept)
    : [...own, ...partedBy(headSizes, kept)];
}
