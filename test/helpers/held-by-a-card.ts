/** A call to a card that never returns, or one that does and a pause longer than what counts as hung; ends with 0 if it may. */

import { setTimeout as wait } from 'node:timers/promises';
import { CardWatch } from '../../electron/compute/onnx/card-watch.ts';

const HUNG_AFTER_MS = 1000;
const watch = new CardWatch('WebGPU', HUNG_AFTER_MS);
await watch.during(async () => {
  if (process.argv[2] === 'hangs') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
});
await wait(2 * HUNG_AFTER_MS);
await watch.end();
