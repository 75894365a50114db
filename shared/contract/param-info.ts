import { z } from 'zod';
import { SearchCondition, SearchRange } from './search.ts';

/** A parameter of an algorithm, as its record describes it: the form and the command line are made from it. */
export const ParamInfo = z.object({
  name: z.string(),
  label: z.string(),
  type: z.enum(['number', 'integer', 'text', 'boolean', 'integers']),
  default: z.unknown(),
  description: z.string(),
  /** The words a `text` may be; left out where any will do. */
  choices: z.array(z.string()).optional(),
  /** True: the form folds it away. */
  isAdvanced: z.boolean().optional(),
  /** Where a search looks for it; left out: it stays as asked, or at its default. */
  search: SearchRange.optional(),
  /** Searched only where another parameter has one of these values. */
  searchWhen: SearchCondition.optional(),
});
export type ParamInfo = z.infer<typeof ParamInfo>;
