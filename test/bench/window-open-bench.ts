import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { placesToSee } from '../e2e/places.ts';
import { startBrowserHost } from '../helpers/browser-host.ts';
import { launchChromium } from '../helpers/chromium.ts';
import { ensureBuilt } from '../helpers/shell-driver.ts';
import { type Bench, median } from './bench.ts';
import { inSession } from './window-bench.ts';

const ROUNDS = 5;
/** Past these the frame has fetched the code of every place. */
const IDLE_MS = 4_000;

const milliseconds = (value: unknown): string => `${Number(value).toFixed(0)} ms`;

/** From `npm start` to a window that answers. */
export const windowStart: Bench = {
  name: 'window-start',
  target: 'usable under 1.2 s after npm start',
  data: null,
  peers: [],
  async ours(_, repeat) {
    await ensureBuilt();
    const folder = await mkdtemp(join(tmpdir(), 'drydock-bench-'));
    const browser = await launchChromium();
    const seconds: number[] = [];
    const hostMs: number[] = [];
    try {
      for (let round = 0; round < repeat; round++) {
        // A window of its own each time: nothing is left of the one before.
        const page = await browser.newPage();
        const began = performance.now();
        const host = await startBrowserHost(join(folder, 'workspace'));
        hostMs.push(performance.now() - began);
        await page.goto(host.address);
        await page.getByText('Engine ready').waitFor();
        seconds.push((performance.now() - began) / 1000);
        await page.close();
        await host.stop();
      }
    } finally {
      await browser.close();
      await rm(folder, { recursive: true, force: true });
    }
    return { seconds, rows: 0, figures: { hostMs: median(hostMs) } };
  },
  accuracy: ({ figures: { hostMs } }) => `its address is there after ${milliseconds(hostMs)}, npm included`,
};

/**
 * Goes to a place as a link does and answers the milliseconds until it stands: its heading is there, nothing is being read and
 * every chart is drawn. Runs in the page: it sees nothing but its argument.
 */
async function openPlace(path: string): Promise<number> {
  const heading = () => document.querySelector('main h1');
  const before = window.location.pathname === path ? null : heading();
  const began = performance.now();
  window.history.pushState(null, '', path);
  window.dispatchEvent(new PopStateEvent('popstate', { state: null }));
  const stands = () =>
    heading() !== null &&
    // Each address has a page of its own: the one before is gone.
    before?.isConnected !== true &&
    document.querySelector('main [aria-busy="true"]') === null &&
    [...document.querySelectorAll('main figure [role="img"]')].every((chart) => chart.querySelector('svg, canvas'));
  do await new Promise((done) => requestAnimationFrame(done));
  while (!stands() && performance.now() - began < 10_000);
  return performance.now() - began;
}

/** Every place of a workspace with data, models and reports, one after the other in one window. */
export const windowOpen: Bench = {
  name: 'window-open',
  target: 'a place opens in under 100 ms',
  data: null,
  peers: [],
  ours: () =>
    inSession(async ({ page, connection }) => {
      await connection.finish(await connection.client.system.demo({ project: 'census' }));
      const places = await placesToSee(connection);
      await page.reload();
      await page.getByText('Engine ready').waitFor();
      await page.waitForTimeout(IDLE_MS);
      const openings = new Map<string, number[]>(places.map(({ name }) => [name, []]));
      for (let round = 0; round < ROUNDS; round++)
        for (const { name, path } of places) {
          openings.get(name)?.push(await page.evaluate(openPlace, path));
          // What a place does once it stands is no part of how the next one opens.
          await page.waitForTimeout(200);
        }
      const medians = [...openings].map(([name, all]) => ({ name, ms: median(all), first: all[0] }));
      const slowest = medians.toSorted((a, b) => b.ms - a.ms);
      return { seconds: medians.map(({ ms }) => ms / 1000), rows: places.length, figures: { slowest } };
    }),
  accuracy: ({ figures: { slowest } }) =>
    `slowest of ${(slowest as Opening[]).length}: ${(slowest as Opening[])
      .slice(0, 3)
      .map(({ name, ms, first }) => `${name} ${milliseconds(ms)} (first time ${milliseconds(first)})`)
      .join(', ')}`,
};

interface Opening {
  readonly name: string;
  readonly ms: number;
  readonly first: number;
}
