import { z } from 'zod';

/** One weight of a linear model. Intervals hold at 95 %. */
export const InspectedWeight = z.object({
  column: z.string(),
  /** What of the column it belongs to: its number, one of its words, all its rarer words, or that it is missing. */
  part: z.enum(['number', 'word', 'otherWords', 'missing']),
  /** The word, where `part` is one. */
  word: z.string().nullable(),
  /** As the model holds it: for a number the effect of one standard deviation more, for a word that of having it. */
  weight: z.number(),
  /** For a number the effect of one unit more; otherwise `weight`. */
  perUnit: z.number(),
  /** Of `weight`; null where `reason` of the inspection says why there is none. */
  standardError: z.number().nullable(),
  pValue: z.number().nullable(),
  lower: z.number().nullable(),
  upper: z.number().nullable(),
  /** The word that others of its column are compared with: its weight is zero by definition. */
  isReference: z.boolean(),
});
export type InspectedWeight = z.infer<typeof InspectedWeight>;

/** What a linear model learnt. Weights are on the scale of `link`: a logit, a logarithm, or the answer itself. */
export const LinearInspection = z.object({
  kind: z.literal('linear'),
  link: z.enum(['identity', 'logit', 'softmax', 'log']),
  loss: z.enum(['squared', 'logistic', 'poisson', 'quantile']),
  penalty: z.enum(['none', 'l1', 'l2', 'elasticNet']),
  strength: z.number(),
  /** `exact`: solved to the last digits; `iterative`: approached step by step, for very wide or long data. */
  solver: z.enum(['exact', 'iterative']),
  /** Why there are no standard errors and p values; null where there are. */
  reason: z.string().nullable(),
  /** One for two classes or a number, one a class otherwise. */
  outputs: z.array(
    z.object({
      /** The class that a larger score speaks for; null for a number. */
      label: z.string().nullable(),
      intercept: z.object({
        weight: z.number(),
        standardError: z.number().nullable(),
        pValue: z.number().nullable(),
        lower: z.number().nullable(),
        upper: z.number().nullable(),
      }),
      /** The largest first. */
      weights: z.array(InspectedWeight),
      /** Smaller weights that are not listed. */
      leftOut: z.number(),
    }),
  ),
});
export type LinearInspection = z.infer<typeof LinearInspection>;

/** What can be read inside a model version, saved with it when it is trained; a kind for each form of model. */
export const ModelInspection = z.discriminatedUnion('kind', [LinearInspection]);
export type ModelInspection = z.infer<typeof ModelInspection>;
