import { z } from 'zod';
import { AppError } from '../../../../shared/errors.ts';
import { frameColumn } from '../../frame/frame.ts';
import { growIsolation } from '../../trees/isolation/grow-isolation.ts';
import { isolationToOnnx } from '../../trees/isolation/isolation-to-onnx.ts';
import { anomalyScore } from '../../trees/isolation/path-length.ts';
import { TreeScorer } from '../../trees/scoring/tree-scorer.ts';
import { chooseEncodings, encode } from '../../trees/table.ts';
import type { Detector } from '../detector.ts';
import { readParams } from '../read-params.ts';
import { seededRandom } from '../seeded-random.ts';

const Params = z.object({
  trees: z.number().int().min(1).max(5000).default(100),
  sampleRows: z.number().int().min(2).max(100_000).default(256),
  contamination: z.union([z.literal('auto'), z.coerce.number().gt(0).max(0.5)]).default('auto'),
});

/** Threshold of a forest that is not told how many anomalies there are: the score of a row of average path length. */
const AUTOMATIC_THRESHOLD = 0.5;

/** Isolation forest: rows that a few random cuts set apart from all others are unusual. */
export const isolationForest: Detector = {
  algorithm: 'isolationForest',
  label: 'Isolation forest',
  description:
    'Scores how unusual a row is, without a target: few random cuts set an unusual row apart. Numbers need no scaling; missing values and words are cut as they are.',
  params: [
    { name: 'trees', label: 'Trees', type: 'integer', default: 100, description: 'More make scores steadier.' },
    {
      name: 'sampleRows',
      label: 'Rows a tree',
      type: 'integer',
      default: 256,
      description: 'Rows drawn for each tree; few keep unusual rows from hiding among each other.',
    },
    {
      name: 'contamination',
      label: 'Share of anomalies',
      type: 'text',
      default: 'auto',
      description: 'Share of rows above the threshold; auto puts the threshold at 0.5.',
    },
  ],
  async fit(frame, given, { seed, threads, signal }) {
    const params = readParams('isolationForest', Params, given);
    const names = [...frame.columns.keys()];
    const encodings = chooseEncodings(frame, names);
    const features = encodings.map((encoding) => encode(frameColumn(frame, encoding.column), encoding));
    const sampleRows = Math.min(frame.rows, params.sampleRows);
    if (sampleRows < 2)
      throw new AppError('BAD_INPUT', {
        message: `There is nothing to compare: ${frame.rows} training rows.`,
        remedy: 'Use more rows.',
        kept: 'The dataset is as it was.',
      });
    const ensemble = growIsolation(features, frame.rows, { ...params, sampleRows, random: seededRandom(seed) });
    if (ensemble.trees.every((tree) => tree.feature.length === 1))
      throw new AppError('BAD_INPUT', {
        message: 'All training rows are alike in the columns used.',
        remedy: 'Include columns whose values differ.',
        kept: 'The dataset is as it was.',
      });
    signal.throwIfAborted();
    let threshold = AUTOMATIC_THRESHOLD;
    if (params.contamination !== 'auto') {
      const scorer = TreeScorer.open(ensemble, threads);
      const paths = scorer?.score(
        features.map(({ values }) => values),
        frame.rows,
      );
      await scorer?.close();
      threshold = upperQuantile(
        Float64Array.from(paths ?? [], (path) => anomalyScore(path, sampleRows)),
        params.contamination,
      );
    }
    return {
      onnx: isolationToOnnx(ensemble, encodings, { sampleRows, threshold }),
      threshold,
      contamination: params.contamination === 'auto' ? null : params.contamination,
      params: { ...params, sampleRows },
    };
  },
};

/** The value that a share of the values lies above, between neighbours by linear interpolation (type 7). */
function upperQuantile(values: Float64Array, share: number): number {
  const sorted = values.sort();
  const at = (sorted.length - 1) * (1 - share);
  const below = Math.floor(at);
  const low = sorted[below] ?? 0;
  return low + (at - below) * ((sorted[below + 1] ?? low) - low);
}
