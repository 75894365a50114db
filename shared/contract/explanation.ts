import { oc } from '@orpc/contract';
import { z } from 'zod';
import { ColumnType } from '../column-type.ts';
import { Reference } from '../ids.ts';
import { AskedRows, AskRows } from './asked-rows.ts';
import { JobStarted } from './jobs.ts';

/** Rows that are explained one by one at most. */
export const MOST_EXPLAINED_ROWS = 1000;

/**
 * How values came about. `treeShapPathDependent` and `treeShapInterventional` are exact for trees, `shapExact` for any model of at
 * most 8 columns; `shapSampled` estimates along random orders of columns and adds up exactly.
 */
export const ExplanationMethod = z.enum([
  'treeShapPathDependent',
  'treeShapInterventional',
  'shapExact',
  'shapSampled',
]);
export type ExplanationMethod = z.infer<typeof ExplanationMethod>;

/**
 * What values add up to: the `answer` itself (a prediction or a probability), the `logOdds` of the second class, the `logarithm`
 * of a prediction, `classScores` whose softmax are the probabilities, or another `rawScore` that the answer is made from.
 */
export const ExplanationScale = z.enum(['answer', 'logOdds', 'logarithm', 'classScores', 'rawScore']);
export type ExplanationScale = z.infer<typeof ExplanationScale>;

export const ColumnImportance = z.object({
  column: z.string(),
  /** Mean size of its values over rows and outputs. */
  importance: z.number(),
  /** Rise of the loss when its cells are shuffled, with the standard deviation between shuffles; null where not looked for. */
  permuted: z.object({ rise: z.number(), deviation: z.number() }).nullable(),
});
export type ColumnImportance = z.infer<typeof ColumnImportance>;

/** What answers do as one column moves, in units of the answer; lists of outputs hold one number a place on the axis. */
export const ColumnEffect = z.object({
  column: z.string(),
  /** Numbers rising (days and times: milliseconds since 1970), or words, the most frequent first. */
  grid: z.union([z.array(z.number()), z.array(z.string())]),
  /** Partial dependence: the mean answer when every row holds that value, [outputs][grid]. */
  average: z.array(z.array(z.number())),
  /** Between them lie four in five of the rows' own answers: [outputs][grid]. */
  lower: z.array(z.array(z.number())),
  upper: z.array(z.array(z.number())),
  /** Accumulated local effects: what small moves of near rows add up to from edge to edge, mean 0; null for words. */
  accumulated: z
    .object({ edges: z.array(z.number()), effects: z.array(z.array(z.number())), counts: z.array(z.number()) })
    .nullable(),
});
export type ColumnEffect = z.infer<typeof ColumnEffect>;

export const ExplainedRow = z.object({
  /** Row of the data, from 0. */
  row: z.number(),
  /** What its columns hold, days and times as ISO 8601; null for missing. */
  cells: z.array(z.union([z.string(), z.number()]).nullable()),
  /** What the model answers, one an output: the second class's probability of two, each class's of more, or the prediction. */
  answers: z.array(z.number()),
  /** What each column gives, one an output: [columns][outputs]. */
  values: z.array(z.array(z.number())),
});
export type ExplainedRow = z.infer<typeof ExplainedRow>;

export const Explanation = AskedRows.extend({
  method: ExplanationMethod,
  scale: ExplanationScale,
  /** Those that are told of each row: all, or of over 1,000 the most important ones. */
  columns: z.array(z.string()),
  /** Types of the columns, in their order. */
  types: z.array(ColumnType).default([]),
  /** What is explained: the answer where nothing is known of a row (`base`), of which class (null for a number). */
  outputs: z.array(z.object({ label: z.string().nullable(), base: z.number() })),
  rows: z.array(ExplainedRow),
  /** Every column, the most important first, over `importanceRows` rows. */
  importance: z.array(ColumnImportance),
  importanceRows: z.number(),
  /** Of the most important columns, over `effectRows` rows. */
  effects: z.array(ColumnEffect).default([]),
  effectRows: z.number().default(0),
  /** The loss that shuffled columns raise: camelCase name of the metric; null where no answers are known. */
  loss: z.string().nullable(),
  /** What is worth knowing of how the values came about. */
  notes: z.array(z.string()),
  seconds: z.number(),
});
export type Explanation = z.infer<typeof Explanation>;

export const explanation = {
  /**
   * Attributes a model's answers to its columns. Result document: Explanation. Without `dataset` the held-out rows of training are
   * explained. The first `rows` rows are explained one by one; importance is taken over more. With `background`, columns that
   * are not known take that dataset's rows; else trees take the rows they grew on, other models a spread of the data.
   */
  explain: oc
    .input(
      AskRows.extend({
        rows: z.number().int().positive().max(MOST_EXPLAINED_ROWS).default(100),
        background: Reference.optional(),
      }),
    )
    .output(JobStarted),
};
