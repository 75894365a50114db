import type { SpotlightActionData, SpotlightActionGroupData, SpotlightFilterFunction } from '@mantine/spotlight';

const isGroup = (one: SpotlightActionData | SpotlightActionGroupData): one is SpotlightActionGroupData =>
  'actions' in one;

/** How far an action is from what was typed: its name begins so, a word of it does, it holds it, its hint does; else no match. */
export function distanceTo(query: string, { label = '', description = '' }: SpotlightActionData): number {
  const [wanted, name] = [query.trim().toLowerCase(), label.toLowerCase()];
  if (name.startsWith(wanted)) return 0;
  if (name.split(/[\s_-]+/).some((word) => word.startsWith(wanted))) return 1;
  if (name.includes(wanted)) return 2;
  return description.toLowerCase().includes(wanted) ? 3 : Number.POSITIVE_INFINITY;
}

/** What matches, the nearest first: in each group, and the groups by their nearest. */
export const nearestFirst: SpotlightFilterFunction = (query, actions) => {
  if (query.trim() === '') return [...actions];
  return actions
    .filter(isGroup)
    .map(({ group, actions: all }) => {
      const near = all
        .map((action) => ({ action, distance: distanceTo(query, action) }))
        .filter(({ distance }) => Number.isFinite(distance))
        .toSorted((a, b) => a.distance - b.distance);
      return {
        group,
        actions: near.map(({ action }) => action),
        nearest: near[0]?.distance ?? Number.POSITIVE_INFINITY,
      };
    })
    .filter(({ actions: near }) => near.length > 0)
    .toSorted((a, b) => a.nearest - b.nearest)
    .map(({ group, actions: near }) => ({ group, actions: near }));
};
