import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { PersonSession } from '../e2e/session.ts';
import { writeRows } from '../helpers/write-rows.ts';
import type { Bench } from './bench.ts';

const WATCHED_MS = 20_000;
const DISPLAY_HZ = 60;

const ROWS = `SELECT x, y, CASE WHEN x + y + (i % 5) * 0.1 > 1 THEN 'yes' ELSE 'no' END AS late
  FROM (SELECT i, (i * 7919 % 1000) / 1000.0 AS x, i / 24000.0 AS y FROM range(24000) r(i))`;

/** A training to look at: steps of a few milliseconds, a thousand points in sight of half a minute. */
const FOREVER = { epochs: 10_000, patience: 10_000, hidden: [16] };
const EPOCHS = 1_000;

/** A page with nothing on it, beside the same training: what it misses is the machine's doing. */
const NOTHING = 'about:blank';

export async function inSession<T>(work: (session: PersonSession) => Promise<T>): Promise<T> {
  const session = await PersonSession.open();
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

/** What a display of 60 Hz would have missed while a page was looked at, and its longest task, in milliseconds. */
interface Frames {
  readonly frames: number;
  readonly dropped: number;
  readonly longestTaskMs: number;
  readonly updates: number;
}

/** Runs in the page: it sees nothing but its argument. */
async function watchFrames({ lengthMs, hz }: { readonly lengthMs: number; readonly hz: number }): Promise<Frames> {
  let longestTaskMs = 0;
  const tasks = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longestTaskMs = Math.max(longestTaskMs, duration);
  });
  tasks.observe({ entryTypes: ['longtask'] });
  const count = [...document.querySelectorAll('main p')].find((p) => / epochs$/.test(p.textContent ?? ''));
  let updates = 0;
  let seen = count?.textContent;
  const next = () => new Promise<number>((done) => requestAnimationFrame(done));
  let last = await next();
  const end = last + lengthMs;
  let [frames, dropped] = [0, 0];
  while (last < end) {
    const at = await next();
    frames += 1;
    dropped += Math.max(0, Math.round(((at - last) * hz) / 1000) - 1);
    last = at;
    if (count?.textContent !== seen) updates += 1;
    seen = count?.textContent;
  }
  tasks.disconnect();
  return { frames, dropped, longestTaskMs, updates };
}

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds its thread computed: what other programs take meanwhile is left out. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** Milliseconds that the page's thread computes in its longest task while something goes on, whatever else the machine does. */
async function longestComputing(page: Page, work: () => Promise<unknown>): Promise<number> {
  const browser = page.context().browser();
  if (browser === null) throw new Error('The page has no browser.');
  const devtools = await browser.newBrowserCDPSession();
  const events: TraceEvent[] = [];
  devtools.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  await devtools.send('Tracing.start', { traceConfig: { includedCategories: ['toplevel'] } });
  await work();
  const complete = new Promise((done) => devtools.once('Tracing.tracingComplete', done));
  await devtools.send('Tracing.end');
  await complete;
  await devtools.detach();
  const threads = new Set(
    events.filter(({ args }) => args?.name === 'CrRendererMain').map(({ pid, tid }) => `${pid}/${tid}`),
  );
  const tasks = events.filter(({ ph, pid, tid }) => ph === 'X' && threads.has(`${pid}/${tid}`));
  return Math.max(...tasks.map(({ tdur = 0 }) => tdur)) / 1000;
}

/** The live view of a training that goes on, in a real browser, and beside it a page with nothing on it. */
export const windowLive: Bench = {
  name: 'window-live',
  target: 'curves at 5 Hz without a dropped frame that an empty page would not drop',
  data: null,
  peers: [],
  ours: () =>
    inSession(async (session) => {
      const { page, connection } = session;
      const file = join(session.folder, 'trips.csv');
      await writeRows(ROWS, file);
      await session.importFile(file, 'trips');
      const target = { column: 'late', over: null };
      const { jobId } = await connection.client.training.train({
        dataset: 'trips',
        target,
        algorithm: 'network',
        params: FOREVER,
      });
      await session.goTo(`/train?job=${jobId}`);
      await page.waitForFunction(
        (least) =>
          [...document.querySelectorAll('main p')].some(
            ({ textContent }) =>
              Number(/^([\d,]+) of [\d,]+ epochs$/.exec(textContent ?? '')?.[1]?.replaceAll(',', '')) >= least,
          ),
        EPOCHS,
      );
      const frames = await page.evaluate(watchFrames, { lengthMs: WATCHED_MS, hz: DISPLAY_HZ });
      const computingMs = await longestComputing(page, () => page.waitForTimeout(WATCHED_MS / 2));
      await page.goto(NOTHING);
      const control = await page.evaluate(watchFrames, { lengthMs: WATCHED_MS, hz: DISPLAY_HZ });
      await connection.client.jobs.cancel({ jobId, keepBest: false });
      const figures = { ...frames, computingMs, controlDropped: control.dropped };
      return { seconds: [WATCHED_MS / 1000], rows: EPOCHS, figures };
    }),
  accuracy: ({ figures: { frames, dropped, controlDropped, longestTaskMs, updates, computingMs } }) =>
    `${dropped} of ${Number(frames) + Number(dropped)} frames dropped at ${(Number(updates) / (WATCHED_MS / 1000)).toFixed(1)} updates/s, ${controlDropped} by an empty page; ` +
    `${Number(longestTaskMs) === 0 ? 'longest task under 50 ms' : `longest task ${Number(longestTaskMs).toFixed(0)} ms`}, of which its thread computes ${Number(computingMs).toFixed(1)} ms`,
};
