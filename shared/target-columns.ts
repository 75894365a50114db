import type { TargetSpec } from './contract/models.ts';

/** The columns that hold the answers: the target's own, or one a label. */
export const targetColumns = ({ column, labels }: TargetSpec): readonly string[] => labels ?? [column];
