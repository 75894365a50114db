/** What one side of a benchmark measured: seconds of each repetition and the figures that show the answer is right. */
export interface Measurement {
  readonly seconds: readonly number[];
  readonly rows: number;
  readonly figures: Readonly<Record<string, unknown>>;
  readonly rssMb?: number;
  readonly version?: string;
}

/** A peer's job: one of peers/peers.py as a rule. */
export interface Peer {
  readonly job: string;
  readonly peer: string;
  readonly args?: readonly string[];
  /** The virtual environment it lives in, where it cannot share the others'. */
  readonly environment?: string;
}

/** Made input of peers/make_data.py. */
export interface BenchData {
  readonly kind: 'table' | 'pair' | 'higgs' | 'linear';
  readonly rows: number;
}

/** One line of the table: our code and its peers on the same files in the same run. */
export interface Bench {
  readonly name: string;
  /** What is measured and what the target is, in words. */
  readonly target: string;
  /** Null: it needs none. */
  readonly data: BenchData | null;
  /** Larger input for `--full`, where the peer takes a minute. */
  readonly fullData?: BenchData;
  /** Empty: nobody does the same, and the figures stand for themselves. */
  readonly peers: readonly Peer[];
  /** Measures a peer that is no job of peers/peers.py; words where it cannot. */
  measurePeer?(peer: Peer, repeat: number): Promise<Measurement | string>;
  /** Runs our side `repeat` times on the files in `folder`. */
  ours(folder: string, repeat: number): Promise<Measurement>;
  /** One phrase about accuracy: "statistic differs by 2e-16". */
  accuracy(ours: Measurement, peer: Measurement): string;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/** Runs `work` `repeat` times and answers the seconds of each and the last result. */
export async function timed<T>(repeat: number, work: () => Promise<T> | T): Promise<{ seconds: number[]; last: T }> {
  const seconds: number[] = [];
  let last: T | undefined;
  for (let i = 0; i < Math.max(1, repeat); i++) {
    const began = performance.now();
    last = await work();
    seconds.push((performance.now() - began) / 1000);
  }
  return { seconds, last: last as T };
}

/** |a - b| / |b| for two numbers of figures, as text. */
export function relativeDifference(ours: unknown, peers: unknown): string {
  if (typeof ours !== 'number' || typeof peers !== 'number') return 'n/a';
  const difference = Math.abs(ours - peers) / Math.max(Math.abs(peers), 1e-300);
  return difference === 0 ? 'equal' : `differs by ${difference.toExponential(1)}`;
}
