import { z } from 'zod';

/** `bagging`: the mean of the models of all folds; `stacking`: a linear model of what the best of each algorithm answers. */
export const EnsembleChoice = z.enum(['none', 'bagging', 'stacking']);
export type EnsembleChoice = z.infer<typeof EnsembleChoice>;

/** What an ensemble is made of, as one graph. */
export const EnsembleResult = z.object({
  kind: z.enum(['bagging', 'stacking']),
  members: z.array(
    z.object({
      algorithm: z.string(),
      trial: z.number().nullable(),
      /** Its share of the mean, or its weight in each score of the stack. */
      weights: z.array(z.number()),
    }),
  ),
});
export type EnsembleResult = z.infer<typeof EnsembleResult>;

/** What is needed to make an ensemble again. */
export const EnsembleManifest = z.discriminatedUnion('kind', [
  /** The fold models of one configuration; folds follow from the request. */
  z.object({ kind: z.literal('bagging'), models: z.number() }),
  z.object({
    kind: z.literal('stacking'),
    members: z.array(
      z.object({
        algorithm: z.string(),
        params: z.record(z.string(), z.unknown()),
        rows: z.enum(['train', 'trainAndValidation']),
      }),
    ),
    weights: z.array(z.array(z.number())),
    intercepts: z.array(z.number()),
  }),
]);
export type EnsembleManifest = z.infer<typeof EnsembleManifest>;

/** One sentence for people. */
export function ensembleText({ kind, members }: EnsembleResult): string {
  if (kind === 'bagging') return `The model is the mean of ${members.length} models, one a fold.`;
  const named = members.map(({ algorithm, weights }) =>
    weights.length === 1 ? `${algorithm} (${weights[0]?.toFixed(3)})` : algorithm,
  );
  return `The model weighs what ${named.join(', ')} answer.`;
}
