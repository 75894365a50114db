import { heightAt, type IsotonicKnots } from '../stats/isotonic.ts';
import { type BetaCalibration, betaAt, betaCalibration } from './beta-calibration.ts';
import type { CalibrationRows, MulticlassRows } from './calibration-rows.ts';
import { type HistogramCalibration, histogramAt, histogramCalibration } from './histogram-calibration.ts';
import { isotonicCalibration, sharesOf } from './isotonic-calibration.ts';
import { type SigmoidCalibration, sigmoidAt, sigmoidCalibration } from './sigmoid-calibration.ts';
import { sharesAtTemperature, temperatureCalibration } from './temperature-calibration.ts';

export type CalibrationMethod = Calibration['kind'];

/**
 * How a classifier's probabilities are corrected. Logits are logarithms of the shares, so that every method works on what a
 * model answers, none smaller than `floor`. With two classes there is one curve, of the second class; with more one a class, and rows are brought to a
 * sum of one.
 */
export type Calibration =
  | { readonly kind: 'temperature'; readonly temperature: number; readonly floor: number }
  | { readonly kind: 'platt'; readonly curves: readonly SigmoidCalibration[]; readonly floor: number }
  | { readonly kind: 'beta'; readonly curves: readonly BetaCalibration[] }
  | { readonly kind: 'histogram'; readonly curves: readonly HistogramCalibration[] }
  | { readonly kind: 'isotonic'; readonly curves: readonly IsotonicKnots[] };

/** Class shares of rows, one after the other. */
export interface ClassShares {
  readonly probabilities: ArrayLike<number>;
  readonly classes: number;
}

/** Shares are kept this far from zero before their logarithm is taken. */
export const LEAST_SHARE = 1e-12;
/** A smaller share is none: trees that are sure say zero. */
const NOTHING = 1e-7;

export const logOfShare = (share: number, floor = LEAST_SHARE): number => Math.log(Math.max(share, floor));

/** ln p - ln (1 - p), with the other share given: it keeps its digits near zero. */
const logitOf = (share: number, rest: number, floor: number): number =>
  logOfShare(share, floor) - logOfShare(rest, floor);

/** Where a model says zero, it cannot mean less than half a row of those it is judged by. */
function floorOf(probabilities: ArrayLike<number>, rows: number): number {
  for (let i = 0; i < probabilities.length; i++) if ((probabilities[i] ?? 0) <= NOTHING) return 1 / (2 * (rows + 1));
  return LEAST_SHARE;
}

/** Learns a calibration from rows the model was not trained on; `targets` are indices of classes. */
export function learnCalibration(
  method: CalibrationMethod,
  { probabilities, classes }: ClassShares,
  { targets, weights }: { readonly targets: ArrayLike<number>; readonly weights: ArrayLike<number> | null },
): Calibration {
  const rows = targets.length;
  const share = (row: number, k: number): number => probabilities[row * classes + k] ?? 0;
  const floor = floorOf(probabilities, rows);
  if (method === 'temperature') {
    const logits = Array.from({ length: rows }, (_, row) =>
      Float64Array.from({ length: classes }, (__, k) => logOfShare(share(row, k), floor)),
    );
    const { temperature } = temperatureCalibration(withDoubt({ logits, label: targets, weight: weights }));
    return { kind: 'temperature', temperature, floor };
  }
  const curves = curvesOf(classes).map((k) => ({
    score: Float64Array.from({ length: rows }, (_, row) =>
      method === 'platt'
        ? logitOf(share(row, k), classes === 2 ? share(row, 1 - k) : 1 - share(row, k), floor)
        : share(row, k),
    ),
    label: Float64Array.from({ length: rows }, (_, row) => Number(targets[row] === k)),
    weight: weights,
  }));
  if (method === 'platt') return { kind: 'platt', curves: curves.map(sigmoidCalibration), floor };
  if (method === 'beta') return { kind: 'beta', curves: curves.map((each) => betaCalibration(withDoubtOf(each))) };
  if (method === 'histogram')
    return {
      kind: 'histogram',
      curves: curves.map((each) => ({ values: doubted(histogramCalibration(each).values, rows) })),
    };
  return {
    kind: 'isotonic',
    curves: curves.map((each) => {
      const { thresholdsX, thresholdsY } = isotonicCalibration(each);
      return { x: thresholdsX, y: doubted(thresholdsY, rows) };
    }),
  };
}

