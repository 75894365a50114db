import { integerScale } from './fixed-point.ts';
import type { TreeKernel } from './kernel.ts';
import { resultOf, type Team } from './order.ts';
import { PLAN, PLAN_LENGTH, RESULT } from './plan.ts';

/** A leaf as a search sees it; sums are in the scale of the cells. */
export interface SearchedLeaf {
  readonly histogram: number;
  readonly gradient: number;
  readonly hessian: number;
  readonly rows: number;
  readonly low: number;
  readonly high: number;
}

/** What a member works with during an order. */
export interface Bench {
  readonly kernel: TreeKernel;
  readonly memory: WebAssembly.Memory;
  readonly plan: Float64Array;
  readonly team: Team;
  readonly result: Float64Array;
}

export const benchOf = (kernel: TreeKernel, memory: WebAssembly.Memory, plan: number, team: Team): Bench => ({
  kernel,
  memory,
  plan: new Float64Array(memory.buffer, plan, PLAN_LENGTH),
  team,
  result: resultOf(memory, team, team.member),
});

export const segmentOf = ({ memory, plan, team }: Bench, leaf: number): Int32Array =>
  new Int32Array(memory.buffer, (plan[PLAN.segments] ?? 0) + (leaf * team.size + team.member) * 16, 4);

/** What all members said in the same slot. */
export function total({ memory, team }: Bench, slot: number, of: (a: number, b: number) => number): number {
  let all = 0;
  for (let member = 0; member < team.size; member++) all = of(all, resultOf(memory, team, member)[slot] ?? 0);
  return all;
}
export const sum = (a: number, b: number): number => a + b;

/** Scales that turn gradients and hessians into the integers of the cells. */
export function scales(bench: Bench): readonly [number, number] {
  const rows = bench.plan[PLAN.learnRows] ?? 0;
  return [
    integerScale(total(bench, RESULT.largestGradient, Math.max), rows),
    integerScale(total(bench, RESULT.largestHessian, Math.max), rows),
  ];
}

export const scratchOf = ({ plan, team }: Bench): number =>
  (plan[PLAN.scratch] ?? 0) + team.member * (plan[PLAN.scratchBytes] ?? 0);
