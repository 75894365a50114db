import { z } from 'zod';
import type { EstimatorInfo } from '../../../shared/contract/training.ts';
import type { Augmentation } from './augmentation.ts';
import { hasAugmentation } from './augmentation.ts';

/** Parameters of what happens to images before they are learnt, with the defaults given. */
export const augmentationParams = (defaults: Augmentation) => ({
  flip: z.boolean().default(defaults.flip),
  shift: z.number().min(0).max(0.5).default(defaults.shift),
  zoom: z.number().min(0).max(0.5).default(defaults.zoom),
  turn: z.number().min(0).max(180).default(defaults.turn),
  brightness: z.number().min(0).max(1).default(defaults.brightness),
});

export const augmentationOf = ({ flip, shift, zoom, turn, brightness }: Augmentation): Augmentation | null => {
  const augmentation = { flip, shift, zoom, turn, brightness };
  return hasAugmentation(augmentation) ? augmentation : null;
};

/** The same as a form shows them. */
export const augmentationInfo = (defaults: Augmentation): EstimatorInfo['params'] => [
  {
    name: 'flip',
    label: 'Mirror',
    type: 'boolean',
    default: defaults.flip,
    description: 'Left and right are exchanged in half of the images; wrong for digits and letters.',
  },
  {
    name: 'shift',
    label: 'Shift',
    type: 'number',
    default: defaults.shift,
    description: 'Most shift of an image, as a share of its side.',
  },
  {
    name: 'zoom',
    label: 'Zoom',
    type: 'number',
    default: defaults.zoom,
    description: 'Most zoom in or out, as a share.',
    isAdvanced: true,
  },
  {
    name: 'turn',
    label: 'Turn',
    type: 'number',
    default: defaults.turn,
    description: 'Most turn of an image, in degrees.',
    isAdvanced: true,
  },
  {
    name: 'brightness',
    label: 'Brightness',
    type: 'number',
    default: defaults.brightness,
    description: 'Most change of brightness, in deviations of the pixels.',
    isAdvanced: true,
  },
];
