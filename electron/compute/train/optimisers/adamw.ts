import { adam } from './adam.ts';
import type { Optimiser } from './optimiser.ts';

/** Adam with the weight decay of its paper: 0.01 unless told. */
export const adamw: Optimiser = {
  name: 'adamw',
  state: adam.state,
  step: (input, params) => adam.step(input, { weightDecay: 0.01, ...params }),
};
