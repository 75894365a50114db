import { AppError } from '../../shared/errors.ts';
import { nearestNames } from './nearest-names.ts';

interface Versioned {
  readonly id: string;
  readonly name: string;
  readonly version: number;
}

/**
 * Finds what a person named: an id, `name` (its newest version), `name@3`, or `name@alias` where the kind of thing has
 * aliases. A name may hold an `@` itself. Throws NOT_FOUND with the nearest names.
 */
export function resolveReference<Thing extends Versioned>(
  reference: string,
  things: readonly Thing[],
  noun: string,
  hasAlias: (thing: Thing, alias: string) => boolean = () => false,
): Thing {
  const byId = things.find((thing) => thing.id === reference);
  if (byId) return byId;
  const newest = (candidates: readonly Thing[]): Thing | undefined =>
    candidates.reduce<Thing | undefined>(
      (best, thing) => (best && best.version >= thing.version ? best : thing),
      undefined,
    );
  const exact = newest(things.filter((thing) => thing.name === reference));
  if (exact) return exact;
  const at = reference.lastIndexOf('@');
  const [name, suffix] = at < 0 ? [reference, ''] : [reference.slice(0, at), reference.slice(at + 1)];
  const versions = things.filter((thing) => thing.name === name);
  const found = versions.find(
    (thing) => String(thing.version) === suffix || (suffix !== '' && hasAlias(thing, suffix)),
  );
  if (found) return found;
  if (versions.length > 0) {
    const numbers = versions.map((thing) => thing.version).sort((a, b) => a - b);
    throw new AppError('NOT_FOUND', {
      message: `The ${noun} "${name}" has no version "${suffix}".`,
      remedy: `Ask for one that is there: ${numbers.join(', ')}.`,
      details: { name, versions: numbers },
    });
  }
  const names = [...new Set(things.map((thing) => thing.name))];
  const nearest = nearestNames(reference, names);
  throw new AppError('NOT_FOUND', {
    message: `There is no ${noun} called "${reference}".`,
    remedy:
      nearest.length > 0
        ? `Did you mean ${nearest.join(', ')}?`
        : names.length > 0
          ? `Name one that is there: ${names.slice(0, 8).join(', ')}.`
          : 'Import or make one first.',
    details: { nearest },
  });
}
