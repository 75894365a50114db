import { AppError } from '../../../shared/errors.ts';
import type { Frame } from '../frame/frame.ts';
import { interventionalGames } from '../trees/explaining/interventional-games.ts';
import { type Games, leftSharesOf, pathDependentGames } from '../trees/explaining/leaf-game.ts';
import { TreeExplainer } from '../trees/explaining/tree-explainer.ts';
import { countLeftShares } from '../trees/explaining/tree-tests.ts';
import { featuresOf } from '../trees/scoring/column-sources.ts';
import type { Attribution } from './attribution.ts';
import type { ExplainedTrees } from './explained-trees.ts';

/** What a column that is not known stands for. */
export type TreeReference =
  /** The rows the trees counted when they grew; where the file does not say, those of `rows`. */
  | { readonly kind: 'pathDependent'; readonly rows: Frame }
  /** Each of the background rows in turn. */
  | { readonly kind: 'interventional'; readonly background: Frame };

export interface TreeAttributor {
  /** Whether `pathDependent` rests on the trees' own counts; false: rows of the reference were counted. */
  readonly hasOwnCounts: boolean;
  attribute(frame: Frame): Attribution;
  close(): Promise<void>;
}

/**
 * Makes trees ready to attribute their raw scores to raw columns; features of one column are summed. Null where the kernel
 * cannot take them. Throws BAD_INPUT where a column is of another kind than the model's.
 */
export function openTreeAttributor(
  { ensemble, sources }: ExplainedTrees,
  reference: TreeReference,
  threads: number,
): TreeAttributor | null {
  const hasOwnCounts = ensemble.trees.every((tree) => tree.feature.length === 1 || (tree.rows[0] ?? 0) > 0);
  const explainer = TreeExplainer.open(ensemble, gamesOf({ ensemble, sources }, reference, hasOwnCounts), threads);
  if (explainer === null) return null;
  const columns = [...new Set(sources.map(({ column }) => column))];
  const { features, classes } = ensemble;
  const placeOf = sources.map(({ column }) => columns.indexOf(column));
  return {
    hasOwnCounts,
    attribute(frame) {
      const found = explainer.explain(featuresOrThrow(frame, sources), frame.rows);
      // Values are summed only where several features read one column.
      if (columns.length === features) return { columns, outputs: classes, base: explainer.expected, values: found };
      const values = new Float64Array(frame.rows * classes * columns.length);
      for (let at = 0; at < frame.rows * classes; at++) {
        for (const [feature, place] of placeOf.entries()) {
          const to = at * columns.length + place;
          values[to] = (values[to] ?? 0) + (found[at * features + feature] ?? 0);
        }
      }
      return { columns, outputs: classes, base: explainer.expected, values };
    },
    close: () => explainer.close(),
  };
}

function gamesOf({ ensemble, sources }: ExplainedTrees, reference: TreeReference, hasOwnCounts: boolean): Games {
  if (reference.kind === 'interventional')
    return interventionalGames(ensemble, matrixOf(reference.background, sources));
  if (hasOwnCounts) return pathDependentGames(ensemble.trees.map(leftSharesOf));
  const rows = matrixOf(reference.rows, sources);
  return pathDependentGames(ensemble.trees.map((tree) => countLeftShares(tree, rows, ensemble.features)));
}

function featuresOrThrow(frame: Frame, sources: ExplainedTrees['sources']) {
  const features = featuresOf(frame, sources);
  if (features) return features;
  const wrong = sources.find(({ column, codes }) => (frame.columns.get(column)?.kind === 'text') !== (codes !== null));
  throw new AppError('BAD_INPUT', {
    message: `Column "${wrong?.column ?? ''}" holds ${wrong?.codes ? 'numbers, where the model takes text' : 'text, where the model takes numbers'}.`,
    remedy: 'Import it with the type it had in training.',
  });
}

/** Rows of floats, feature after feature. */
function matrixOf(frame: Frame, sources: ExplainedTrees['sources']): Float32Array {
  const features = featuresOrThrow(frame, sources);
  const matrix = new Float32Array(frame.rows * features.length);
  for (const [feature, values] of features.entries())
    for (let row = 0; row < frame.rows; row++) matrix[row * features.length + feature] = values[row] ?? Number.NaN;
  return matrix;
}