/**
 * Every row counts as one of the likeliest other class as well, all together like one row: where no row is wrong the likeliest
 * temperature would be zero, and the next mistake cost without bound.
 */
function withDoubt({ logits, label, weight = null }: MulticlassRows): MulticlassRows {
  const others = Array.from(logits, (scores, row) => {
    let other = label[row] === 0 ? 1 : 0;
    for (let k = 0; k < scores.length; k++) if (k !== label[row] && (scores[k] ?? 0) > (scores[other] ?? 0)) other = k;
    return other;
  });
  return {
    logits: [...logits, ...logits],
    label: [...Array.from(label), ...others],
    weight: doubtWeights(logits.length, weight),
  };
}

/** The same for the curve of one class. */
const withDoubtOf = ({ score, label, weight = null }: CalibrationRows): CalibrationRows => ({
  score: [...Array.from(score), ...Array.from(score)],
  label: [...Array.from(label), ...Array.from(label, (value) => 1 - value)],
  weight: doubtWeights(score.length, weight),
});

const doubtWeights = (rows: number, weight: ArrayLike<number> | null): Float64Array =>
  Float64Array.from(
    { length: 2 * rows },
    (_, i) => (weight ? (weight[i % rows] ?? 0) : 1) * (i < rows ? 1 : 1 / (rows + 2)),
  );

/** No share of positives is less than half a row of those it was learnt from, or more than all but that. */
const doubted = (values: Float64Array, rows: number): Float64Array => {
  const least = 1 / (2 * (rows + 1));
  return values.map((value) => Math.min(Math.max(value, least), 1 - least));
};

/** Classes that have a curve of their own. */
export const curvesOf = (classes: number): number[] =>
  classes === 2 ? [1] : Array.from({ length: classes }, (_, k) => k);

/** The corrected shares, row after row; the exported graph answers the same numbers, in single precision. */
export function calibrate(calibration: Calibration, { probabilities, classes }: ClassShares): Float64Array {
  const corrected = new Float64Array(probabilities.length);
  for (let at = 0; at < probabilities.length; at += classes) {
    const shares = Float64Array.from({ length: classes }, (_, k) => probabilities[at + k] ?? 0);
    corrected.set(calibratedRow(calibration, shares), at);
  }
  return corrected;
}

function calibratedRow(calibration: Calibration, shares: Float64Array): Float64Array {
  if (calibration.kind === 'temperature')
    return sharesAtTemperature(
      shares.map((share) => logOfShare(share, calibration.floor)),
      calibration.temperature,
    );
  const { length } = shares;
  const values = curvesOf(length).map((k, place) =>
    correctedShare(calibration, place, shares[k] ?? 0, length === 2 ? (shares[1 - k] ?? 0) : 1 - (shares[k] ?? 0)),
  );
  const [positive = 0] = values;
  return length === 2 ? Float64Array.of(1 - positive, positive) : sharesOf(Float64Array.from(values));
}

/** A class's share by its own curve; the share itself where there is none. */
function correctedShare(
  calibration: Exclude<Calibration, { readonly kind: 'temperature' }>,
  place: number,
  share: number,
  rest: number,
): number {
  const by = <Curve>(curves: readonly Curve[], at: (curve: Curve) => number): number => {
    const curve = curves[place];
    return curve === undefined ? share : at(curve);
  };
  switch (calibration.kind) {
    case 'platt':
      return by(calibration.curves, (curve) => sigmoidAt(curve, logitOf(share, rest, calibration.floor)));
    case 'beta':
      return by(calibration.curves, (curve) => betaAt(curve, share));
    case 'histogram':
      return by(calibration.curves, (curve) => histogramAt(curve, share));
    case 'isotonic':
      return by(calibration.curves, (curve) => heightAt(curve, share));
  }
}
