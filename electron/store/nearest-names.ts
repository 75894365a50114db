import { distance } from 'fastest-levenshtein';

/** Up to `count` names closest to what was typed, nearest first; none that differs in most of its letters. */
export function nearestNames(typed: string, names: readonly string[], count = 3): string[] {
  const wanted = typed.toLowerCase();
  return names
    .map((name) => ({ name, steps: name.toLowerCase().includes(wanted) ? 0 : distance(wanted, name.toLowerCase()) }))
    .filter(({ name, steps }) => steps <= Math.max(2, Math.ceil(Math.max(name.length, typed.length) * 0.5)))
    .sort((a, b) => a.steps - b.steps || a.name.localeCompare(b.name))
    .slice(0, count)
    .map(({ name }) => name);
}
