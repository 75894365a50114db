import type { BundleManifest } from '../../../shared/bundle-format.ts';
import type { ExportTargetInfo } from '../../../shared/contract/bundles.ts';
import { AppError } from '../../../shared/errors.ts';

/** A serving system a bundle is made ready for: a record in `EXPORT_TARGETS`. */
export interface ExportTarget extends ExportTargetInfo {
  /** Files beside those that every bundle has, by their path. The model lies at ../model.onnx of the bundle. */
  files(manifest: BundleManifest): Readonly<Record<string, string>>;
}

export const EXPORT_TARGETS: readonly ExportTarget[] = [
  {
    target: 'oip',
    label: 'Open Inference Protocol and MLflow scoring',
    description:
      'The server in every bundle: Open Inference Protocol v2 over REST and MLflow /invocations, on Node 20 or later.',
    files: () => ({}),
  },
];

/** The targets of these names. Throws INVALID_ARGUMENT naming those there are. */
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
