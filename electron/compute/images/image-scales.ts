import type { PixelScaling } from '../../../shared/contract/models.ts';
import type { PixelScale } from './pixel-nodes.ts';

/** How pixels are scaled for a network, by the name of who uses it. */
export const IMAGE_SCALES: Readonly<Record<PixelScaling, Pick<PixelScale, 'mean' | 'deviation'>>> = {
  /** EfficientNet-Lite and MobileNet: from -1 to 1. */
  centred: { mean: [127, 127, 127], deviation: [128, 128, 128] },
  /** torchvision and timm: the mean and deviation of ImageNet. */
  imagenet: { mean: [123.675, 116.28, 103.53], deviation: [58.395, 57.12, 57.375] },
  /** From 0 to 1. */
  unit: { mean: [0, 0, 0], deviation: [255, 255, 255] },
  /** As they are, from 0 to 255. */
  none: { mean: [0, 0, 0], deviation: [1, 1, 1] },
};
