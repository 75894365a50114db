import type { Search } from './search.ts';
import type { Configuration } from './space.ts';

/**
 * Which go on from a rung: the `floor(n / eta)` lowest losses, at least one; of equal ones the earlier. Answers their places in
 * ascending order (Jamieson and Talwalkar 2016). A failed one (null) never goes on while another may.
 */
export function survivors(losses: readonly (number | null)[], eta: number): number[] {
  const kept = Math.max(1, Math.floor(losses.length / eta));
  return [...losses.keys()]
    .sort((a, b) => (losses[a] ?? Number.POSITIVE_INFINITY) - (losses[b] ?? Number.POSITIVE_INFINITY) || a - b)
    .slice(0, kept)
    .sort((a, b) => a - b);
}

export interface Rung {
  readonly budget: number;
  readonly evaluated: readonly number[];
  readonly survivors: readonly number[];
}

/** Synchronous successive halving of `configurations`, each rung evaluated whole before the next; ends with the last budget. */
export function successiveHalving(
  configurations: readonly number[],
  {
    budgets,
    eta,
    loss,
  }: {
    readonly budgets: readonly number[];
    readonly eta: number;
    loss(configuration: number, rung: number): number | null;
  },
): Rung[] {
  let alive = configurations;
  return budgets.map((budget, rung) => {
    const evaluated = alive;
    const kept = survivors(
      evaluated.map((configuration) => loss(configuration, rung)),
      eta,
    );
    alive = kept.flatMap((place) => evaluated[place] ?? []);
    return { budget, evaluated, survivors: alive };
  });
}

/** Those of the lowest rung are quick: this many keep every core of a machine busy while a long one is under way. */
const AT_ONCE = 16;

/** A configuration to be run at a rung; `trial` stays the same from rung to rung. */
export interface RungProposal {
  readonly trial: number;
  readonly configuration: Configuration;
  /** Index of the rung, the smallest budget first. */
  readonly rung: number;
}

/**
 * Asynchronous successive halving (Li and others 2020): whoever is free promotes a configuration that is among the best
 * `1/eta` of its rung and has not gone on, from the highest rung down, or else starts a new one that `search` proposes. Only the
 * last rung's losses are told to `search` where it can learn from one budget only.
 */
export class AsynchronousHalving {
  readonly atOnce = AT_ONCE;
  readonly #search: Search;
  readonly #eta: number;
  readonly #rungs: { readonly losses: Map<number, number | null>; readonly promoted: Set<number> }[];
  readonly #configurations: Configuration[] = [];
  #mostNew: number;

  /** `rungs` at least 1, `eta` above 1; `mostNew` configurations are started at most. */
  constructor(
    search: Search,
    {
      rungs,
      eta,
      mostNew = Number.POSITIVE_INFINITY,
    }: { readonly rungs: number; readonly eta: number; readonly mostNew?: number },
  ) {
    if (!(rungs >= 1) || !(eta > 1))
      throw new RangeError(`Halving needs a rung and eta above 1, not ${rungs} and ${eta}.`);
    this.#search = search;
    this.#eta = eta;
    this.#mostNew = mostNew;
    this.#rungs = Array.from({ length: rungs }, () => ({ losses: new Map(), promoted: new Set() }));
  }

  /** Null when nothing can be promoted now and nothing new be started. */
  ask(): RungProposal | null {
    for (let rung = this.#rungs.length - 2; rung >= 0; rung--) {
      const trial = this.#promotable(rung);
      const configuration = trial === null ? undefined : this.#configurations[trial];
      if (trial === null || configuration === undefined) continue;
      this.#rungs[rung]?.promoted.add(trial);
      return { trial, configuration, rung: rung + 1 };
    }
    if (this.#mostNew <= 0) return this.#lastPromotion();
    const proposal = this.#search.ask();
    if (proposal === null) return this.#lastPromotion();
    this.#mostNew -= 1;
    this.#configurations[proposal.trial] = proposal.configuration;
    return { ...proposal, rung: 0 };
  }

  tell({ trial, rung }: Pick<RungProposal, 'trial' | 'rung'>, loss: number | null): void {
    const valid = loss !== null && Number.isFinite(loss) ? loss : null;
    this.#rungs[rung]?.losses.set(trial, valid);
    if (rung === this.#rungs.length - 1) this.#search.tell(trial, valid);
  }

  /** The best of a rung that has not gone on and is among its best `1/eta`. */
  #promotable(rung: number): number | null {
    const { losses, promoted } = this.#rungs[rung] ?? { losses: new Map<number, number | null>(), promoted: new Set() };
    if (losses.size < this.#eta) return null;
    const trials = [...losses.keys()];
    const best = survivors([...losses.values()], this.#eta).flatMap((place) => trials[place] ?? []);
    const open = best.filter((trial) => !promoted.has(trial) && losses.get(trial) !== null);
    return open.sort((a, b) => (losses.get(a) ?? 0) - (losses.get(b) ?? 0) || a - b)[0] ?? null;
  }

  /** When nothing new is started any more, the best of the highest rung that was reached goes on to the end. */
  #lastPromotion(): RungProposal | null {
    for (let rung = this.#rungs.length - 2; rung >= 0; rung--) {
      const { losses, promoted } = this.#rungs[rung] ?? {
        losses: new Map<number, number | null>(),
        promoted: new Set(),
      };
      const isReached = (this.#rungs[rung + 1]?.losses.size ?? 0) > 0 || promoted.size > 0;
      if (isReached) continue;
      const [best] = [...losses]
        .filter(([, loss]) => loss !== null)
        .sort(([a, x], [b, y]) => (x ?? 0) - (y ?? 0) || a - b);
      const configuration = best && this.#configurations[best[0]];
      if (!best || !configuration) continue;
      promoted.add(best[0]);
      return { trial: best[0], configuration, rung: rung + 1 };
    }
    return null;
  }
}
