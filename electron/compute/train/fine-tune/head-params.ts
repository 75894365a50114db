import { z } from 'zod';
import type { EstimatorInfo } from '../../../../shared/contract/training.ts';
import { type StepDefaults, stepInfo, stepParams } from '../step-params.ts';

export interface HeadDefaults extends StepDefaults {
  readonly tuneEpochs: number;
  readonly tuneRate: number;
}

/** Parameters of a new head on a model's features, and of its last layers that are trained on after it. */
export const headParams = (defaults: HeadDefaults) => ({
  features: z.string().min(1).optional(),
  hidden: z.array(z.number().int().min(1).max(4096)).max(4).default([]),
  ...stepParams(defaults),
  tuneLayers: z.number().int().min(0).max(1000).default(0),
  freeze: z.string().default(''),
  tuneEpochs: z.number().int().min(1).max(10_000).default(defaults.tuneEpochs),
  tuneRate: z.number().gt(0).max(1).default(defaults.tuneRate),
});

/** The same as a form shows them and as a search takes them. */
export const headInfo = (defaults: HeadDefaults): EstimatorInfo['params'] => [
  {
    name: 'hidden',
    label: 'Hidden layers',
    type: 'integers',
    default: [],
    description: 'Units of layers between features and answer; none is a linear head.',
    search: { kind: 'choice', options: [[], [64], [256]] },
  },
  {
    name: 'tuneLayers',
    label: 'Layers to tune',
    type: 'integer',
    default: 0,
    description: 'So many of the last layers of the model are trained on after the head.',
  },
  {
    name: 'freeze',
    label: 'Frozen weights',
    type: 'text',
    default: '',
    description:
      'Names of weights or nodes that stay as they are, parted by commas; * stands for any letters. Given without a number of layers, all others are tuned.',
    isAdvanced: true,
  },
  {
    name: 'features',
    label: 'Cut at',
    type: 'text',
    default: null,
    description: "Name of the result that is learnt from; left out: the model's features are found.",
    isAdvanced: true,
  },
  ...stepInfo(defaults),
  {
    name: 'tuneEpochs',
    label: 'Epochs of tuning',
    type: 'integer',
    default: defaults.tuneEpochs,
    description: 'Passes over the rows while layers are tuned.',
    isAdvanced: true,
  },
  {
    name: 'tuneRate',
    label: 'Learning rate of tuning',
    type: 'number',
    default: defaults.tuneRate,
    description: 'The step of AdamW while layers are tuned.',
    isAdvanced: true,
  },
];
