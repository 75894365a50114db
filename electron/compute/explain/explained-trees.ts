import { fromBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema } from 'onnx-buf';
import type { ForeignEnsemble } from '../trees/import/read-ensemble.ts';
import { type TreeUnit, treeUnits } from '../trees/import/tree-units.ts';
import type { ColumnSource } from '../trees/scoring/column-sources.ts';
import { classOfTree, type TreeEnsemble } from '../trees/tree.ts';

/** A tree ensemble as it is explained: the raw scores that are sums over trees, and the columns behind its features. */
export interface ExplainedTrees {
  /** A class for each score: one for two classes (that of the second) and for a number. Base scores are in it. */
  readonly ensemble: TreeEnsemble;
  readonly sources: readonly ColumnSource[];
}

/**
 * The tree ensemble of a graph from raw columns, of whatever library. Null where the graph is no such one: without trees or
 * with several ensembles, with features that are computed from columns, or with answers that are no sums over trees.
 */
export async function explainedTrees(bytes: Uint8Array): Promise<ExplainedTrees | null> {
  const found = await onlyUnit(bytes);
  if (!found?.sources) return null;
  const ensemble = scoresOf(found.foreign);
  return ensemble && { ensemble, sources: found.sources };
}

/** The only trees of a model, in whatever number of nodes; null without any, or where there are several answers of trees. */
export async function onlyUnit(bytes: Uint8Array): Promise<TreeUnit | null> {
  const units = await treeUnits(fromBinary(ModelProtoSchema, bytes));
  return units?.length === 1 ? (units[0] ?? null) : null;
}

/**
 * The ensemble whose sums with its base scores are the raw scores that a tree ensemble node answers before its post transform.
 * Null where they are no sums (minimum, maximum, leaves that say nothing of a target beside a base value).
 */
export function scoresOf(foreign: ForeignEnsemble): TreeEnsemble | null {
  const { ensemble, aggregate, baseValues, roots, classifier, hasSilentLeaves } = foreign;
  if (hasSilentLeaves || aggregate === 'MIN' || aggregate === 'MAX') return null;
  const scaled =
    aggregate === 'SUM'
      ? ensemble
      : { ...ensemble, trees: ensemble.trees.map((tree) => ({ ...tree, value: tree.value.map((v) => v / roots) })) };
  if (classifier === null || scaled.classes !== 2) {
    const base = new Float64Array(scaled.classes);
    // A single base value is that of the first score.
    base.set(baseValues);
    return { ...scaled, base };
  }
  // What two base values of two classes stand for is a convention of ONNX Runtime that depends on the weights.
  if (baseValues.length > 1) return null;
  const target = classifier.used === 'first' ? 0 : 1;
  const kept = [...scaled.trees.keys()].filter((index) => classOfTree(scaled, index) === target);
  return {
    features: scaled.features,
    classes: 1,
    base: Float64Array.of(classifier.used === 'first' ? (baseValues[0] ?? 0) : 0),
    trees: kept.flatMap((index) => scaled.trees[index] ?? []),
  };
}
