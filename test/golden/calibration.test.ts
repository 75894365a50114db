import { describe, expect, it } from 'vitest';
import { betaAt, betaCalibration } from '../../electron/compute/calibration/beta-calibration.ts';
import { histogramCalibration } from '../../electron/compute/calibration/histogram-calibration.ts';
import {
  isotonicAt,
  isotonicCalibration,
  isotonicCalibrationMulticlass,
} from '../../electron/compute/calibration/isotonic-calibration.ts';
import { sigmoidAt, sigmoidCalibration } from '../../electron/compute/calibration/sigmoid-calibration.ts';
import {
  sharesAtTemperature,
  temperatureCalibration,
} from '../../electron/compute/calibration/temperature-calibration.ts';
import {
  type Arguments,
  expectCase,
  folderCases,
  type GoldenCase,
  matrixOf,
  numberOf,
  vectorOf,
} from './golden-cases.ts';

const FOLDER = new URL('./data/calibration/', import.meta.url);
type Answer = Readonly<Record<string, unknown>>;

const rowsOf = (input: Arguments) => ({
  score: vectorOf(input['score']),
  label: vectorOf(input['label']),
  weight: input['weight'] === undefined ? null : vectorOf(input['weight']),
});
const placesOf = (input: Arguments): number[] => [...vectorOf(input['at'])];
const manyOf = (input: Arguments) => ({ logits: matrixOf(input['logits']), label: vectorOf(input['label']) });

const CALIBRATORS: Readonly<Record<string, (input: Arguments, params: GoldenCase['params'], rows: number) => Answer>> =
  {
    isotonicCalibration(input, _, rows) {
      const fit = isotonicCalibration(rowsOf(input));
      const at = (score: number): number => isotonicAt(fit, score);
      return { ...fit, at: placesOf(input).map(at), fitted: [...rowsOf(input).score].slice(0, rows).map(at) };
    },
    sigmoidCalibration(input) {
      const fit = sigmoidCalibration(rowsOf(input));
      return { ...fit, at: placesOf(input).map((score) => sigmoidAt(fit, score)) };
    },
    temperatureCalibration(input, _, rows) {
      if (input['logits'] === undefined)
        return { ...temperatureCalibration({ ...rowsOf(input), scale: numberOf(input['scale']) }) };
      const fit = temperatureCalibration(manyOf(input));
      return {
        ...fit,
        probability: manyOf(input)
          .logits.slice(0, rows)
          .map((row) => sharesAtTemperature(row, fit.temperature)),
      };
    },
    betaCalibration(input) {
      const fit = betaCalibration(rowsOf(input));
      return { ...fit, at: placesOf(input).map((p) => betaAt(fit, p)) };
    },
    histogramCalibration: (input, { bins }) => ({ ...histogramCalibration(rowsOf(input), { bins: Number(bins) }) }),
    isotonicCalibrationMulticlass: (input, _, rows) => ({
      probability: isotonicCalibrationMulticlass(manyOf(input)).probability.slice(0, rows),
    }),
  };

/** How many of the first rows a case lists. */
const listed = ({ expected }: GoldenCase): number => {
  const rows = expected['fitted'] ?? expected['probability'];
  return Array.isArray(rows) ? rows.length : 0;
};

describe('calibrators of scikit-learn', () => {
  it.each(folderCases(FOLDER).map((one) => [one.golden.id, one] as const))('%s', (_, { golden, input }) => {
    const calibrate = CALIBRATORS[golden.function];
    expect(calibrate).toBeDefined();
    expectCase(golden, calibrate?.(input(), golden.params, listed(golden)) ?? null);
  });
});
