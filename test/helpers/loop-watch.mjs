/**
 * Preloaded into an engine (`node --import`): tells its parent how long the longest turns of the event loop took, when asked.
 * A turn is judged by the processor time this thread itself spent, so that other programs on the machine do not count; the
 * time on the clock is told beside it.
 */
import { performance } from 'node:perf_hooks';

const EVERY_MS = 4;
const KEPT = 5;
let turns = [];
let isWatching = false;
let lastAt = 0;
let lastUsed = 0;

const used = () => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};

function look() {
  const at = performance.now();
  const now = used();
  if (isWatching) {
    turns.push({ busyMs: now - lastUsed, wallMs: at - lastAt });
    if (turns.length > 1000) turns = longest();
  }
  lastAt = at;
  lastUsed = now;
}

const longest = () => turns.toSorted((a, b) => b.busyMs - a.busyMs).slice(0, KEPT);

setInterval(look, EVERY_MS).unref();

process.on('message', (message) => {
  if (message?.kind === 'watchLoop') {
    turns = [];
    isWatching = true;
    lastAt = performance.now();
    lastUsed = used();
  }
  if (message?.kind === 'longestTurns') process.send?.({ kind: 'longestTurns', turns: longest() });
});
