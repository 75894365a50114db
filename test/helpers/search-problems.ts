import { readFileSync } from 'node:fs';
import type { Configuration, SearchParameter } from '../../electron/compute/search/space.ts';
import type { GoldenCase } from '../golden/golden-cases.ts';

const FOLDER = new URL('../golden/data/search/', import.meta.url);

const document: { cases: GoldenCase[] } = JSON.parse(readFileSync(new URL('expected.json', FOLDER), 'utf8'));
export const SEARCH_CASES: readonly GoldenCase[] = document.cases;

interface HartmannConstants {
  readonly alpha: readonly number[];
  readonly A: readonly (readonly number[])[];
  readonly P: readonly (readonly number[])[];
}

const functionCase = (name: string): GoldenCase | undefined => SEARCH_CASES.find(({ id }) => id === `function/${name}`);
const at = (x: readonly number[], k: number): number => x[k] ?? 0;

function hartmann(name: string): (x: readonly number[]) => number {
  const { alpha = [], A = [], P = [] }: Partial<HartmannConstants> = functionCase(name)?.params['constants'] ?? {};
  return (x) =>
    -alpha.reduce(
      (sum, a, i) =>
        sum + a * Math.exp(-x.reduce((inner, v, j) => inner + at(A[i] ?? [], j) * (v - at(P[i] ?? [], j)) ** 2, 0)),
      0,
    );
}

/** Functions with known minima. */
export const BENCHMARK_FUNCTIONS: Readonly<Record<string, (x: readonly number[]) => number>> = {
  branin: (x) =>
    (at(x, 1) - (5.1 / (4 * Math.PI ** 2)) * at(x, 0) ** 2 + (5 / Math.PI) * at(x, 0) - 6) ** 2 +
    10 * (1 - 1 / (8 * Math.PI)) * Math.cos(at(x, 0)) +
    10,
  hartmann3: hartmann('hartmann3'),
  hartmann6: hartmann('hartmann6'),
  ackley5: (x) =>
    -20 * Math.exp(-0.2 * Math.sqrt(x.reduce((sum, v) => sum + v * v, 0) / x.length)) -
    Math.exp(x.reduce((sum, v) => sum + Math.cos(2 * Math.PI * v), 0) / x.length) +
    20 +
    Math.E,
  rosenbrock4: (x) =>
    [0, 1, 2].reduce((sum, i) => sum + 100 * (at(x, i + 1) - at(x, i) ** 2) ** 2 + (1 - at(x, i)) ** 2, 0),
};

export interface SearchProblem {
  readonly parameters: readonly SearchParameter[];
  loss(configuration: Configuration): number;
  readonly minimum: number;
  /** Of the stored surface: losses by column. */
  readonly columns?: Readonly<Record<string, readonly number[]>>;
}

const GRID = { learningRate: 6, leaves: 6, minRowsInLeaf: 3, columnShare: 3, l2: 3 };

function surface(): SearchProblem {
  const [head = '', ...lines] = readFileSync(new URL('surface.csv', FOLDER), 'utf8').trim().split('\n');
  const cells = lines.map((line) => line.split(',').map(Number));
  const columns = Object.fromEntries(head.split(',').map((name, k) => [name, cells.map((row) => at(row, k))]));
  const losses = columns['validation_8000'] ?? [];
  return {
    columns,
    parameters: Object.entries(GRID).map(([name, count]) => ({
      name,
      range: { kind: 'integer', low: 0, high: count - 1 },
    })),
    loss: (configuration) =>
      losses[Object.entries(GRID).reduce((row, [name, count]) => row * count + Number(configuration[name]), 0)] ?? 0,
    minimum: Math.min(...losses),
  };
}

const conditional: SearchProblem = {
  parameters: [
    { name: 'rate', range: { kind: 'float', low: 1e-5, high: 1, isLog: true }, when: { param: 'kind', oneOf: ['a'] } },
    { name: 'depth', range: { kind: 'integer', low: 2, high: 12 }, when: { param: 'kind', oneOf: ['a'] } },
    { name: 'c', range: { kind: 'float', low: 0, high: 1 }, when: { param: 'kind', oneOf: ['b'] } },
    { name: 'kind', range: { kind: 'choice', options: ['a', 'b', 'c'] } },
  ],
  loss({ kind, rate, depth, c }) {
    if (kind === 'a') return 0.15 * (Math.log10(Number(rate)) + 2.5) ** 2 + 0.03 * (Number(depth) - 6) ** 2 + 0.2;
    return kind === 'b' ? 0.5 + 3 * (Number(c) - 0.3) ** 2 : 1;
  },
  minimum: 0.2,
};

/** A problem that searches are measured on: a function, the stored surface, or the conditional space. */
export function searchProblem(name: string): SearchProblem {
  if (name === 'surface') return surface();
  if (name === 'conditional') return conditional;
  const golden = functionCase(name);
  const f = BENCHMARK_FUNCTIONS[name];
  if (!golden || !f) throw new RangeError(`There is no problem "${name}".`);
  const bounds = golden.params['bounds'] as readonly (readonly [number, number])[];
  return {
    parameters: bounds.map(([low, high], k) => ({ name: `x${k}`, range: { kind: 'float', low, high } })),
    loss: (configuration) => f(bounds.map((_, k) => Number(configuration[`x${k}`]))),
    minimum: Number(golden.expected['minimum']),
  };
}
