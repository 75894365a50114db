import { InferenceSession, type Tensor } from 'onnxruntime-node';
import type { Provider } from '../../../shared/contract/providers.ts';
import { providerLabel } from '../onnx/providers.ts';

/** A step of an epoch's graph costs about this many calls to be timed fairly. */
const TRIAL_STEPS = 12;

/** Opens a model on one provider; what it cannot run there ONNX Runtime leaves to the CPU. */
export function openOn(provider: Provider, model: Uint8Array, threads: number): Promise<InferenceSession> {
  return InferenceSession.create(model, {
    executionProviders: provider === 'cpu' ? ['cpu'] : [provider, 'cpu'],
    intraOpNumThreads: threads,
    logSeverityLevel: 4,
  });
}

/**
 * The provider on which a few real steps took least time; small networks are quicker on a CPU than the way to a graphics
 * card is long. `feeds` answers the inputs of so many steps. A provider that fails is left out with a word in the log; with
 * one candidate nothing is timed.
 */
export async function quickestProvider(
  providers: readonly Provider[],
  model: Uint8Array,
  feeds: (steps: number) => Record<string, Tensor>,
  log: (line: string) => void,
): Promise<Provider> {
  const [only = 'cpu'] = providers;
  if (providers.length < 2) return only;
  const took: { readonly provider: Provider; readonly ms: number }[] = [];
  for (const provider of providers) {
    try {
      const session = await openOn(provider, model, 1);
      try {
        // The first call compiles.
        await session.run(feeds(1));
        const began = performance.now();
        await session.run(feeds(TRIAL_STEPS));
        took.push({ provider, ms: (performance.now() - began) / TRIAL_STEPS });
      } finally {
        await session.release();
      }
    } catch (error) {
      const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
      log(`${providerLabel(provider)} left out: ${line}`);
    }
  }
  const best = took.toSorted((a, b) => a.ms - b.ms)[0];
  log(`a step takes ${took.map(({ provider, ms }) => `${ms.toFixed(2)} ms on ${providerLabel(provider)}`).join(', ')}`);
  return best?.provider ?? 'cpu';
}
