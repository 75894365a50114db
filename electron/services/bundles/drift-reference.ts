import type { GoldenTensor } from '../../../shared/bundle-format.ts';
import type { ColumnProfile } from '../../../shared/contract/datasets.ts';
import type { ModelVersion } from '../../../shared/contract/models.ts';

const BINS = 20;

interface OutputReference {
  /** "probabilities[1]" or "prediction". */
  readonly output: string;
  readonly rows: number;
  readonly quantiles: Readonly<Record<string, number>>;
  readonly histogram: { readonly edges: readonly number[]; readonly counts: readonly number[] };
}

/** Equal-width bins over the values' range; [a, b), the last [a, b]. One bin for constant values. */
function histogram(values: readonly number[]): OutputReference['histogram'] {
  const sorted = [...values].sort((a, b) => a - b);
  const [lowest = 0, highest = 0] = [sorted[0], sorted.at(-1)];
  const bins = highest > lowest ? BINS : 1;
  const width = (highest - lowest) / bins;
  const edges = Array.from({ length: bins + 1 }, (_, i) => (i === bins ? highest : lowest + i * width));
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) {
    const bin = width > 0 ? Math.min(bins - 1, Math.floor((value - lowest) / width)) : 0;
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return { edges, counts };
}

/** Quantile by linear interpolation between order statistics (Hyndman and Fan, type 7). */
function quantile(sorted: readonly number[], probability: number): number {
  const at = (sorted.length - 1) * probability;
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  const high = sorted[Math.ceil(at)] ?? Number.NaN;
  return low + (high - low) * (at - Math.floor(at));
}

/** Scores of held-out rows as a reference for what the model will answer later; none without rows. */
export function outputReferences(outputs: readonly GoldenTensor[]): OutputReference[] {
  return outputs.flatMap(({ name, shape, data, datatype }) => {
    if (!datatype.startsWith('FP')) return [];
    const rows = shape[0] ?? 0;
    const width = rows > 0 ? data.length / rows : 0;
    return Array.from({ length: width }, (_, at) => {
      const values = Array.from({ length: rows }, (__, row) => Number(data[row * width + at]));
      const sorted = [...values].sort((a, b) => a - b);
      const probabilities = [0.05, 0.25, 0.5, 0.75, 0.95];
      return {
        output: width === 1 ? name : `${name}[${at}]`,
        rows,
        quantiles: Object.fromEntries(probabilities.map((p) => [String(p), quantile(sorted, p)])),
        histogram: histogram(values),
      };
    });
  });
}

/** drift-reference.json: what each input looked like in training, and what the model answered on held-out rows. */
export function driftReference(
  { name, version, inputs, lineage }: ModelVersion,
  profile: readonly ColumnProfile[],
  outputs: readonly GoldenTensor[],
) {
  const byName = new Map(profile.map((column) => [column.name, column]));
  return {
    formatVersion: 1,
    model: name,
    modelVersion: version,
    dataset: { name: lineage.dataset, version: lineage.datasetVersion, sha256: lineage.datasetHash },
    columns: inputs.flatMap((input) => {
      const column = byName.get(input.name);
      if (!column) return [];
      const { type, rows, missing, distinct, min, max, mean, standardDeviation, quantiles, topValues } = column;
      return [
        {
          name: input.name,
          type,
          rows,
          missing,
          distinct,
          min,
          max,
          mean,
          standardDeviation,
          quantiles,
          histogram: column.histogram,
          topValues,
        },
      ];
    }),
    outputs: outputReferences(outputs),
  };
}
