import { seededRandom } from '../train/seeded-random.ts';
import { type Proposal, type Search, TrialBook } from './search.ts';
import { type Configuration, configurationKey, type SearchSpace } from './space.ts';

/** Draws that meet nothing but known configurations before the rest of a finite space is looked through in order. */
const DRAWS = 200;

/** Independent uniform draws from the space, none twice. `start` is asked first, in its order. */
export class RandomSearch implements Search {
  /** What is told changes nothing. */
  readonly atOnce = Number.POSITIVE_INFINITY;
  readonly #space: SearchSpace;
  readonly #seed: number;
  readonly #start: readonly Configuration[];
  readonly #book = new TrialBook();

  constructor(
    space: SearchSpace,
    { seed, start = [] }: { readonly seed: number; readonly start?: readonly Configuration[] },
  ) {
    this.#space = space;
    this.#seed = seed;
    this.#start = start;
  }

  ask(): Proposal | null {
    const trial = this.#book.asked.length;
    const configuration =
      trial < this.#start.length && this.#start[trial]
        ? this.#start[trial]
        : this.#fresh(randomOfTrial(this.#seed, trial));
    if (configuration === null) return null;
    return this.#book.propose(configuration);
  }

  tell(trial: number, loss: number | null): void {
    this.#book.tell(trial, loss);
  }

  add(configuration: Configuration, loss: number | null): void {
    this.#book.add(configuration, loss);
  }

  #fresh(random: () => number): Configuration | null {
    return freshConfiguration(this.#space, random, this.#book.seen);
  }
}

/** Random numbers of a trial's own, so that what is drawn for it does not depend on what others drew. */
export function randomOfTrial(seed: number, trial: number): () => number {
  const random = seededRandom((seed ^ Math.imul(trial + 1, 0x9e3779b1)) >>> 0);
  random();
  return random;
}

/** A uniform draw that was not seen; null when every configuration was. */
export function freshConfiguration(
  space: SearchSpace,
  random: () => number,
  seen: ReadonlySet<string>,
): Configuration | null {
  for (let draw = 0; draw < DRAWS; draw++) {
    const found = space.at(Float64Array.from({ length: space.dimensions }, random));
    if (!seen.has(configurationKey(found))) return found;
  }
  for (const found of everyConfiguration(space)) if (!seen.has(configurationKey(found))) return found;
  return null;
}

/** Configurations of a finite space (of an infinite one none), the last parameter fastest; conditions may repeat some. */
function* everyConfiguration(space: SearchSpace): Generator<Configuration> {
  if (!Number.isFinite(space.size)) return;
  const counts = space.parameters.map(({ range }) =>
    range.kind === 'choice' ? range.options.length : range.high - range.low + 1,
  );
  const at = counts.map(() => 0);
  for (;;) {
    const values: Record<string, unknown> = {};
    for (const [index, { name, range }] of space.parameters.entries())
      values[name] = range.kind === 'choice' ? range.options[at[index] ?? 0] : range.low + (at[index] ?? 0);
    yield space.clamp(values);
    let digit = counts.length - 1;
    while (digit >= 0 && (at[digit] ?? 0) + 1 >= (counts[digit] ?? 1)) at[digit--] = 0;
    if (digit < 0) return;
    at[digit] = (at[digit] ?? 0) + 1;
  }
}
