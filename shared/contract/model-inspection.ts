import { z } from 'zod';

/** One weight of a linear model. Intervals hold at 95 %. */
export const InspectedWeight = z.object({
  column: z.string(),
  /** What of the column it belongs to: its number, a word, all its rarer words, that it is missing, a part of a date, or some words of a sentence. */
  part: z.enum(['number', 'word', 'otherWords', 'missing', 'datePart', 'text']),
  /** The word, the part of the date ("Monday"), the bucket of words; null otherwise. */
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

/** A node of a tree: a test of one column with a branch for yes and one for no, or a leaf with its value. */
export const InspectedNode = z.object({
  /** Null: a leaf. */
  column: z.string().nullable(),
  /** Numbers: yes when at most this. */
  threshold: z.number().nullable(),
  /** Words: yes when one of these. `others` stands for all words that have no place of their own. */
  words: z.array(z.string()).nullable(),
  hasOthers: z.boolean(),
  /** Where a missing value goes. */
  isMissingYes: z.boolean(),
  /** Positions of the next nodes in the list; the root is 0. */
  yes: z.number(),
  no: z.number(),
  /** What a leaf adds to the score, or its share of the class. */
  value: z.number().nullable(),
  /** Training rows that reached it; null where that is not known. */
  rows: z.number().nullable(),
  /** How much its test lowered the loss of training rows; null where that is not known. */
  gain: z.number().nullable(),
});
export type InspectedNode = z.infer<typeof InspectedNode>;

export const InspectedTree = z.object({
  /** Counts from 0. */
  tree: z.number(),
  /** The class whose score it adds to; null for a number. */
  label: z.string().nullable(),
  nodes: z.array(InspectedNode),
});
export type InspectedTree = z.infer<typeof InspectedTree>;

/** What an ensemble of trees learnt. Its trees are asked for one at a time, by `models.tree`. */
export const TreesInspection = z.object({
  kind: z.literal('trees'),
  /** `scores`: leaves add to a score; `shares`: leaves hold shares of a class, or means. */
  answers: z.enum(['scores', 'shares']),
  trees: z.number(),
  /** So many of the first trees can be looked at. */
  listed: z.number(),
  leaves: z.number(),
  /** Tests on the longest way from a root to a leaf. */
  deepest: z.number(),
  /** Every column, the largest gain first (most tests first where gains are not known). */
  columns: z.array(
    z.object({
      column: z.string(),
      tests: z.number(),
      /** Sum over its tests; null where gains are not known. */
      gain: z.number().nullable(),
      /** Training rows that met its tests, over all trees; null where that is not known. */
      rows: z.number().nullable(),
    }),
  ),
});
export type TreesInspection = z.infer<typeof TreesInspection>;

/** What can be read inside a model version, saved with it when it is trained; a kind for each form of model. */
export const ModelInspection = z.discriminatedUnion('kind', [LinearInspection, TreesInspection]);
export type ModelInspection = z.infer<typeof ModelInspection>;
