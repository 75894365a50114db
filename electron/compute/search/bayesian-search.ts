import { logExpectedImprovement } from './acquisition.ts';
import { type FittedProcess, fitGaussianProcess, processAt } from './fit-gaussian-process.ts';
import type { GaussianProcess } from './gaussian-process.ts';
import { freshConfiguration, randomOfTrial } from './random-search.ts';
import { type KnownTrial, type Proposal, type Search, TrialBook } from './search.ts';
import { type Configuration, configurationKey, type SearchSpace } from './space.ts';
import { warpLosses } from './warp-losses.ts';

export interface BayesianOptions {
  readonly seed: number;
  /** Asked first, in this order: the defaults, what is known to be good elsewhere. */
  readonly start?: readonly Configuration[];
}

/** Random points among which the best expected improvement is looked for, and how many of them are climbed from. */
const [RANDOM_POINTS, NEAR_POINTS, CLIMBED] = [400, 40, 3];
/** Known configurations around which points are drawn, and how far away. */
const NEAR_BEST = 5;
const NEAR_DEVIATIONS = [0.1, 0.02];
const [FIRST_STEP, LAST_STEP] = [0.1, 5e-4];
/** Trials the process is fitted to: beyond, the best and the newest ones. */
const MOST_TRIALS = 200;
/** Where some parameters only count beside others, one trial of so many is drawn at random: a branch is soon given up otherwise. */
const LOOK_ELSEWHERE = 4;
/** Twice as many do clearly worse after 60 trials, half as many leave the cores of most machines idle. */
const AT_ONCE = 4;

/**
 * Bayesian optimisation: a Gaussian process (Matern 5/2, a length scale a parameter, choices as distances of one) of the
 * warped losses, the next point where the expected improvement is highest. The first points are spread evenly. Trials under way
 * count with the mean that the process predicts for them (kriging believer), so that many can be asked for at once. A failed
 * trial counts as the worst one.
 */
export class BayesianSearch implements Search {
  readonly atOnce = AT_ONCE;
  readonly #space: SearchSpace;
  readonly #options: BayesianOptions;
  readonly #book = new TrialBook();
  readonly #groups: number[];
  #theta: Float64Array | undefined;

