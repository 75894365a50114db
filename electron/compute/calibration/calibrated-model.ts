import { labelNodes } from '../onnx/answer-nodes.ts';
import { joinModels } from '../onnx/joined-models.ts';
import type { Calibration } from './calibration.ts';
import { calibrationNodes } from './calibration-nodes.ts';

/** A classifier whose graph corrects its own probabilities; its label is the class that is most probable then. */
export function calibratedModel(
  onnx: Uint8Array,
  { calibration, classes }: { readonly calibration: Calibration; readonly classes: readonly string[] },
): Uint8Array {
  const { graph, answers, bytes } = joinModels([onnx]);
  const probabilities = answers[0]?.get('probabilities');
  if (probabilities === undefined) throw new RangeError('The model answers no probabilities.');
  calibrationNodes(graph, probabilities, { calibration, classes: classes.length, output: 'probabilities' });
  return bytes('calibrated', labelNodes(graph, classes));
}
