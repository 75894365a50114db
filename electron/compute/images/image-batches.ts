import { Tensor } from 'onnxruntime-node';
import type { Pixels } from './decode-image.ts';

const MOST_IMAGES = 32;
const MOST_PIXELS = 16_000_000;

/** Images of one size one after the other as tensors [N, height, width, 3], in order. */
export async function* imageBatches(images: AsyncIterable<Pixels>): AsyncGenerator<Tensor> {
  let batch: Pixels[] = [];
  for await (const image of images) {
    const [first] = batch;
    const isOther = first && (first.width !== image.width || first.height !== image.height);
    const isFull = batch.length === MOST_IMAGES || (batch.length + 1) * image.width * image.height > MOST_PIXELS;
    if (batch.length > 0 && (isOther || isFull)) {
      yield tensorOf(batch);
      batch = [];
    }
    batch.push(image);
  }
  if (batch.length > 0) yield tensorOf(batch);
}

function tensorOf(batch: readonly Pixels[]): Tensor {
  const { width = 0, height = 0 } = batch[0] ?? {};
  const size = width * height * 3;
  const data = new Uint8Array(batch.length * size);
  for (const [index, image] of batch.entries()) data.set(image.data, index * size);
  return new Tensor('uint8', data, [batch.length, height, width, 3]);
}
