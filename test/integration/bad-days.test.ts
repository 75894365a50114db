import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../electron/cli/connection.ts';
import { runCommand } from '../helpers/command-line.ts';
import { type EngineProcess, startEngine } from '../helpers/engine-process.ts';
import { mountSmallDisk } from '../helpers/small-disk.ts';

let folder: string;
/** About 40 MB that do not compress well, and a small table. */
let large: string;
let small: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'drydock-bad-days-'));
  large = join(folder, 'large.csv');
  small = join(folder, 'small.csv');
  let state = 1;
  const draw = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state;
  };
  const lines = Array.from({ length: 800_000 }, (_, row) => `${row},${draw()},${draw() / 7},${draw().toString(36)}`);
  writeFileSync(large, `id,a,b,c\n${lines.join('\n')}\n`);
  const few = Array.from({ length: 300 }, (_, row) => `${row},${draw() % 100},${row % 2 ? 'yes' : 'no'},same`);
  writeFileSync(small, `id,x,answer,constant\n${few.join('\n')}\n`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const importing = (engine: EngineProcess, path: string, name: string) =>
  engine.client.datasets.import({ source: { kind: 'path', path }, name, options: {} });

/** Everything that is neither a record nor an artifact of one. */
const leftovers = (workspace: string): string[] =>
  readdirSync(join(workspace, 'runs')).filter((name) => !name.startsWith('.'));

describe('a disk that becomes full while a file is imported', () => {
  it('is said with what was kept; nothing half stays, and the next import works', async ({ skip }) => {
    const disk = join(folder, 'disk');
    const mounted = await mountSmallDisk(disk, 10e6);
    if (!mounted) return skip('this account may not mount a small disk');
    const workspace = join(disk, 'workspace');
    let engine = await startEngine(workspace);
    try {
      await engine.finish(await importing(engine, small, 'before'));
      const { jobId } = await importing(engine, large, 'too-much');
      await engine.finish({ jobId }).catch(() => undefined);
      const job = await engine.client.jobs.get({ jobId });
      expect(job.error).toMatchObject({ code: 'DISK_FULL' });
      expect(job.error?.remedy).toBeTruthy();
      expect((await engine.client.datasets.list()).map(({ name }) => name)).toEqual(['before']);
      expect(readdirSync(join(workspace, 'data'))).toHaveLength(1);
      await engine.finish(await importing(engine, small, 'after'));
      // Also after a new start, with whatever the failed attempt had left.
      await engine.stop();
      engine = await startEngine(workspace);
      await engine.finish(await importing(engine, small, 'later'));
      expect((await engine.client.datasets.list()).map(({ name }) => name).sort()).toEqual([
        'after',
        'before',
        'later',
      ]);
      expect((await engine.client.models.audit({ limit: 1 })).isChainIntact).toBe(true);
    } finally {
      await engine.stop();
      await mounted.unmount();
    }
  }, 120_000);
});

describe('a workspace that cannot be written', () => {
  it('is refused in a sentence with a remedy, unchanged', async ({ skip }) => {
    const disk = join(folder, 'fixed');
    const mounted = await mountSmallDisk(disk, 10e6);
    if (!mounted) return skip('this account may not mount a small disk');
    try {
      const workspace = join(disk, 'workspace');
      expect((await runCommand(['import', small, '--workspace', workspace, '--quiet'])).code).toBe(0);
      await mounted.remount('ro');
      for (const verb of [['import', small], ['datasets']]) {
        const { code, stdout } = await runCommand([...verb, '--workspace', workspace, '--json', '--quiet']);
        expect(code).toBe(1);
        const { error } = JSON.parse(stdout) as { error: { code: string; message: string; remedy: string } };
        expect(['READ_ONLY', 'WORKSPACE_UNUSABLE']).toContain(error.code);
        expect(error.message).toContain(workspace);
        expect(error.remedy).toBeTruthy();
      }
      await mounted.remount('rw');
      expect((await runCommand(['datasets', '--workspace', workspace, '--quiet'])).stdout).toContain('small');
    } finally {
      await mounted.unmount();
    }
  }, 120_000);
});

describe('two at once on one workspace', () => {
  it('that start in the same moment both do their work', async () => {
    const workspace = join(folder, 'shared');
    const ended = await Promise.all(
      ['one', 'two', 'three'].map((name) =>
        runCommand(['import', small, '--name', name, '--workspace', workspace, '--quiet']),
      ),
    );
    expect(ended.map(({ code, stderr }) => [code, stderr])).toEqual([
      [0, ''],
      [0, ''],
      [0, ''],
    ]);
    const { stdout } = await runCommand(['datasets', '--workspace', workspace, '--json']);
    for (const name of ['one', 'two', 'three']) expect(stdout).toContain(`"${name}"`);
  }, 120_000);

  it('the one that opened the workspace waits for the one that works through it', async () => {
    const workspace = join(folder, 'waited-for');
    const own = await connect(workspace);
    const guest = await connect(workspace);
    const isWaitedFor = Promise.withResolvers<void>();
    const closed = own.close(() => isWaitedFor.resolve());
    await isWaitedFor.promise;
    const source = { kind: 'path', path: small } as const;
    const { jobId } = await guest.client.datasets.import({ source, name: 'later', options: {} });
    for await (const event of await guest.client.jobs.watch({ jobId }))
      if (event.kind === 'snapshot') expect(['queued', 'running', 'succeeded']).toContain(event.job.state);
    expect((await guest.client.datasets.list()).map(({ name }) => name)).toEqual(['later']);
    await guest.close();
    await closed;
    expect(guest.isLost()).toBe(false);
  }, 60_000);
});

describe('work that is cancelled or cannot be done', () => {
  let engine: EngineProcess;
  const workspace = () => join(folder, 'workspace');
  beforeAll(async () => {
    engine = await startEngine(workspace());
    await engine.finish(await importing(engine, small, 'small'));
    writeFileSync(join(folder, 'one.csv'), 'id,x,answer\n1,2,yes\n');
    await engine.finish(await importing(engine, join(folder, 'one.csv'), 'one'));
  });
  afterAll(() => engine?.stop());

  it('leaves nothing of an import that is cancelled, at whatever stage', async () => {
    for (const [attempt, afterMs] of [0, 30, 150, 400, 800, 1500].entries()) {
      const { jobId } = await importing(engine, large, `cancelled-${attempt}`);
      await wait(afterMs);
      await engine.client.jobs.cancel({ jobId, keepBest: false }).catch(() => undefined);
      await engine.finish({ jobId }).catch(() => undefined);
      const { state } = await engine.client.jobs.get({ jobId });
      expect(['cancelled', 'succeeded']).toContain(state);
      const names = (await engine.client.datasets.list()).map(({ name }) => name);
      expect(names.includes(`cancelled-${attempt}`)).toBe(state === 'succeeded');
      expect(leftovers(workspace())).toEqual([]);
    }
    await engine.finish(await importing(engine, small, 'next'));
  }, 120_000);

  it.each([
    ['a target column that is not there', 'small', 'nobody', /no column "nobody"/],
    ['a target that is the same in every row', 'small', 'constant', /same|one class|constant|only/i],
    ['a single row', 'one', 'answer', /row|class/i],
  ])(
    'refuses to train on %s in words, and trains afterwards',
    async (_what, dataset, column, words) => {
      const train = async (from: string, target: string) => {
        const { jobId } = await engine.client.training.train({
          dataset: from,
          target: { column: target, over: null },
          algorithm: 'linear',
          name: 'tried',
        });
        await engine.finish({ jobId }).catch(() => undefined);
        const job = await engine.client.jobs.get({ jobId });
        if (job.error)
          throw Object.assign(new Error(job.error.message), { code: job.error.code, remedy: job.error.remedy });
      };
      const error = await train(dataset, column).then(
        () => undefined,
        (thrown: { message: string; code?: string; remedy?: string; data?: { remedy?: string } }) => thrown,
      );
      expect(error?.message).toMatch(words);
      expect(error?.code).not.toBe('INTERNAL');
      expect(error?.remedy ?? error?.data?.remedy).toBeTruthy();
      await train('small', 'answer');
    },
    120_000,
  );
});
