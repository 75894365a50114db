import { describe, expect, it } from 'vitest';
import type { Tensor } from '../../electron/runtime/datatypes.ts';
import { MicroBatcher } from '../../electron/runtime/micro-batcher.ts';
import type { ModelEngine } from '../../electron/runtime/model-engine.ts';

/** A model that doubles numbers and refuses negative ones; it notes how many rows each run had. */
function doubling(): ModelEngine & { readonly runs: number[] } {
  const spec = { name: 'x', datatype: 'FP32', shape: [-1, 2] } as const;
  const runs: number[] = [];
  return {
    kind: 'wasm',
    label: 'doubling',
    inputs: [spec],
    outputs: [spec],
    runs,
    async run([feed]) {
      if (!feed) throw new Error('no feed');
      runs.push(feed.shape[0] ?? 0);
      const values = Float32Array.from(feed.data as Float32Array);
      if (values.some((value) => value < 0)) throw new Error('negative');
      return [{ ...feed, data: values.map((value) => value * 2) }];
    },
  };
}

const feed = (rows: number, start: number): Tensor => ({
  datatype: 'FP32',
  shape: [rows, 2],
  data: Float32Array.from({ length: 2 * rows }, (_, i) => start + i),
});

const OPTIONS = { mostWaiting: 100, timeLimitMs: 10_000, targetRunMs: 4 };

describe('the micro-batcher', () => {
  it('computes the requests of one turn as one batch and gives each its own rows', async () => {
    const engine = doubling();
    const batcher = new MicroBatcher(engine, OPTIONS);
    const answers = await Promise.all([1, 2, 3].map((rows) => batcher.submit([feed(rows, rows * 100)], rows)));
    expect(engine.runs).toEqual([6]);
    for (const [i, [answer]] of answers.entries()) {
      const rows = i + 1;
      expect(answer?.shape).toEqual([rows, 2]);
      expect([...(answer?.data ?? [])]).toEqual(Array.from({ length: 2 * rows }, (_, at) => 2 * (rows * 100 + at)));
    }
  });

  it('fails only the request at fault', async () => {
    const batcher = new MicroBatcher(doubling(), OPTIONS);
    const [first, second, third] = await Promise.allSettled(
      [1, -5, 3].map((start) => batcher.submit([feed(1, start)], 1)),
    );
    expect([first?.status, second?.status, third?.status]).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(second).toMatchObject({ reason: { status: 422, message: expect.stringContaining('negative') } });
  });

  it('cuts a large request into runs and puts the answer together in order', async () => {
    const engine = doubling();
    const batcher = new MicroBatcher(engine, OPTIONS);
    const [answer] = await batcher.submit([feed(1000, 0)], 1000);
    expect(engine.runs.length).toBeGreaterThan(1);
    expect(engine.runs.reduce((sum, rows) => sum + rows, 0)).toBe(1000);
    expect(answer?.shape).toEqual([1000, 2]);
    expect(Array.from(answer?.data ?? [], Number).every((value, i) => value === 2 * i)).toBe(true);
  });

  it('lets no more wait than it may', async () => {
    const batcher = new MicroBatcher(doubling(), { ...OPTIONS, mostWaiting: 2 });
    const outcomes = await Promise.allSettled([1, 2, 3].map((start) => batcher.submit([feed(1, start)], 1)));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect(outcomes[2]).toMatchObject({ reason: { status: 503 } });
  });

  it('answers 503 to what waited past its time', async () => {
    const batcher = new MicroBatcher(doubling(), { ...OPTIONS, timeLimitMs: -1 });
    await expect(batcher.submit([feed(1, 1)], 1)).rejects.toMatchObject({ status: 503 });
  });
});
