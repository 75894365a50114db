import { type Configuration, configurationKey } from './space.ts';

/** A configuration to try; `trial` counts from 0 in the order of asking. */
export interface Proposal {
  readonly trial: number;
  readonly configuration: Configuration;
}

/**
 * Proposes configurations and learns how they did: the smaller the loss the better. What is asked depends on the seed, the
 * number of trials asked for and what was told, and on nothing else: told the same again, a search goes on as before.
 */
export interface Search {
  /** As many trials may be under way when the next one is asked for without the search becoming much worse. */
  readonly atOnce: number;
  /** Null once every configuration of a finite space was asked. */
  ask(): Proposal | null;
  /** The loss of a trial; null when it failed. Trials may end in any order while others are under way. */
  tell(trial: number, loss: number | null): void;
  /** A configuration tried elsewhere: from an earlier search or by hand. It need not have been asked. */
  add(configuration: Configuration, loss: number | null): void;
}

/** A trial as a search knows it. */
export interface KnownTrial {
  readonly configuration: Configuration;
  /** Undefined while it is under way, null when it failed. */
  loss: number | null | undefined;
}

/** What every search keeps: trials in the order of asking, those added from elsewhere, what was asked already. */
export class TrialBook {
  readonly asked: KnownTrial[] = [];
  readonly added: KnownTrial[] = [];
  /** Keys of all configurations asked and added. */
  readonly seen = new Set<string>();

  tell(trial: number, loss: number | null): void {
    const known = this.asked[trial];
    if (!known) throw new RangeError(`Trial ${trial} was never asked.`);
    known.loss = loss !== null && Number.isFinite(loss) ? loss : null;
  }

  add(configuration: Configuration, loss: number | null): void {
    this.seen.add(configurationKey(configuration));
    this.added.push({ configuration, loss: loss !== null && Number.isFinite(loss) ? loss : null });
  }

  propose(configuration: Configuration): Proposal {
    this.seen.add(configurationKey(configuration));
    this.asked.push({ configuration, loss: undefined });
    return { trial: this.asked.length - 1, configuration };
  }

  get all(): readonly KnownTrial[] {
    return [...this.added, ...this.asked];
  }
}