  constructor(space: SearchSpace, options: BayesianOptions) {
    this.#space = space;
    this.#options = options;
    this.#groups = space.parameters.flatMap(({ range }, index) =>
      range.kind === 'choice' ? range.options.map(() => index) : [index],
    );
  }

  ask(): Proposal | null {
    const trial = this.#book.asked.length;
    const configuration = this.#options.start?.[trial] ?? this.#next(trial);
    if (configuration === null) return null;
    return this.#book.propose(configuration);
  }

  tell(trial: number, loss: number | null): void {
    this.#book.tell(trial, loss);
  }

  add(configuration: Configuration, loss: number | null): void {
    this.#book.add(configuration, loss);
  }

  #next(trial: number): Configuration | null {
    const random = randomOfTrial(this.#options.seed, trial);
    const known = this.#known();
    const first = Math.max(4, Math.min(12, this.#space.dimensions + 2));
    if (this.#book.all.length < first || known.length < 2) return this.#spread(trial) ?? this.#fresh(random);
    if (this.#space.hasConditions && trial % LOOK_ELSEWHERE === 0) return this.#fresh(random);
    const model = this.#model(known);
    const found = model && this.#mostPromising(model, known, random);
    return found ?? this.#fresh(random);
  }

  #fresh(random: () => number): Configuration | null {
    return freshConfiguration(this.#space, random, this.#book.seen);
  }

  /** Point of an additive recurrence, shifted by the seed: evenly spread over any number of dimensions (Roberts 2018). */
  #spread(trial: number): Configuration | null {
    const shift = randomOfTrial(this.#options.seed, -1);
    const d = this.#space.dimensions;
    let root = 2;
    for (let i = 0; i < 50; i++) root = (1 + root) ** (1 / (d + 1));
    const found = this.#space.at(
      Float64Array.from({ length: d }, (_, k) => (shift() + (trial + 1) * root ** -(k + 1)) % 1),
    );
    return this.#book.seen.has(configurationKey(found)) ? null : found;
  }

  /** Trials with a loss, failed ones with the worst; beyond a number, the best and the newest. */
  #known(): { readonly configuration: Configuration; readonly loss: number }[] {
    const all = this.#book.all.filter(({ loss }) => loss !== undefined);
    const losses = all.flatMap(({ loss }) => (typeof loss === 'number' ? [loss] : []));
    if (losses.length === 0) return [];
    const worst = Math.max(...losses);
    const known = all.map(({ configuration, loss }) => ({ configuration, loss: loss ?? worst }));
    if (known.length <= MOST_TRIALS) return known;
    const newest = known.slice(-MOST_TRIALS / 4);
    const best = known.slice(0, -MOST_TRIALS / 4).sort((a, b) => a.loss - b.loss);
    return [...best.slice(0, MOST_TRIALS - newest.length), ...newest];
  }

  #model(known: readonly { readonly configuration: Configuration; readonly loss: number }[]): GaussianProcess | null {
    const points = known.map(({ configuration }) => this.#features(configuration));
    const values = warpLosses(Float64Array.from(known, ({ loss }) => loss));
    const options = { kernel: 'matern52' as const, groups: this.#groups, scales: this.#space.dimensions };
    const warm = this.#theta;
    let fitted: FittedProcess = fitGaussianProcess(points, values, { ...options, start: warm, steps: warm ? 15 : 40 });
    this.#theta = fitted.theta;
    const pending = this.#book.asked.filter((trial: KnownTrial) => trial.loss === undefined);
    if (pending.length === 0) return fitted.process;
    const believed = [...values];
    const all = [...points];
    for (const { configuration } of pending) {
      const point = this.#features(configuration);
      believed.push(fitted.process.predict(point).mean);
      all.push(point);
    }
    const process = processAt(fitted.theta, all, believed, options);
    if (process) fitted = { ...fitted, process };
    return fitted.process;
  }

  /** Coordinates as the process sees them: a number's place in its range, a choice as one of many. Inactive: the middle, none. */
  #features(configuration: Configuration): Float64Array {
    const point = this.#space.point(configuration);
    const features = new Float64Array(this.#groups.length);
    let at = 0;
    for (const [index, { range }] of this.#space.parameters.entries()) {
      const coordinate = point[index] ?? Number.NaN;
      if (range.kind !== 'choice') features[at++] = Number.isNaN(coordinate) ? 0.5 : coordinate;
      else {
        const chosen = Math.floor(coordinate * range.options.length);
        if (!Number.isNaN(chosen)) features[at + chosen] = Math.SQRT1_2;
        at += range.options.length;
      }
    }
    return features;
  }

  #mostPromising(
    process: GaussianProcess,
    known: readonly { readonly configuration: Configuration; readonly loss: number }[],
    random: () => number,
  ): Configuration | null {
    const d = this.#space.dimensions;
    const hasDiscrete = this.#space.parameters.some(({ range }) => range.kind !== 'float');
    let lowest = Number.POSITIVE_INFINITY;
    for (const { configuration } of known)
      lowest = Math.min(lowest, process.predict(this.#features(configuration)).mean);
    const worth = (point: Float64Array): number => {
      const configuration = this.#space.at(point);
      if (hasDiscrete && this.#book.seen.has(configurationKey(configuration))) return Number.NEGATIVE_INFINITY;
      const { mean, standardDeviation } = process.predict(this.#features(configuration));
      return logExpectedImprovement(mean, standardDeviation, lowest);
    };
    const drawn: { point: Float64Array; worth: number }[] = [];
    const look = (point: Float64Array): void => void drawn.push({ point, worth: worth(point) });
    for (let k = 0; k < RANDOM_POINTS; k++) look(Float64Array.from({ length: d }, random));
    const best = [...known].sort((a, b) => a.loss - b.loss).slice(0, NEAR_BEST);
    for (const { configuration } of best) {
      const centre = this.#space.point(configuration).map((value) => (Number.isNaN(value) ? random() : value));
      for (let k = 0; k < NEAR_POINTS; k++) {
        const deviation = NEAR_DEVIATIONS[k % NEAR_DEVIATIONS.length] ?? 0.1;
        const only = k % 4 === 0 ? Math.floor(random() * d) : -1;
        look(centre.map((value, j) => (only < 0 || only === j ? inside(value + deviation * gaussian(random)) : value)));
      }
    }
    drawn.sort((a, b) => b.worth - a.worth);
    let found = drawn[0];
    for (const start of drawn.slice(0, CLIMBED)) {
      const top = this.#climb(start, worth);
      if (!found || top.worth > found.worth) found = top;
    }
    return found && found.worth > Number.NEGATIVE_INFINITY ? this.#space.at(found.point) : null;
  }

  /** Uphill a coordinate at a time, with steps that halve where none leads up. */
  #climb(start: { point: Float64Array; worth: number }, worth: (point: Float64Array) => number) {
    let top = start;
    for (let step = FIRST_STEP; step > LAST_STEP; ) {
      const from = top;
      for (let k = 0; k < from.point.length; k++) {
        for (const sign of [1, -1]) {
          const point = top.point.slice();
          point[k] = inside((point[k] ?? 0) + sign * step);
          const value = worth(point);
          if (value > top.worth) top = { point, worth: value };
        }
      }
      if (top === from) step /= 2;
    }
    return top;
  }
}

const inside = (value: number): number => Math.min(1, Math.max(0, value));

/** A standard normal number (Box and Muller). */
const gaussian = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
