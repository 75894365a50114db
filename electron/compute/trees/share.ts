import { binShare, boundsShare } from './bin-share.ts';
import { forestShare } from './forest-share.ts';
import { growShare } from './grow-share.ts';
import type { TreeKernel } from './kernel.ts';
import { LOSS } from './loss-numbers.ts';
import { ORDER, ORDER_LENGTH, ORDER_OFFSET, type Team } from './order.ts';
import { shareOf } from './share-of.ts';

/** One member's share of the order that stands in the memory. Same result whatever the number of members. */
export function runShare(kernel: TreeKernel, memory: WebAssembly.Memory, team: Team): void {
  const order = new Float64Array(memory.buffer, team.page + ORDER_OFFSET, ORDER_LENGTH);
  switch (order[0]) {
    case ORDER.root:
    case ORDER.split:
    case ORDER.scores:
      growShare(kernel, memory, team);
      return;
    case ORDER.gradients:
      gradientShare(kernel, order, team);
      return;
    case ORDER.bounds:
      boundsShare(kernel, memory, order, team);
      return;
    case ORDER.bin:
      binShare(kernel, memory, order, team);
      return;
    case ORDER.trees:
      forestShare(kernel, memory, order, team);
      return;
  }
}

/** Order: kind, loss, scores, targets, weights, rows (a multiple of four), gradients, classes, wanted class, the loss's number, rows from class to class in the scores. */
function gradientShare(kernel: TreeKernel, order: Float64Array, { member, size }: Team): void {
  const [
    ,
    loss = 0,
    scores = 0,
    targets = 0,
    weights = 0,
    rows = 0,
    gradients = 0,
    classes = 1,
    wanted = 0,
    shape = 0,
    apart = 0,
  ] = order;
  const [from, to] = shareOf(rows, member, size, 4);
  switch (loss) {
    case LOSS.logistic:
      kernel.logisticGradients(scores, targets, weights, from, to, gradients);
      return;
    case LOSS.squared:
      kernel.squaredGradients(scores, targets, weights, from, to, gradients);
      return;
    case LOSS.softmax:
      kernel.softmaxGradients(scores, apart, classes, wanted, targets, weights, from, to, gradients);
      return;
    case LOSS.poisson:
      kernel.poissonGradients(scores, targets, weights, from, to, gradients, shape);
      return;
    case LOSS.quantile:
      kernel.quantileGradients(scores, targets, weights, from, to, gradients, shape);
      return;
    case LOSS.huber:
      kernel.huberGradients(scores, targets, weights, from, to, gradients, shape);
      return;
  }
}
