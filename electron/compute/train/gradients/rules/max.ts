import type { GradientRule } from '../gradient-rule.ts';
import { sharedExtreme } from '../shared-extreme.ts';

/** Goes to the largest; those that are equal share it. */
export const maxRule: GradientRule = { operator: 'Max', gradient: sharedExtreme };
