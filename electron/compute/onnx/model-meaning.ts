import { AppError } from '../../../shared/errors.ts';
import type { PixelScale } from '../images/pixel-nodes.ts';

/** What a person says of a model that its file does not. */
export interface ModelMeaning {
  /** Names of the columns of its matrix, in order. */
  readonly columns: readonly string[] | undefined;
  /** Class labels in the order of its probabilities. */
  readonly labels: readonly string[] | undefined;
  /** How pixels are scaled for it: it becomes a model that takes images. */
  readonly scale: Pick<PixelScale, 'mean' | 'deviation'> | undefined;
}

/** What was said does not fit the model. */
export const wrong = (message: string, remedy: string): AppError =>
  new AppError('INVALID_ARGUMENT', { message, remedy, kept: 'Nothing was changed.' });
