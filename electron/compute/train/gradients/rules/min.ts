import type { GradientRule } from '../gradient-rule.ts';
import { sharedExtreme } from '../shared-extreme.ts';

/** Goes to the smallest; those that are equal share it. */
export const minRule: GradientRule = { operator: 'Min', gradient: sharedExtreme };
