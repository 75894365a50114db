import type { SearchRange } from '../../../shared/contract/search.ts';
import { AppError } from '../../../shared/errors.ts';
import { type Configuration, configurationKey, type SearchParameter, SearchSpace } from '../../compute/search/space.ts';
import type { Estimator } from '../../compute/train/estimator.ts';

/** Of a space over several algorithms, the choice between them. */
const ALGORITHM = 'algorithm';

export interface Candidate {
  readonly algorithm: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** The space of one algorithm's parameters, or of several algorithms and theirs, and the way between it and candidates. */
export class CandidateSpace {
  readonly space: SearchSpace;
  readonly #estimators: readonly Estimator[];
  readonly #fixed: Readonly<Record<string, unknown>>;
  readonly #starts: ReadonlySet<string>;

  /**
   * `fixed` parameters are not searched; `ranges` take the place of those of the records. Throws INVALID_ARGUMENT where nothing
   * is left to search, or a range is wrong.
   */
  constructor(
    estimators: readonly Estimator[],
    {
      fixed,
      ranges,
    }: { readonly fixed: Readonly<Record<string, unknown>>; readonly ranges: Readonly<Record<string, SearchRange>> },
  ) {
    this.#estimators = estimators;
    this.#fixed = fixed;
    const parameters = estimators.flatMap((estimator) => this.#parametersOf(estimator, ranges));
    const choice: SearchParameter[] =
      estimators.length === 1
        ? []
        : [{ name: ALGORITHM, range: { kind: 'choice', options: estimators.map(({ algorithm }) => algorithm) } }];
    const unknown = Object.keys(ranges).filter(
      (name) => !estimators.some(({ params }) => params.some((param) => param.name === name)),
    );
    if (unknown.length > 0 || parameters.length + choice.length === 0)
      throw new AppError('INVALID_ARGUMENT', {
        message:
          unknown.length > 0
            ? `There is no parameter "${unknown[0]}" to search.`
            : `${estimators[0]?.label ?? 'The algorithm'} has no parameter that is searched.`,
        remedy: `Parameters: ${estimators.flatMap(({ params }) => params.map(({ name }) => name)).join(', ')}.`,
      });
    try {
      this.space = new SearchSpace([...choice, ...parameters]);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new AppError('INVALID_ARGUMENT', { message: error.message, remedy: 'Correct the range.', cause: error });
    }
    this.#starts = new Set(this.start.map(configurationKey));
  }

  /** Where a search begins stands for the algorithm's own defaults, which may depend on the rows: nothing is set then. */
  candidate(configuration: Configuration): Candidate {
    const estimator = this.#estimatorOf(String(configuration[ALGORITHM] ?? ''));
    const params: Record<string, unknown> = { ...this.#fixed };
    if (this.#starts.has(configurationKey(configuration))) return { algorithm: estimator.algorithm, params };
    for (const { name } of estimator.params) {
      const key = this.#key(estimator, name);
      if (key in configuration) params[name] = configuration[key];
    }
    return { algorithm: estimator.algorithm, params };
  }

  /** The point of a candidate, what it leaves out at its default; values outside of the ranges move inside. Null: of another algorithm. */
  configuration({ algorithm, params }: Candidate): Configuration | null {
    const estimator = this.#estimators.find((one) => one.algorithm === algorithm);
    if (!estimator) return null;
    const values: Record<string, unknown> = { [ALGORITHM]: algorithm };
    for (const { name, default: standard } of estimator.params)
      values[this.#key(estimator, name)] = params[name] ?? standard;
    return this.space.clamp(values);
  }

  /** Each algorithm at its defaults, the simplest first: what a search begins with. */
  get start(): readonly Configuration[] {
    return [...this.#estimators]
      .sort((a, b) => a.rank - b.rank)
      .map(({ algorithm }) => this.configuration({ algorithm, params: {} }))
      .filter((configuration) => configuration !== null);
  }

  #estimatorOf(algorithm: string): Estimator {
    const found = this.#estimators.find((one) => one.algorithm === algorithm) ?? this.#estimators[0];
    if (!found) throw new RangeError('A space needs an algorithm.');
    return found;
  }

  #key(estimator: Estimator, name: string): string {
    return this.#estimators.length === 1 ? name : `${estimator.algorithm}.${name}`;
  }

  #parametersOf(estimator: Estimator, ranges: Readonly<Record<string, SearchRange>>): SearchParameter[] {
    const isOne = this.#estimators.length === 1;
    return estimator.params.flatMap(({ name, type, search, searchWhen }): SearchParameter[] => {
      const asked = ranges[name] ?? search;
      if (asked === undefined || name in this.#fixed) return [];
      // Bounds of a number that were typed without a point are bounds all the same.
      const range: SearchRange = type === 'number' && asked.kind === 'integer' ? { ...asked, kind: 'float' } : asked;
      const isSearched =
        searchWhen &&
        estimator.params.some((other) => other.name === searchWhen.param && (other.search || ranges[other.name]));
      // A condition on a parameter that is not searched holds or does not, for all configurations.
      if (searchWhen && !(isSearched && !(searchWhen.param in this.#fixed))) {
        const value =
          this.#fixed[searchWhen.param] ?? estimator.params.find((other) => other.name === searchWhen.param)?.default;
        if (!searchWhen.oneOf.includes(value)) return [];
      }
      const inner = isSearched && searchWhen && !(searchWhen.param in this.#fixed);
      const when = inner
        ? { param: this.#key(estimator, searchWhen.param), oneOf: searchWhen.oneOf }
        : isOne
          ? undefined
          : { param: ALGORITHM, oneOf: [estimator.algorithm] };
      return [{ name: this.#key(estimator, name), range, ...(when ? { when } : {}) }];
    });
  }
}
