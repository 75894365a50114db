import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Provider } from '../../../shared/contract/providers.ts';
import { CardWatch } from '../onnx/card-watch.ts';
import { providerLabel } from '../onnx/providers.ts';
import { epochModel, judgeModel } from './epoch-graph.ts';
import { drawName } from './row-draws.ts';
import type { EngineCall, EngineJob, StepEngine, StepState, TrainingRows } from './step-engine.ts';
import { inputName } from './trained-graph.ts';

/** Enough steps to be timed fairly. */
const TRIAL_STEPS = 12;
/** A training that the CPU ends sooner than this is not worth a look at others: each has to compile first. */
const WORTH_A_TRIAL_MS = 5000;

type OpenSession = Pick<InferenceSession, 'run' | 'release'>;

/** What a provider cannot run ONNX Runtime leaves to the CPU. Calls to another provider than that are watched. */
async function openOn(provider: Provider, model: Uint8Array, threads: number): Promise<OpenSession> {
  const options = { intraOpNumThreads: threads, logSeverityLevel: 4 as const };
  if (provider === 'cpu') return InferenceSession.create(model, { ...options, executionProviders: ['cpu'] });
  const watch = new CardWatch(providerLabel(provider));
  const executionProviders = [provider, 'cpu'];
  try {
    const session = await watch.during(() => InferenceSession.create(model, { ...options, executionProviders }));
    return {
      run: (feeds: Readonly<Record<string, Tensor>>) => watch.during(() => session.run(feeds)),
      async release() {
        await watch.during(() => session.release()).finally(() => watch.end());
      },
    };
  } catch (error) {
    await watch.end();
    throw error;
  }
}

/** Training steps as one call of ONNX Runtime on a provider. */
export async function openOnnxEngine(provider: Provider, job: EngineJob): Promise<StepEngine> {
  const { options, train, validation, threads, stepThreads } = job;
  const trainer = await openOn(provider, epochModel(options), stepThreads);
  const judge = await openOn(provider, judgeModel({ ...options, isWeighted: validation.weights !== null }), threads);
  return {
    label: providerLabel(provider),
    async run(call) {
      const answer = await trainer.run({ ...rowFeeds(train), ...loopFeeds(call, job) });
      return {
        state: Object.fromEntries(Object.keys(call.state).map((name) => [name, floatsOf(answer[`out_${name}`])])),
        losses: floatsOf(answer['losses']),
      };
    },
    async judge(parameters, rows) {
      const feeds = { ...rowFeeds(rows), parameters: new Tensor('float32', parameters, [parameters.length]) };
      return floatsOf(Object.values(await judge.run(feeds))[0]);
    },
    async release() {
      await trainer.release();
      await judge.release();
    },
  };
}

function loopFeeds(
  { state, order, learningRate, drawn = [] }: EngineCall,
  { options: { batchRows, draws }, train: { rows } }: EngineJob,
): Record<string, Tensor> {
  return {
    ...Object.fromEntries(
      Object.entries(state).map(([name, values]) => [
        name,
        new Tensor('float32', values, name === 'steps' ? [] : [values.length]),
      ]),
    ),
    ...Object.fromEntries(
      drawn.map((values, index) => [
        drawName(index),
        new Tensor('float32', values, [rows, ...(draws?.inputs[index]?.dims ?? [])]),
      ]),
    ),
    order: new Tensor('int32', order, [order.length]),
    trip: new Tensor('int64', BigInt64Array.of(BigInt(order.length / batchRows)), []),
    go: new Tensor('bool', Uint8Array.of(1), []),
    lr: new Tensor('float32', Float32Array.of(learningRate), []),
  };
}

const rowFeeds = ({ inputs, answers, weights }: TrainingRows): Record<string, Tensor> => ({
  ...Object.fromEntries(inputs.map((tensor, index) => [inputName(index), tensor])),
  Y: answers,
  ...(weights === null ? {} : { S: weights }),
});

/** A float tensor's numbers; none for a result that is not there. */
const floatsOf = (tensor: Tensor | undefined): Float32Array =>
  tensor?.data instanceof Float32Array ? tensor.data : new Float32Array();

/**
 * The provider on which a few real steps from `state` took least time; small networks are quicker on a CPU than the way to a
 * graphics card is long. Others than the CPU are tried only where the training is long enough to make it worth while. A
 * provider that fails is left out with a word in the log; with one candidate nothing is timed.
 */
export async function quickestProvider(
  providers: readonly Provider[],
  job: EngineJob,
  {
    state,
    log,
    holds,
  }: {
    readonly state: StepState;
    log(line: string): void;
    /** Told and waited for before each provider is tried. */
    holds(provider: Provider): Promise<void>;
  },
): Promise<Provider> {
  const [only = 'cpu'] = providers;
  if (providers.length < 2) return only;
  const took: { readonly provider: Provider; readonly ms: number }[] = [];
  for (const provider of providers.toSorted((a, b) => Number(b === 'cpu') - Number(a === 'cpu'))) {
    try {
      await holds(provider);
      const ms = await stepMs(provider, job, state);
      took.push({ provider, ms });
      if (provider === 'cpu' && ms * job.options.plan.steps < WORTH_A_TRIAL_MS) return 'cpu';
    } catch (error) {
      const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
      log(`${providerLabel(provider)} left out: ${line}`);
    }
  }
  const best = took.toSorted((a, b) => a.ms - b.ms)[0];
  const times = took.map(({ provider, ms }) => `${ms.toFixed(2)} ms on ${providerLabel(provider)}`);
  log(`a step takes ${times.join(', ')}`);
  return best?.provider ?? 'cpu';
}

async function stepMs(provider: Provider, job: EngineJob, state: StepState): Promise<number> {
  const { options, train, stepThreads } = job;
  const { batchRows, draws } = options;
  const session = await openOn(provider, epochModel(options), stepThreads);
  const drawn = draws?.draw(train.rows, 0) ?? [];
  const run = async (steps: number): Promise<number> => {
    const taken = Math.min(steps, Math.floor(train.rows / batchRows));
    const order = Int32Array.from({ length: taken * batchRows }, (_, row) => row);
    const began = performance.now();
    await session.run({ ...rowFeeds(train), ...loopFeeds({ state, order, learningRate: 1e-6, drawn }, job) });
    return (performance.now() - began) / taken;
  };
  try {
    // The first call compiles.
    await run(1);
    return await run(TRIAL_STEPS);
  } finally {
    await session.release();
  }
}
