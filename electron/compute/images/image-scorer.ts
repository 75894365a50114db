import type { InferenceSession } from 'onnxruntime-node';
import { AppError } from '../../../shared/errors.ts';
import { joinFloats } from '../frame/join-floats.ts';
import { runError } from '../onnx/run-error.ts';
import type { Scorer } from '../onnx/scorer.ts';
import { imageBatches } from './image-batches.ts';
import { framePixels } from './image-column.ts';

const NEVER = new AbortController().signal;

/** Scores the pictures of frames with a model from pixels to `label` and `probabilities`; throws MODEL_INVALID for another answer. */
export const imageScorer = (session: InferenceSession, input: string): Scorer => ({
  inputs: [{ name: input, type: 'image' }],
  engine: 'onnxRuntime',
  reason: null,
  async score(frame, signal = NEVER) {
    const labels: string[] = [];
    const parts: Float32Array[] = [];
    for await (const batch of imageBatches(framePixels(frame, signal))) {
      const answer = await session.run({ [input]: batch }).catch((error: unknown) => {
        throw runError(error, batch.dims[0] ?? 0);
      });
      const probabilities = answer['probabilities']?.data;
      const words = answer['label']?.data;
      if (!(probabilities instanceof Float32Array) || !Array.isArray(words))
        throw new AppError('MODEL_INVALID', { message: 'The model answers no label and probabilities.' });
      parts.push(probabilities.slice());
      labels.push(...words.map(String));
      await new Promise((done) => setImmediate(done));
      signal.throwIfAborted();
    }
    const all = joinFloats(parts);
    return { kind: 'classes', classes: frame.rows === 0 ? 0 : all.length / frame.rows, probabilities: all, labels };
  },
  close: () => session.release(),
});
