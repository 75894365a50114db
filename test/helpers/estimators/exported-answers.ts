import { InferenceSession } from 'onnxruntime-node';
import { type Frame, frameColumn } from '../../../electron/compute/frame/frame.ts';
import { labelAnswers } from '../../../electron/compute/onnx/answer-nodes.ts';
import { columnTensor } from '../../../electron/compute/onnx/column-tensor.ts';
import { scoreFrame } from '../../../electron/compute/onnx/scorer.ts';
import type { EndedFit, TestedTask } from './tested-estimator.ts';

/** What ONNX Runtime answers with an exported model: its numbers, and the labels it gives, row after row. */
export interface ExportedAnswers {
  readonly numbers: Float32Array;
  readonly labels: readonly string[];
}

export async function exportedAnswers(
  onnx: Uint8Array,
  frame: Frame,
  labels: readonly string[],
): Promise<ExportedAnswers> {
  if (frame.images) {
    const scores = await scoreFrame(onnx, frame);
    if (scores.kind !== 'classes') throw new Error('Images have classes.');
    return { numbers: scores.probabilities, labels: scores.labels };
  }
  const session = await InferenceSession.create(onnx, { logSeverityLevel: 3 });
  try {
    const answer = await session.run(
      Object.fromEntries(
        session.inputMetadata.map((input) => [
          input.name,
          columnTensor(
            { name: input.name, type: input.isTensor && input.type === 'string' ? 'string' : 'float' },
            frameColumn(frame, input.name),
            0,
            frame.rows,
          ),
        ]),
      ),
    );
    const numbers = (answer['probabilities'] ?? answer['prediction'])?.data;
    if (!(numbers instanceof Float32Array)) throw new Error('There are no answers.');
    const own = answer['label']?.data;
    const each = labels.map((label) => answer[labelAnswers(label).label]?.data);
    return {
      numbers,
      labels: Array.isArray(own)
        ? own.map(String)
        : each.every((one) => one instanceof BigInt64Array)
          ? Array.from({ length: frame.rows * each.length }, (_, at) =>
              String(each[at % each.length]?.[Math.floor(at / each.length)]),
            )
          : [],
    };
  } finally {
    await session.release();
  }
}

/** A label with how far the answers are from giving another one. */
export interface MarginedLabel {
  readonly label: string;
  readonly margin: number;
}

/** The labels that answers give, in the order of those of the exported model; none for a number. */
export function labelsOf(task: TestedTask, { data, fitted }: EndedFit, answers: Float64Array): MarginedLabel[] {
  const classes = data.classes ?? [];
  if (task === 'regression') return [];
  if (task === 'multilabel')
    return Array.from(answers, (share) => ({ label: String(Number(share >= 0.5)), margin: Math.abs(share - 0.5) }));
  if (task === 'anomaly') {
    const { threshold = Number.NaN } = fitted;
    return Array.from(answers, (score) => ({
      label: score > threshold ? 'anomaly' : 'normal',
      margin: Math.abs(score - threshold),
    }));
  }
  return Array.from({ length: answers.length / classes.length }, (_, row) => {
    const shares = answers.subarray(row * classes.length, (row + 1) * classes.length);
    const [most = 0, next = 0] = shares.toSorted().reverse();
    return { label: classes[shares.indexOf(most)] ?? '', margin: most - next };
  });
}
