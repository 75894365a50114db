import { z } from 'zod';
import { AppError } from '../../../../shared/errors.ts';
import type { Estimator } from '../estimator.ts';

/** Without validation rows nothing can say when to stop: this many rounds, unless asked otherwise. */
export const ROUNDS_WITHOUT_VALIDATION = 200;
export const ROUNDS = 1000;

export const REGRESSION_LOSSES = ['squared', 'poisson', 'quantile', 'absolute', 'huber'] as const;

export const BoostingParams = z.object({
  rounds: z.number().int().min(1).max(10_000).optional(),
  learningRate: z.number().gt(0).max(1).default(0.05),
  leaves: z.number().int().min(2).max(4096).default(31),
  maxDepth: z.number().int().min(0).max(64).default(0),
  minRows: z.number().int().min(1).default(20),
  minGain: z.number().min(0).default(0),
  l1: z.number().min(0).default(0),
  l2: z.number().min(0).default(1),
  rowShare: z.number().gt(0).max(1).default(1),
  featureShare: z.number().gt(0).max(1).default(0.8),
  /** 0: never stopped early, every round is kept. */
  patience: z.number().int().min(0).default(50),
  loss: z.enum(REGRESSION_LOSSES).default('squared'),
  quantile: z.number().gt(0).lt(1).default(0.5),
  monotone: z
    .union([z.string(), z.record(z.string(), z.union([z.literal(-1), z.literal(0), z.literal(1)]))])
    .default(''),
});
export type BoostingParams = z.infer<typeof BoostingParams>;

/**
 * Which columns may only raise (1) or lower (-1) the answer: a record by column, or text such as "age +, price -". Throws
 * INVALID_ARGUMENT for a column that is not among `columns`, or a part without a sign.
 */
export function monotoneSigns(
  given: BoostingParams['monotone'],
  columns: readonly string[],
): ReadonlyMap<string, -1 | 0 | 1> {
  const signs = new Map<string, -1 | 0 | 1>();
  const wrong = (message: string): AppError =>
    new AppError('INVALID_ARGUMENT', {
      message: `boosting: monotone: ${message}`,
      remedy: 'Write columns with a sign, as in "age +, price -".',
    });
  const parts =
    typeof given === 'string'
      ? given
          .split(',')
          .map((part) => part.trim())
          .filter((part) => part !== '')
          .map((part): readonly [string, -1 | 0 | 1] => {
            if (!/[+-]$/.test(part)) throw wrong(`"${part}" has no sign.`);
            return [part.slice(0, -1).trim(), part.endsWith('+') ? 1 : -1];
          })
      : Object.entries(given);
  for (const [column, sign] of parts) {
    if (!columns.includes(column)) throw wrong(`there is no column "${column}".`);
    signs.set(column, sign);
  }
  return signs;
}

/** What forms, the command line and searches are told. */
export const BOOSTING_PARAMS: Estimator['params'] = [
  {
    name: 'rounds',
    label: 'Most rounds',
    type: 'integer',
    default: ROUNDS,
    description: 'Trees a class; fewer when validation rows get no better.',
  },
  {
    name: 'learningRate',
    label: 'Learning rate',
    type: 'number',
    default: 0.05,
    description: 'How much each tree counts.',
    search: { kind: 'float', low: 0.01, high: 0.3, isLog: true },
  },
  {
    name: 'leaves',
    label: 'Leaves',
    type: 'integer',
    default: 31,
    description: 'Leaves a tree.',
    search: { kind: 'integer', low: 4, high: 256, isLog: true },
  },
  {
    name: 'maxDepth',
    label: 'Deepest',
    type: 'integer',
    default: 0,
    description: 'Levels a tree; 0 is no limit.',
    isAdvanced: true,
  },
  {
    name: 'minRows',
    label: 'Rows a leaf',
    type: 'integer',
    default: 20,
    description: 'Fewest rows in a leaf.',
    search: { kind: 'integer', low: 2, high: 200, isLog: true },
  },
  {
    name: 'minGain',
    label: 'Least gain',
    type: 'number',
    default: 0,
    description: 'A leaf is split only where this lowers the loss by more than half of it.',
    isAdvanced: true,
  },
  {
    name: 'l1',
    label: 'L1',
    type: 'number',
    default: 0,
    description: 'Pulls leaf values to zero.',
    isAdvanced: true,
  },
  {
    name: 'l2',
    label: 'L2',
    type: 'number',
    default: 1,
    description: 'Shrinks leaf values.',
    isAdvanced: true,
    search: { kind: 'float', low: 0.01, high: 100, isLog: true },
  },
  {
    name: 'rowShare',
    label: 'Share of rows',
    type: 'number',
    default: 1,
    description: 'Rows drawn for each round.',
    isAdvanced: true,
    search: { kind: 'float', low: 0.5, high: 1 },
  },
  {
    name: 'featureShare',
    label: 'Share of columns',
    type: 'number',
    default: 0.8,
    description: 'Columns drawn for each round.',
    isAdvanced: true,
    search: { kind: 'float', low: 0.3, high: 1 },
  },
  {
    name: 'patience',
    label: 'Patience',
    type: 'integer',
    default: 50,
    description: 'Rounds without gain before it stops; 0 keeps every round.',
    isAdvanced: true,
  },
  {
    name: 'loss',
    label: 'Loss',
    type: 'text',
    default: 'squared',
    choices: [...REGRESSION_LOSSES],
    description:
      'For numbers only: squared aims at the mean, poisson at the mean of counts, absolute at the median, quantile at the quantile given; huber is squared for small errors, absolute for large ones.',
    isAdvanced: true,
  },
  {
    name: 'quantile',
    label: 'Quantile',
    type: 'number',
    default: 0.5,
    description: 'With the quantile loss: the share of answers that shall lie below the prediction.',
    isAdvanced: true,
  },
  {
    name: 'monotone',
    label: 'Only rising or falling',
    type: 'text',
    default: '',
    description: 'Columns of numbers whose growth may only raise (+) or lower (-) the answer, as in "age +, price -".',
    isAdvanced: true,
  },
];
