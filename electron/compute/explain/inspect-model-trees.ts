import { type InspectedEnsemble, inspectEnsemble } from '../trees/inspect-ensemble.ts';
import type { ColumnEncoding } from '../trees/table.ts';
import { onlyUnit, scoresOf } from './explained-trees.ts';

/**
 * What the tree ensemble of a model file learnt, for people. Features that are no columns are called by their number. Null where
 * the model has no ensemble, or several.
 */
export async function inspectModelTrees(
  bytes: Uint8Array,
  classes: readonly string[] | null,
): Promise<InspectedEnsemble | null> {
  const found = await onlyUnit(bytes);
  if (found === null) return null;
  const { foreign, sources } = found;
  // Trees that are not summed up are shown all the same.
  const ensemble = scoresOf(foreign) ?? foreign.ensemble;
  const { classifier, postTransform } = foreign;
  const isShares = classifier !== null && classifier.areWeightsPositive && postTransform === 'NONE';
  const encodings = Array.from({ length: ensemble.features }, (_, feature): ColumnEncoding => {
    const source = sources?.[feature];
    if (!source) return { kind: 'number', column: `feature ${feature}` };
    if (source.codes === null) return { kind: 'number', column: source.column };
    const words: string[] = [];
    for (const [word, code] of source.codes.of) if (Number.isInteger(code) && code >= 0) words[code] = word;
    return { kind: 'category', column: source.column, words: Array.from(words, (word) => word ?? '') };
  });
  return inspectEnsemble(ensemble, { encodings, classes, answers: isShares ? 'shares' : 'scores' });
}
