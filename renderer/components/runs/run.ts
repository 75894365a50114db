/** One figure of a run, on rows it was not fitted on. */
export interface RunFigure {
  readonly name: string;
  readonly value: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly isHigherBetter: boolean;
}

/** A model, or a configuration that was tried: what it was fitted with and how good it became. */
export interface Run {
  readonly id: string;
  readonly label: string;
  /** Where it can be looked at. */
  readonly path?: string;
  readonly algorithm: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly figures: readonly RunFigure[];
  readonly seconds: number;
}

export const figureOf = (run: Run, name: string): RunFigure | undefined =>
  run.figures.find((figure) => figure.name === name);

/** Runs with an answer for a figure, best first, those without last; equals stay as they came. */
export function bestFirst(runs: readonly Run[], name: string): readonly Run[] {
  const order = (run: Run): number => {
    const figure = figureOf(run, name);
    if (figure === undefined || figure.value === null) return Number.NEGATIVE_INFINITY;
    return figure.isHigherBetter ? figure.value : -figure.value;
  };
  return runs.toSorted((a, b) => order(b) - order(a) || 0);
}

/**
 * The ids of the best run and of those whose interval holds the best one's value: they cannot be told apart from it by these
 * rows. Without an interval only an equal value counts. Empty when no run has the figure.
 */
export function notToldApart(runs: readonly Run[], name: string): ReadonlySet<string> {
  const [best] = bestFirst(runs, name);
  const top = best === undefined ? undefined : figureOf(best, name);
  if (best === undefined || top === undefined || top.value === null) return new Set();
  const { value, isHigherBetter } = top;
  const ids = runs.flatMap((run) => {
    const figure = figureOf(run, name);
    if (figure === undefined || figure.value === null) return [];
    const reach = (isHigherBetter ? figure.upper : figure.lower) ?? figure.value;
    return (isHigherBetter ? reach >= value : reach <= value) ? [run.id] : [];
  });
  return new Set([best.id, ...ids]);
}
