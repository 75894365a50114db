import type { InspectedTree, ModelInspection } from '../../../shared/contract/model-inspection.ts';

/** An inspection as it is kept: the whole in the first line, then a tree a line, so that one tree is read without the others. */
export const inspectionLines = (inspection: ModelInspection, trees: readonly InspectedTree[]): string =>
  [inspection, ...trees].map((part) => JSON.stringify(part)).join('\n');
