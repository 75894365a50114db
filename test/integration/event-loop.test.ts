import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DuckDb } from '../../electron/compute/frame/duckdb.ts';
import { type EngineProcess, startEngine } from '../helpers/engine-process.ts';

const SAMPLE = join(
  resolve(import.meta.dirname, '..', '..'),
  'resources',
  'sample',
  'flights-nyc-2013-01-to-06.parquet',
);
const WATCH = resolve(import.meta.dirname, '..', 'helpers', 'loop-watch.mjs');
/** A frame of a screen at 60 Hz. */
const FRAME_MS = 16;

interface Turn {
  /** Processor time the engine's thread spent. */
  readonly busyMs: number;
  readonly wallMs: number;
}

let folder: string;
let engine: EngineProcess;
let table: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'drydock-loop-'));
  table = join(folder, 'flights.csv');
  const database = await DuckDb.open();
  await database.run(`COPY (FROM read_parquet('${SAMPLE}')) TO '${table}' (FORMAT csv, HEADER)`);
  await database.close();
  engine = await startEngine(join(folder, 'workspace'), ['--import', WATCH]);
});
afterAll(async () => {
  await engine.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The longest turns of the engine's event loop while `work` runs. */
async function longestTurns(work: () => Promise<unknown>): Promise<Turn[]> {
  engine.process.send({ kind: 'watchLoop' });
  await work();
  return new Promise((done) => {
    const hear = (message: { kind: string; turns?: Turn[] }) => {
      if (message.kind !== 'longestTurns') return;
      engine.process.off('message', hear);
      done(message.turns ?? []);
    };
    engine.process.on('message', hear);
    engine.process.send({ kind: 'longestTurns' });
  });
}

const told = (turns: readonly Turn[]): string =>
  turns.map(({ busyMs, wallMs }) => `${busyMs.toFixed(1)} ms busy in ${wallMs.toFixed(1)} ms`).join(', ');

/** What a page asks for all the time. */
async function lookAround(): Promise<void> {
  const { client } = engine;
  await Promise.all([client.jobs.list({ limit: 200 }), client.datasets.list(), client.models.list()]);
}

/** Looks around every 50 ms until `work` is done, as open pages do. */
async function whileLookedAt(work: Promise<unknown>): Promise<void> {
  let isDone = false;
  const looking = (async () => {
    while (!isDone) {
      await lookAround();
      await new Promise((next) => setTimeout(next, 50));
    }
  })();
  try {
    await work;
  } finally {
    isDone = true;
  }
  await looking;
}

describe('the event loop of the engine', () => {
  it('has no turn of a frame or longer while a real import and a real training run', async () => {
    const { client } = engine;
    const importing = (name: string) =>
      client.datasets.import({ source: { kind: 'path', path: table }, name, options: {} });
    const training = () =>
      client.training.train({
        dataset: 'flights',
        target: { column: 'arr_delay', over: 15 },
        algorithm: 'network',
        params: { epochs: 3 },
      });
    // Once before: modules are loaded and compiled at their first use, not in each job.
    await engine.finish(await importing('flights'));
    await lookAround();
    const whileImporting = await longestTurns(async () => whileLookedAt(engine.finish(await importing('again'))));
    console.log(`Longest turns during an import: ${told(whileImporting)}`);
    await engine.finish(await training());
    const whileTraining = await longestTurns(async () => whileLookedAt(engine.finish(await training())));
    console.log(`Longest turns during a training: ${told(whileTraining)}`);
    expect(whileImporting.length).toBeGreaterThan(0);
    for (const turn of [...whileImporting, ...whileTraining]) expect(turn.busyMs).toBeLessThan(FRAME_MS);
  }, 240_000);
});
