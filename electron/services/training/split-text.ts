import type { TrainingRequest } from '../../../shared/contract/training.ts';

/** How the rows were divided, for the record. */
export function describeSplit({ split, seed }: Pick<TrainingRequest, 'split' | 'seed'>): string {
  switch (split.kind) {
    case 'fraction':
      return `${split.test * 100} % test and ${split.validation * 100} % validation, drawn with seed ${seed}`;
    case 'time':
      return `by time in ${split.column}, test ${split.testFrom === null ? `the last ${split.test * 100} %` : `from ${split.testFrom}`}`;
    case 'column':
      return `by column ${split.column}`;
    case 'dataset':
      return `test is the dataset ${split.dataset}`;
  }
}
