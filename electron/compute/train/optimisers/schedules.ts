/** The learning rate at each of `steps` steps, counted from 0; `base` is the rate that was asked for. */
export type Schedule = (step: number, base: number) => number;

const cosine = (step: number, steps: number, from: number, to: number): number =>
  to + ((from - to) * (1 + Math.cos((Math.PI * step) / steps))) / 2;

export const constant = (): Schedule => (_step, base) => base;

/** Times `factor` after every so many steps. */
export const stepwise =
  ({ every, factor }: { readonly every: number; readonly factor: number }): Schedule =>
  (step, base) =>
    base * factor ** Math.floor(step / every);

/** Times `factor` at each of the given steps. */
export const multiStep =
  ({ at, factor }: { readonly at: readonly number[]; readonly factor: number }): Schedule =>
  (step, base) =>
    base * factor ** at.filter((one) => step >= one).length;

export const exponential =
  ({ factor }: { readonly factor: number }): Schedule =>
  (step, base) =>
    base * factor ** step;

/** Half a cosine down to the minimum, then steady (Loshchilov and Hutter 2017). */
export const cosineDecay =
  ({ steps, minimum }: { readonly steps: number; readonly minimum: number }): Schedule =>
  (step, base) =>
    cosine(Math.min(step, steps), steps, base, minimum);

/** The same again and again, each time `growth` times as long. */
export const cosineRestarts =
  ({
    first,
    growth,
    minimum,
  }: {
    readonly first: number;
    readonly growth: number;
    readonly minimum: number;
  }): Schedule =>
  (step, base) => {
    let [start, length] = [0, first];
    while (step >= start + length) {
      start += length;
      length *= growth;
    }
    return cosine(step - start, length, base, minimum);
  };

export const polynomial =
  ({ steps, power }: { readonly steps: number; readonly power: number }): Schedule =>
  (step, base) =>
    base * (1 - Math.min(step, steps) / steps) ** power;

export const linearWarmUp =
  ({ steps, startFactor }: { readonly steps: number; readonly startFactor: number }): Schedule =>
  (step, base) =>
    base * Math.min(1, startFactor + ((1 - startFactor) * step) / steps);

export const warmUpCosine =
  ({
    warmUpSteps,
    startFactor,
    steps,
    minimum,
  }: {
    readonly warmUpSteps: number;
    readonly startFactor: number;
    readonly steps: number;
    readonly minimum: number;
  }): Schedule =>
  (step, base) =>
    step < warmUpSteps
      ? linearWarmUp({ steps: warmUpSteps, startFactor })(step, base)
      : cosine(Math.min(step, steps) - warmUpSteps, steps - warmUpSteps, base, minimum);

/** Up to the maximum in the first part, then down far below the start (Smith and Topin 2018). */
export const oneCycle =
  ({
    maximum,
    steps,
    warmUpShare,
    startDivisor,
    endDivisor,
    shape = 'cosine',
  }: {
    readonly maximum: number;
    readonly steps: number;
    readonly warmUpShare: number;
    readonly startDivisor: number;
    readonly endDivisor: number;
    readonly shape?: 'cosine' | 'linear';
  }): Schedule =>
  (step) => {
    const start = maximum / startDivisor;
    const top = warmUpShare * steps - 1;
    const last = steps - 1;
    const between = (done: number, from: number, to: number): number =>
      shape === 'linear' ? from + (to - from) * done : to + ((from - to) * (1 + Math.cos(Math.PI * done))) / 2;
    return step <= top
      ? between(step / top, start, maximum)
      : between((Math.min(step, last) - top) / (last - top), maximum, start / endDivisor);
  };

export interface Plateau {
  readonly factor: number;
  readonly patience: number;
  /** A gain smaller than this share of the best does not count. */
  readonly threshold: number;
  readonly minimum: number;
}

/** Where a rate on a plateau stands; plain data, so that a checkpoint can hold it. */
export interface PlateauState {
  readonly learningRate: number;
  readonly best: number;
  readonly stale: number;
}

/** The state after another value of the watched metric (lower is better): cut once it has not got better for too long. */
export function afterMetric(
  { learningRate, best, stale }: PlateauState,
  metric: number,
  { factor, patience, threshold, minimum }: Plateau,
): PlateauState {
  if (metric < best * (1 - threshold)) return { learningRate, best: metric, stale: 0 };
  if (stale + 1 <= patience) return { learningRate, best, stale: stale + 1 };
  return { learningRate: Math.max(learningRate * factor, minimum), best, stale: 0 };
}
