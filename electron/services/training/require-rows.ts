import { AppError } from '../../../shared/errors.ts';
import type { Frame } from '../../compute/frame/frame.ts';

/** BAD_INPUT where the rows are too few to say anything of a column. */
export function requireRows({ rows }: Frame, least: number): void {
  if (rows >= least) return;
  throw new AppError('BAD_INPUT', {
    message:
      rows === 0
        ? 'The dataset has no rows.'
        : `The dataset has ${rows} ${rows === 1 ? 'row' : 'rows'}; ${least} are needed.`,
    remedy: 'Choose a dataset with more rows.',
    kept: 'The dataset is as it was.',
  });
}
