import type { BundleManifest } from '../../../../shared/bundle-format.ts';
import type { ExportTargetInfo } from '../../../../shared/contract/bundles.ts';

/** A serving system a bundle is made ready for: a record in the list of targets. */
export interface ExportTarget extends ExportTargetInfo {
  /**
   * Files beside those that every bundle has, by their path with forward slashes; the model is model.onnx at the top.
   * Made from the manifest alone, so that two exports are equal byte for byte.
   */
  files(manifest: BundleManifest): Readonly<Record<string, string>>;
}
