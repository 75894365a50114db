import { AppError } from '../../../shared/errors.ts';
import { type MemoryNeed, namedMemoryError } from '../../../shared/memory-need.ts';
import { IMAGE_RECORDS } from '../images/image-estimators.ts';
import { withBalance } from './balanced-classes.ts';
import { requireFitData } from './check-data.ts';
import type { Estimator, TrainingData } from './estimator.ts';
import { boosting } from './estimators/boosting.ts';
import { extraTrees, forest } from './estimators/forest.ts';
import { linear } from './estimators/linear.ts';
import { network } from './estimators/network.ts';
import { fineTune } from './fine-tune/fine-tune.ts';

/** Each behind the same look at its rows; memory that runs out is named with rows and columns. */
const checked = (records: readonly Estimator[]): readonly Estimator[] =>
  records.map(withBalance).map((estimator) => ({
    ...estimator,
    async fit(data, params, context) {
      requireFitData(data);
      try {
        return await estimator.fit(data, params, context);
      } catch (error) {
        throw namedMemoryError(error, { ...sizeOf(data), lower: estimator.lower }, estimator.label);
      }
    },
  }));

/** What the rows are held in: numbers and words as numbers, or pixels. */
function sizeOf({ train, validation, columns }: TrainingData): MemoryNeed {
  const rows = train.targets.length + validation.targets.length;
  const [images] = train.features.images?.values() ?? [];
  return images
    ? { rows, columns: 3 * images.typicalSide ** 2, bytesEach: 4 }
    : { rows, columns: columns.length, bytesEach: 8 };
}

/** Every algorithm that learns from columns. A new one is a record in estimators/ and a place in the list. */
export const ESTIMATORS: readonly Estimator[] = checked([linear, network, boosting, forest, extraTrees]);

/** Every algorithm that learns from images. */
export const IMAGE_ESTIMATORS: readonly Estimator[] = checked(IMAGE_RECORDS);

/** What trains a registered model of columns on; nothing starts anew with it. */
export const [FINE_TUNE = fineTune] = checked([fineTune]);

/** What can be learnt with: from images, or from columns. */
export const estimatorsOf = (takes: Estimator['takes']): readonly Estimator[] =>
  takes === 'images' ? IMAGE_ESTIMATORS : ESTIMATORS;

/** The algorithm of that name; an unknown one is an INVALID_ARGUMENT that lists those there are. */
export function estimatorOf(algorithm: string, takes?: Estimator['takes']): Estimator {
  const known = takes === undefined ? [...ESTIMATORS, ...IMAGE_ESTIMATORS, FINE_TUNE] : estimatorsOf(takes);
  const found = known.find((estimator) => estimator.algorithm === algorithm);
  if (found) return found;
  throw new AppError('INVALID_ARGUMENT', {
    message: `There is no algorithm "${algorithm}"${takes === undefined ? '' : ` for ${takes}`}.`,
    remedy: `Algorithms: auto, ${known.map((estimator) => estimator.algorithm).join(', ')}.`,
  });
}
