import { metricLabel, spelledOut } from '../../../shared/metric-names.ts';
import { messages } from '../../lib/messages/messages.ts';
import type { ParallelAxis } from '../charts/parallel-option.ts';
import { figureOf, type Run } from './run.ts';

/** From this ratio of largest to smallest on, an axis of positive values is logarithmic. */
const LOG_FROM = 50;
const m = messages.components;

/** A parameter as one text; undefined where a run has none. */
export function paramText(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'string' ? value : Array.isArray(value) ? value.join(', ') : JSON.stringify(value);
}

/** Names of parameters of which two runs have different values, in the order of their first run. */
export function varyingParams(runs: readonly Run[]): readonly string[] {
  const names = [...new Set(runs.flatMap((run) => Object.keys(run.params)))];
  return names.filter((name) => new Set(runs.flatMap((run) => paramText(run.params[name]) ?? [])).size > 1);
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

function numberAxis(
  id: string,
  label: string,
  values: readonly (number | null)[],
  isLowerBetter = false,
): ParallelAxis {
  const known = values.filter((value) => value !== null);
  const [least, most] = [Math.min(...known), Math.max(...known)];
  return { id, label, kind: 'number', values, isLog: least > 0 && most / least >= LOG_FROM, isLowerBetter };
}

function wordAxis(id: string, label: string, values: readonly (string | null)[]): ParallelAxis {
  const words = [...new Set(values.filter((value) => value !== null))];
  return { id, label, kind: 'word', values, words };
}

function paramAxis(runs: readonly Run[], name: string): ParallelAxis {
  const values = runs.map((run) => run.params[name] ?? null);
  const label = spelledOut(name);
  if (values.every((value) => value === null || isNumber(value)))
    return numberAxis(
      `param ${name}`,
      label,
      values.map((value) => (isNumber(value) ? value : null)),
    );
  return wordAxis(
    `param ${name}`,
    label,
    values.map((value) => paramText(value) ?? null),
  );
}

/**
 * One axis for the algorithm when there are several, one for each parameter that differs (at most `mostParams`), one for the
 * time, one for each figure. Runs without a value have null there.
 */
export function runAxes(runs: readonly Run[], figures: readonly string[], mostParams: number): readonly ParallelAxis[] {
  const algorithms = runs.map((run) => spelledOut(run.algorithm));
  const params = varyingParams(runs).slice(0, mostParams);
  return [
    ...(new Set(algorithms).size > 1 ? [wordAxis('algorithm', m.runAlgorithm, algorithms)] : []),
    ...params.map((name) => paramAxis(runs, name)),
    numberAxis(
      'seconds',
      m.runSeconds,
      runs.map((run) => run.seconds),
      true,
    ),
    ...figures.map((name) => {
      const found = runs.map((run) => figureOf(run, name));
      return numberAxis(
        `figure ${name}`,
        metricLabel(name),
        found.map((figure) => figure?.value ?? null),
        found.some((figure) => figure?.isHigherBetter === false),
      );
    }),
  ];
}
