import type { SetupPart } from '../../../shared/contract/system.ts';
import type { Task, TaskContext } from '../../jobs/task.ts';
import { setupCuda } from './setup-cuda.ts';
import type { Made } from './setup-steps.ts';
import { setupTfjsNode } from './setup-tfjs-node.ts';

const SETUPS: Readonly<Record<SetupPart, (context: TaskContext) => Promise<Made>>> = {
  'tfjs-node': setupTfjsNode,
  cuda: setupCuda,
};

/** Makes an optional part on this machine. */
export const setupTask: Task<{ readonly part: SetupPart }, Made> = ({ part }, context) => SETUPS[part](context);
