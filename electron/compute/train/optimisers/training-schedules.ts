import { AppError } from '../../../../shared/errors.ts';
import type { GraphBuilder } from '../../onnx/graph-builder.ts';
import {
  constant,
  cosineDecay,
  exponential,
  linearWarmUp,
  oneCycle,
  type Plateau,
  type Schedule,
  stepwise,
  warmUpCosine,
} from './schedules.ts';

/** What a schedule stretches over: all steps of the training. */
export interface SchedulePlan {
  readonly steps: number;
  /** The rate that was asked for. */
  readonly base: number;
}

/** A schedule that a training can be asked for by name: the same rate as a function and as nodes. */
export interface TrainingSchedule {
  readonly name: string;
  /** The rate at a step, counted from 0. */
  rate(plan: SchedulePlan): Schedule;
  /** Adds the rate of the step (a float scalar, counted from 0) from the rate that was asked for (`base`, a scalar). */
  nodes(graph: GraphBuilder, step: string, base: string, plan: SchedulePlan): string;
  /** Cuts `base` between epochs when the loss gets no better. */
  readonly plateau?: Plateau;
}

const CUT = 0.3;
const CUTS = 4;
/** Where a decay ends, as a share of the rate. */
const END = 1e-3;
const WARM_UP_START = 0.1;
const [CYCLE_WARM_UP, CYCLE_START, CYCLE_END] = [0.3, 25, 1e4];

const quarter = ({ steps }: SchedulePlan): number => Math.max(1, Math.ceil(steps / CUTS));
const warmUpSteps = ({ steps }: SchedulePlan): number => Math.max(1, Math.ceil(steps / 20));
/** Too few steps leave no room to rise and fall. */
const cycleSteps = ({ steps }: SchedulePlan): number => Math.max(steps, 10);

/** to + (from - to) (1 + cos(pi done)) / 2, shares of the rate; `done` is clipped to 0 .. 1. */
function cosineNodes(graph: GraphBuilder, done: string, from: number, to: number): string {
  const clipped = graph.add('Clip', [done, graph.float(0), graph.float(1)]);
  const wave = graph.add('Cos', [graph.add('Mul', [clipped, graph.float(Math.PI)])]);
  return graph.add('Add', [graph.add('Mul', [wave, graph.float((from - to) / 2)]), graph.float((from + to) / 2)]);
}

/** (step - start) / length. */
const progressNodes = (graph: GraphBuilder, step: string, start: number, length: number): string =>
  graph.add('Div', [start === 0 ? step : graph.add('Sub', [step, graph.float(start)]), graph.float(length)]);

const ramp = (graph: GraphBuilder, step: string, steps: number): string => {
  const risen = graph.add('Mul', [progressNodes(graph, step, 0, steps), graph.float(1 - WARM_UP_START)]);
  return graph.add('Min', [graph.float(1), graph.add('Add', [risen, graph.float(WARM_UP_START)])]);
};

/** Every schedule of a training. A new one is a record here. */
export const TRAINING_SCHEDULES: readonly TrainingSchedule[] = [
  { name: 'constant', rate: constant, nodes: (_graph, _step, base) => base },
  {
    name: 'step',
    rate: (plan) => stepwise({ every: quarter(plan), factor: CUT }),
    nodes(graph, step, base, plan) {
      const cuts = graph.add('Floor', [progressNodes(graph, step, 0, quarter(plan))]);
      return graph.add('Mul', [base, graph.add('Pow', [graph.float(CUT), cuts])]);
    },
  },
  {
    name: 'exponential',
    rate: ({ steps }) => exponential({ factor: END ** (1 / steps) }),
    nodes: (graph, step, base, { steps }) =>
      graph.add('Mul', [base, graph.add('Pow', [graph.float(END), progressNodes(graph, step, 0, steps)])]),
  },
  {
    name: 'cosine',
    rate: ({ steps, base }) => cosineDecay({ steps, minimum: base * END }),
    nodes: (graph, step, base, { steps }) =>
      graph.add('Mul', [base, cosineNodes(graph, progressNodes(graph, step, 0, steps), 1, END)]),
  },
  {
    name: 'warmUp',
    rate: (plan) => linearWarmUp({ steps: warmUpSteps(plan), startFactor: WARM_UP_START }),
    nodes: (graph, step, base, plan) => graph.add('Mul', [base, ramp(graph, step, warmUpSteps(plan))]),
  },
  {
    name: 'warmUpCosine',
    rate: (plan) =>
      warmUpCosine({
        warmUpSteps: warmUpSteps(plan),
        startFactor: WARM_UP_START,
        steps: Math.max(plan.steps, warmUpSteps(plan) + 1),
        minimum: plan.base * END,
      }),
    nodes(graph, step, base, plan) {
      const start = warmUpSteps(plan);
      const length = Math.max(plan.steps, start + 1) - start;
      const down = cosineNodes(graph, progressNodes(graph, step, start, length), 1, END);
      const isWarm = graph.add('Less', [step, graph.float(start)]);
      return graph.add('Mul', [base, graph.add('Where', [isWarm, ramp(graph, step, start), down])]);
    },
  },
  {
    name: 'oneCycle',
    rate: (plan) =>
      oneCycle({
        maximum: plan.base,
        steps: cycleSteps(plan),
        warmUpShare: CYCLE_WARM_UP,
        startDivisor: CYCLE_START,
        endDivisor: CYCLE_END,
      }),
    nodes(graph, step, base, plan) {
      const last = cycleSteps(plan) - 1;
      const top = CYCLE_WARM_UP * cycleSteps(plan) - 1;
      const up = cosineNodes(graph, progressNodes(graph, step, 0, top), 1 / CYCLE_START, 1);
      const down = cosineNodes(graph, progressNodes(graph, step, top, last - top), 1, 1 / CYCLE_START / CYCLE_END);
      const isRising = graph.add('LessOrEqual', [step, graph.float(top)]);
      return graph.add('Mul', [base, graph.add('Where', [isRising, up, down])]);
    },
  },
  {
    name: 'onPlateau',
    rate: constant,
    nodes: (_graph, _step, base) => base,
    plateau: { factor: CUT, patience: 3, threshold: 1e-4, minimum: 0 },
  },
];

/** The schedule of that name; an unknown one is an INVALID_ARGUMENT that lists those there are. */
export function trainingSchedule(name: string): TrainingSchedule {
  const found = TRAINING_SCHEDULES.find((one) => one.name === name);
  if (found) return found;
  throw new AppError('INVALID_ARGUMENT', {
    message: `There is no schedule "${name}".`,
    remedy: `Schedules: ${TRAINING_SCHEDULES.map((one) => one.name).join(', ')}.`,
  });
}
