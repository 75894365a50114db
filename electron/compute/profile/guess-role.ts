import type { ColumnProfile, ColumnRole } from '../../../shared/contract/datasets.ts';

/** Roles a column seems to have: ids by name and by being different in every row, moments by type. */
export function guessRole(profile: Omit<ColumnProfile, 'role'>): ColumnRole {
  if (profile.type === 'timestamp' || profile.type === 'date') return 'time';
  const isNamedId = /(^|_)id$|^id(_|$)|uuid|guid/i.test(profile.name) || /[a-z]Id$/.test(profile.name);
  const filled = profile.rows - profile.missing;
  if (isNamedId && filled > 0 && profile.distinct >= filled * 0.9 && profile.type !== 'number') return 'id';
  return 'feature';
}
