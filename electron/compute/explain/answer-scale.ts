import type { ExplanationScale } from '../../../shared/contract/explanation.ts';

/** How far single precision may lead an answer apart from what its raw score says, of 1 + |answer|. */
const SAME = 1e-4;

/**
 * How answers follow from raw scores, [rows * outputs] each: found by trying, so that it holds for whatever stands behind the
 * scores. `rawScore` where none fits (a calibrated model), or where there are no rows.
 */
export function answerScale(raw: Float64Array, answers: Float64Array, outputs: number): ExplanationScale {
  if (raw.length === 0) return 'rawScore';
  const fits = (of: (score: number) => number): boolean =>
    raw.every((score, at) => Math.abs(of(score) - (answers[at] ?? 0)) <= SAME * (1 + Math.abs(answers[at] ?? 0)));
  if (fits((score) => score)) return 'answer';
  if (outputs > 1) return isSoftmax(raw, answers, outputs) ? 'classScores' : 'rawScore';
  if (fits((score) => 1 / (1 + Math.exp(-score)))) return 'logOdds';
  return fits(Math.exp) ? 'logarithm' : 'rawScore';
}

function isSoftmax(raw: Float64Array, answers: Float64Array, outputs: number): boolean {
  for (let from = 0; from < raw.length; from += outputs) {
    const row = raw.subarray(from, from + outputs);
    const top = Math.max(...row);
    const sum = row.reduce((all, score) => all + Math.exp(score - top), 0);
    for (const [k, score] of row.entries())
      if (Math.abs(Math.exp(score - top) / sum - (answers[from + k] ?? 0)) > SAME) return false;
  }
  return true;
}
