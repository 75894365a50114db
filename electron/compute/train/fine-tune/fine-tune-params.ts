import { z } from 'zod';
import type { ParamInfo } from '../../../../shared/contract/param-info.ts';

const EPOCHS = 40;
const PATIENCE = 8;
const BATCH_ROWS = 64;
const TUNE_EPOCHS = 20;
const [RATE, TUNE_RATE, WEIGHT_DECAY] = [2e-3, 5e-4, 1e-3];

export const FineTuneParams = z.object({
  features: z.string().min(1).optional(),
  hidden: z.array(z.number().int().min(1).max(4096)).max(4).default([]),
  learningRate: z.number().gt(0).max(1).default(RATE),
  epochs: z.number().int().min(1).max(10_000).default(EPOCHS),
  batchRows: z.number().int().min(1).max(65_536).default(BATCH_ROWS),
  patience: z.number().int().min(1).default(PATIENCE),
  weightDecay: z.number().min(0).default(WEIGHT_DECAY),
  tuneLayers: z.number().int().min(0).max(1000).default(0),
  freeze: z.string().default(''),
  tuneEpochs: z.number().int().min(1).max(10_000).default(TUNE_EPOCHS),
  tuneRate: z.number().gt(0).max(1).default(TUNE_RATE),
});
export type FineTuneParams = z.infer<typeof FineTuneParams>;

/** What fine-tuning asks, for a form; which layers are trained is chosen from the model's own list. */
export const FINE_TUNE_INFO: readonly ParamInfo[] = [
  {
    name: 'hidden',
    label: 'Hidden layers of the head',
    type: 'integers',
    default: [],
    description: 'Units of layers between features and answer; none is a linear head.',
  },
  {
    name: 'epochs',
    label: 'Most epochs of the head',
    type: 'integer',
    default: EPOCHS,
    description: 'Passes of the new head over the rows at most.',
  },
  {
    name: 'tuneEpochs',
    label: 'Most epochs of tuning',
    type: 'integer',
    default: TUNE_EPOCHS,
    description: 'Passes over the rows while layers are trained on.',
  },
  {
    name: 'learningRate',
    label: 'Learning rate of the head',
    type: 'number',
    default: RATE,
    description: 'The step of AdamW for the head.',
    isAdvanced: true,
  },
  {
    name: 'tuneRate',
    label: 'Learning rate of tuning',
    type: 'number',
    default: TUNE_RATE,
    description: 'The step of AdamW while layers are trained on.',
    isAdvanced: true,
  },
  {
    name: 'batchRows',
    label: 'Batch',
    type: 'integer',
    default: BATCH_ROWS,
    description: 'Rows a step.',
    isAdvanced: true,
  },
  {
    name: 'patience',
    label: 'Patience',
    type: 'integer',
    default: PATIENCE,
    description: 'Epochs without gain before it stops.',
    isAdvanced: true,
  },
  {
    name: 'weightDecay',
    label: 'Weight decay',
    type: 'number',
    default: WEIGHT_DECAY,
    description: 'Pulls weights to zero.',
    isAdvanced: true,
  },
];
