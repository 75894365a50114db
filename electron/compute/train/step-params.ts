import { z } from 'zod';
import type { EstimatorInfo } from '../../../shared/contract/training.ts';

/** How a network that starts from given weights is stepped: AdamW, its rate falling as half a cosine, stopped early. */
export interface StepDefaults {
  readonly learningRate: number;
  readonly epochs: number;
  readonly batchRows: number;
  readonly patience: number;
  readonly weightDecay: number;
}

export const stepParams = (defaults: StepDefaults) => ({
  learningRate: z.number().gt(0).max(1).default(defaults.learningRate),
  epochs: z.number().int().min(1).max(10_000).default(defaults.epochs),
  batchRows: z.number().int().min(1).max(65_536).default(defaults.batchRows),
  patience: z.number().int().min(1).default(defaults.patience),
  weightDecay: z.number().min(0).default(defaults.weightDecay),
});

/** The same as a form shows them and as a search takes them. */
export const stepInfo = (defaults: StepDefaults): EstimatorInfo['params'] => [
  {
    name: 'epochs',
    label: 'Most epochs',
    type: 'integer',
    default: defaults.epochs,
    description: 'Passes over the training rows at most.',
  },
  {
    name: 'learningRate',
    label: 'Learning rate',
    type: 'number',
    default: defaults.learningRate,
    description: 'The step of AdamW at the start; it falls as half a cosine.',
    search: {
      kind: 'float',
      low: defaults.learningRate / 5,
      high: Math.min(1, defaults.learningRate * 5),
      isLog: true,
    },
  },
  {
    name: 'batchRows',
    label: 'Batch',
    type: 'integer',
    default: defaults.batchRows,
    description: 'Rows a step.',
    isAdvanced: true,
  },
  {
    name: 'patience',
    label: 'Patience',
    type: 'integer',
    default: defaults.patience,
    description: 'Epochs without gain before it stops.',
    isAdvanced: true,
  },
  {
    name: 'weightDecay',
    label: 'Weight decay',
    type: 'number',
    default: defaults.weightDecay,
    description: 'Pulls weights to zero.',
    isAdvanced: true,
    search: { kind: 'float', low: defaults.weightDecay / 10, high: defaults.weightDecay * 30, isLog: true },
  },
];
