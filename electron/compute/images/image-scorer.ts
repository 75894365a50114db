import { InferenceSession } from 'onnxruntime-node';
import { AppError } from '../../../shared/errors.ts';
import type { Scores } from '../onnx/scorer.ts';
import type { Pixels } from './decode-image.ts';
import { imageBatches } from './image-batches.ts';
import { readImages } from './read-images.ts';

/**
 * Scores images with a model from pixels [N, h, w, 3] to `label` and `probabilities`. Runs on the thread that calls: use it
 * in a worker process. `done` hears how many images were scored and may throw to stop. Throws MODEL_INVALID for another model.
 */
export async function scoreImages(
  model: string | Uint8Array,
  images: AsyncIterable<Pixels>,
  options: { readonly threads: number; done?(images: number): void },
): Promise<Scores> {
  const settings = {
    executionProviders: ['cpu'],
    logSeverityLevel: 3 as const,
    intraOpNumThreads: options.threads,
  };
  const session =
    typeof model === 'string'
      ? await InferenceSession.create(model, settings)
      : await InferenceSession.create(model, settings);
  const [input] = session.inputMetadata;
  if (session.inputNames.length !== 1 || !input?.isTensor || input.type !== 'uint8')
    throw new AppError('MODEL_INVALID', {
      message: 'The model does not take one tensor of pixels.',
      remedy: 'Use a model that was trained on images here.',
    });
  const labels: string[] = [];
  const parts: Float32Array[] = [];
  try {
    for await (const batch of imageBatches(images)) {
      const answer = await session.run({ [input.name]: batch });
      const probabilities = answer['probabilities']?.data;
      const words = answer['label']?.data;
      if (!(probabilities instanceof Float32Array) || !Array.isArray(words))
        throw new AppError('MODEL_INVALID', { message: 'The model answers no label and probabilities.' });
      parts.push(probabilities.slice());
      labels.push(...words.map(String));
      await new Promise((done) => setImmediate(done));
      options.done?.(labels.length);
    }
  } finally {
    await session.release();
  }
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return {
    kind: 'classes',
    classes: labels.length === 0 ? 0 : all.length / labels.length,
    probabilities: all,
    labels,
  };
}

/** Scores the images of a Parquet file's column, by row numbers in ascending order. */
export function scoreImageRows(
  model: string | Uint8Array,
  from: {
    readonly path: string;
    readonly column: string;
    readonly rows: Uint32Array;
    readonly threads: number;
    readonly signal: AbortSignal;
  },
): Promise<Scores> {
  return scoreImages(model, readImages(from.path, from.column, from.rows, from.signal), {
    threads: from.threads,
    done: () => from.signal.throwIfAborted(),
  });
}
