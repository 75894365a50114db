/** What the palette can do, as far as searching goes. */
interface Named {
  readonly label?: string;
  readonly description?: string;
}

interface NamedGroup<Action> {
  readonly group: string;
  readonly actions: readonly Action[];
}

/** How far an action is from what was typed: its name begins so, a word of it does, it holds it, its hint does; else no match. */
function distanceTo(query: string, { label = '', description = '' }: Named): number {
  const [wanted, name] = [query.trim().toLowerCase(), label.toLowerCase()];
  if (name.startsWith(wanted)) return 0;
  if (name.split(/[\s_-]+/).some((word) => word.startsWith(wanted))) return 1;
  if (name.includes(wanted)) return 2;
  return description.toLowerCase().includes(wanted) ? 3 : Number.POSITIVE_INFINITY;
}

/** What matches, the nearest first: in each group, and the groups by their nearest. */
export function nearestFirst<Action extends Named>(
  query: string,
  groups: readonly NamedGroup<Action>[],
): { group: string; actions: Action[] }[] {
  if (query.trim() === '') return groups.map(({ group, actions }) => ({ group, actions: [...actions] }));
  return groups
    .map(({ group, actions }) => {
      const near = actions
        .map((action) => ({ action, distance: distanceTo(query, action) }))
        .filter(({ distance }) => Number.isFinite(distance))
        .toSorted((a, b) => a.distance - b.distance);
      return { group, near, nearest: near[0]?.distance ?? Number.POSITIVE_INFINITY };
    })
    .filter(({ near }) => near.length > 0)
    .toSorted((a, b) => a.nearest - b.nearest)
    .map(({ group, near }) => ({ group, actions: near.map(({ action }) => action) }));
}
