import { InferenceSession, type Tensor } from 'onnxruntime-node';
import type { Provider } from '../../../shared/contract/providers.ts';
import { providerLabel } from '../onnx/providers.ts';

/** Enough steps to be timed fairly. */
const TRIAL_STEPS = 12;
/** A training that the CPU ends sooner than this is not worth a look at others: each has to compile first. */
const WORTH_A_TRIAL_MS = 10_000;

/** Opens a model on one provider; what it cannot run there ONNX Runtime leaves to the CPU. */
export function openOn(provider: Provider, model: Uint8Array, threads: number): Promise<InferenceSession> {
  return InferenceSession.create(model, {
    executionProviders: provider === 'cpu' ? ['cpu'] : [provider, 'cpu'],
    intraOpNumThreads: threads,
    logSeverityLevel: 4,
  });
}

export interface ProviderTrial {
  /** The epoch's graph, and its inputs for so many steps. */
  readonly model: Uint8Array;
  feeds(steps: number): Record<string, Tensor>;
  /** Steps of the whole training. */
  readonly steps: number;
  log(line: string): void;
}

/**
 * The provider on which a few real steps took least time; small networks are quicker on a CPU than the way to a graphics
 * card is long. Others than the CPU are tried only where the training is long enough to make it worth while. A provider that
 * fails is left out with a word in the log; with one candidate nothing is timed.
 */
export async function quickestProvider(providers: readonly Provider[], trial: ProviderTrial): Promise<Provider> {
  const [only = 'cpu'] = providers;
  if (providers.length < 2) return only;
  const took: { readonly provider: Provider; readonly ms: number }[] = [];
  for (const provider of providers.toSorted((a, b) => Number(b === 'cpu') - Number(a === 'cpu'))) {
    try {
      const ms = await stepMs(provider, trial);
      took.push({ provider, ms });
      if (provider === 'cpu' && ms * trial.steps < WORTH_A_TRIAL_MS) return 'cpu';
    } catch (error) {
      const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
      trial.log(`${providerLabel(provider)} left out: ${line}`);
    }
  }
  const best = took.toSorted((a, b) => a.ms - b.ms)[0];
  const times = took.map(({ provider, ms }) => `${ms.toFixed(2)} ms on ${providerLabel(provider)}`);
  trial.log(`a step takes ${times.join(', ')}`);
  return best?.provider ?? 'cpu';
}

async function stepMs(provider: Provider, { model, feeds }: ProviderTrial): Promise<number> {
  const session = await openOn(provider, model, 1);
  try {
    // The first call compiles.
    await session.run(feeds(1));
    const began = performance.now();
    await session.run(feeds(TRIAL_STEPS));
    return (performance.now() - began) / TRIAL_STEPS;
  } finally {
    await session.release();
  }
}
