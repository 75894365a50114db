import type { SearchCondition, SearchRange } from '../../../shared/contract/search.ts';

/** A parameter that is searched; with `when`, only in configurations in which another one has one of these values. */
export interface SearchParameter {
  readonly name: string;
  readonly range: SearchRange;
  readonly when?: SearchCondition | undefined;
}

/** Values of the parameters that are active, by name. */
export type Configuration = Readonly<Record<string, unknown>>;

/** Parameters with their ranges and conditions: draws configurations and maps them to points of the unit cube and back. */
export class SearchSpace {
  /** Each after the one it depends on. */
  readonly parameters: readonly SearchParameter[];

  /** Throws RangeError naming the parameter: bounds the wrong way round, a logarithm of zero, a condition on nothing or in a circle. */
  constructor(parameters: readonly SearchParameter[]) {
    for (const { name, range } of parameters) checkRange(name, range);
    this.parameters = inOrder(parameters);
  }

  /** Coordinates a point has: one a parameter. */
  get dimensions(): number {
    return this.parameters.length;
  }

  /** Whether some parameters only count where another one has a certain value. */
  get hasConditions(): boolean {
    return this.parameters.some(({ when }) => when !== undefined);
  }

  /** How many configurations there are; Infinity with a float. */
  get size(): number {
    // Conditions only ever make it smaller; this bound is what counts.
    return this.parameters.reduce((product, { range }) => product * valuesOf(range), 1);
  }

  /** The configuration at a point of the unit cube, a coordinate a parameter; those of inactive ones do not count. */
  at(point: ArrayLike<number>): Configuration {
    const found: Record<string, unknown> = {};
    for (const [index, { name, range, when }] of this.parameters.entries()) {
      if (isActive(when, found)) found[name] = valueAt(range, point[index] ?? 0.5);
    }
    return found;
  }

  /** The point of a configuration: at(point) gives it back (a float up to rounding). NaN where a parameter is inactive. */
  point(configuration: Configuration): Float64Array {
    return Float64Array.from(this.parameters, ({ name, range }) =>
      name in configuration ? coordinateOf(range, configuration[name]) : Number.NaN,
    );
  }

  /** The same configuration with what is out of range moved to the nearest bound and what is unknown or inactive left out. */
  clamp(configuration: Configuration): Configuration {
    const found: Record<string, unknown> = {};
    for (const { name, range, when } of this.parameters) {
      if (!isActive(when, found)) continue;
      const given = configuration[name];
      if (range.kind === 'choice')
        found[name] = range.options.some((option) => isSame(option, given)) ? given : range.options[0];
      else {
        const wanted = typeof given === 'number' ? given : Number(valueAt(range, 0.5));
        const value = Math.min(range.high, Math.max(range.low, wanted));
        found[name] = range.kind === 'integer' ? Math.round(value) : value;
      }
    }
    return found;
  }
}

/** Two configurations are the same when this is: names in order, values as JSON. */
export const configurationKey = (configuration: Configuration): string =>
  JSON.stringify(Object.entries(configuration).sort(([a], [b]) => (a < b ? -1 : 1)));

const isSame = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);

const isActive = (when: SearchCondition | undefined, found: Configuration): boolean =>
  when === undefined || (when.param in found && when.oneOf.some((value) => isSame(value, found[when.param])));

function checkRange(name: string, range: SearchRange): void {
  if (range.kind === 'choice') {
    if (range.options.length === 0) throw new RangeError(`"${name}" has nothing to choose from.`);
    return;
  }
  if (!(Number.isFinite(range.low) && Number.isFinite(range.high) && range.low <= range.high))
    throw new RangeError(`"${name}" is searched from ${range.low} to ${range.high}: the first must not be the larger.`);
  if (range.isLog && range.low <= 0)
    throw new RangeError(`"${name}" is searched by its logarithm, so it must start above zero, not at ${range.low}.`);
}

function inOrder(parameters: readonly SearchParameter[]): SearchParameter[] {
  const ordered: SearchParameter[] = [];
  let waiting = [...parameters];
  while (waiting.length > 0) {
    const names = new Set(ordered.map(({ name }) => name));
    const ready = waiting.filter(({ when }) => when === undefined || names.has(when.param));
    const [stuck] = waiting;
    if (ready.length === 0 && stuck)
      throw new RangeError(
        `"${stuck.name}" depends on "${stuck.when?.param}", which is not searched or depends on it.`,
      );
    ordered.push(...ready);
    waiting = waiting.filter((parameter) => !ready.includes(parameter));
  }
  return ordered;
}

const valuesOf = (range: SearchRange): number =>
  range.kind === 'choice'
    ? range.options.length
    : range.low === range.high
      ? 1
      : range.kind === 'integer'
        ? range.high - range.low + 1
        : Number.POSITIVE_INFINITY;

/** Each whole number and each option has an equal part of the unit interval; with `isLog` equal in the logarithm of k - 0.5 to k + 0.5. */
function valueAt(range: SearchRange, coordinate: number): unknown {
  const u = Math.min(1, Math.max(0, coordinate));
  if (range.kind === 'choice')
    return range.options[Math.min(range.options.length - 1, Math.floor(u * range.options.length))];
  const [low, high] = range.kind === 'integer' ? [range.low - 0.5, range.high + 0.5] : [range.low, range.high];
  const value = range.isLog ? Math.exp(Math.log(low) + u * (Math.log(high) - Math.log(low))) : low + u * (high - low);
  const inside = Math.min(range.high, Math.max(range.low, value));
  return range.kind === 'integer' ? Math.round(inside) : inside;
}

function coordinateOf(range: SearchRange, value: unknown): number {
  if (range.kind === 'choice') {
    const index = range.options.findIndex((option) => isSame(option, value));
    return index < 0 ? Number.NaN : (index + 0.5) / range.options.length;
  }
  if (typeof value !== 'number') return Number.NaN;
  const [low, high] = range.kind === 'integer' ? [range.low - 0.5, range.high + 0.5] : [range.low, range.high];
  if (low === high) return 0.5;
  return range.isLog
    ? (Math.log(value) - Math.log(low)) / (Math.log(high) - Math.log(low))
    : (value - low) / (high - low);
}
