import type { ColumnProfile } from '../../../shared/contract/datasets.ts';
import { messages } from '../../lib/messages/messages.ts';
import { profileShift } from './profile-shift.ts';

/** A column with the same column of the version it is compared with. */
export interface ProfileRow {
  readonly profile: ColumnProfile;
  readonly position: number;
  readonly reference: ColumnProfile | undefined;
  /** About how far it has moved; null when there is nothing to compare. */
  readonly shift: number | null;
}

export type OverviewSortId =
  | 'position'
  | 'name'
  | 'type'
  | 'role'
  | 'missing'
  | 'distinct'
  | 'min'
  | 'median'
  | 'max'
  | 'shift';

export interface OverviewHead {
  readonly id: OverviewSortId;
  readonly label: string;
  readonly isFigure: boolean;
  /** What the column is sorted by; missing values come last. */
  readonly sortBy: (row: ProfileRow) => string | number | null;
}

const m = messages.datasets;
const median = ({ profile }: ProfileRow): number | null => profile.quantiles?.['0.5'] ?? null;
const ordered = (value: ColumnProfile['min'], edge: number | undefined): string | number | null =>
  edge ?? (typeof value === 'boolean' ? Number(value) : value);

/** The heads of the overview, in order; the distribution comes after them and cannot be sorted. */
export const overviewHeads: readonly OverviewHead[] = [
  { id: 'name', label: m.columnName, isFigure: false, sortBy: ({ profile }) => profile.name },
  { id: 'type', label: m.columnType, isFigure: false, sortBy: ({ profile }) => m.types[profile.type] },
  { id: 'role', label: m.columnRole, isFigure: false, sortBy: ({ profile }) => m.roles[profile.role] },
  { id: 'missing', label: m.columnMissing, isFigure: true, sortBy: ({ profile }) => profile.missing },
  { id: 'distinct', label: m.columnDistinct, isFigure: true, sortBy: ({ profile }) => profile.distinct },
  {
    id: 'min',
    label: m.columnMin,
    isFigure: true,
    sortBy: ({ profile }) => ordered(profile.min, profile.histogram?.edges[0]),
  },
  { id: 'median', label: m.columnMedian, isFigure: true, sortBy: median },
  {
    id: 'max',
    label: m.columnMax,
    isFigure: true,
    sortBy: ({ profile }) => ordered(profile.max, profile.histogram?.edges.at(-1)),
  },
];

/** Pairs each column with that of the other version. */
export function profileRows(
  columns: readonly ColumnProfile[],
  others: readonly ColumnProfile[] | undefined,
): readonly ProfileRow[] {
  const byName = new Map((others ?? []).map((column) => [column.name, column]));
  return columns.map((profile, position) => {
    const reference = byName.get(profile.name);
    return { profile, position, reference, shift: reference === undefined ? null : profileShift(reference, profile) };
  });
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

function compare(a: string | number | null, b: string | number | null): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return collator.compare(String(a), String(b));
}

/** Sorted by one head; rows without a value come last in both directions, ties stay in the order of the file. */
export function sortedRows(
  rows: readonly ProfileRow[],
  id: OverviewSortId,
  isDescending: boolean,
): readonly ProfileRow[] {
  const sortBy = id === 'shift' ? (row: ProfileRow) => row.shift : overviewHeads.find((head) => head.id === id)?.sortBy;
  if (sortBy === undefined) return rows;
  return rows.toSorted((a, b) => {
    const [left, right] = [sortBy(a), sortBy(b)];
    if (left === null || right === null) return left === right ? a.position - b.position : left === null ? 1 : -1;
    return (isDescending ? -compare(left, right) : compare(left, right)) || a.position - b.position;
  });
}
