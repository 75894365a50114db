import { AppError } from '../../../../shared/errors.ts';
import type { ExportTarget } from './export-target.ts';
import { oipTarget } from './oip-target.ts';

/** Every target. A new one is a file beside this one and a line here. */
export const EXPORT_TARGETS: readonly ExportTarget[] = [oipTarget];

/** The targets of these names, once each and sorted. Throws INVALID_ARGUMENT naming those there are. */
export function exportTargets(names: readonly string[]): ExportTarget[] {
  return [...new Set(names)].sort().map((name) => {
    const found = EXPORT_TARGETS.find(({ target }) => target === name);
    if (found) return found;
    throw new AppError('INVALID_ARGUMENT', {
      message: `There is no export target "${name}".`,
      remedy: `Choose of: ${EXPORT_TARGETS.map(({ target }) => target).join(', ')}.`,
    });
  });
}
