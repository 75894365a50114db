import type { FormGap } from './form-gaps.ts';
import { trainingMessages as m } from './messages.ts';

/** What each gap is called where it stands: what is missing, and what to do. */
export const gapMessages: Readonly<Record<FormGap, string>> = {
  noDataset: m.gapNoDataset,
  noTarget: m.gapNoTarget,
  noTimeColumn: m.gapNoTimeColumn,
  noPartColumn: m.gapNoPartColumn,
  noTestDataset: m.gapNoTestDataset,
  noTestShare: m.gapNoTestShare,
  noTrainShare: m.gapNoTrainShare,
  notLooked: m.gapNotLooked,
  blocked: m.gapBlocked,
  noColumns: m.gapNoColumns,
  badParam: m.gapBadParam,
  noStart: m.gapNoStart,
  noSearchEnd: m.gapNoSearchEnd,
  badRange: m.gapBadRange,
  noFoldColumn: m.gapNoFoldColumn,
};

/** Values that cannot be right are said at once; what is only missing, once someone has tried to start. */
const AT_ONCE: readonly FormGap[] = ['noTestShare', 'noTrainShare', 'badParam', 'badRange'];

/** The text beside a field, while its gap is open. */
export type FaultOf = (gap: FormGap) => string | undefined;

/** Texts for the gaps that are open. */
export const faultsOf =
  (gaps: ReadonlySet<FormGap>, hasTried: boolean): FaultOf =>
  (gap) =>
    gaps.has(gap) && (hasTried || AT_ONCE.includes(gap)) ? gapMessages[gap] : undefined;
