import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Job } from '../../shared/contract/jobs.ts';
import { BundleWorkspace } from '../helpers/bundle-workspace.ts';
import { mountSmallDisk } from '../helpers/small-disk.ts';

let space: BundleWorkspace;
beforeAll(async () => {
  space = await BundleWorkspace.open();
});
afterAll(() => space?.close());

const place = (name: string): string => join(space.folder, name);
const begin = (out: string): Job['id'] =>
  space.bundles.export({ model: space.model.name, out, isZip: false, targets: ['oip'] }).jobId;

/** Servers and verifiers that still run over this workspace. */
function leftProcesses(): string[] {
  const { stdout } = spawnSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
  return stdout.split('\n').filter((line) => line.includes(space.folder) && line.includes('.mjs'));
}

/** Waits until a job logs a line that begins so, or has ended. */
async function untilLogged(jobId: Job['id'], start: string): Promise<void> {
  for await (const event of space.jobs.watch(jobId)) {
    if (event.kind === 'logged' && event.line.startsWith(start)) return;
    if (event.kind === 'snapshot' && event.job.endedAt !== null) return;
  }
}

async function untilGone(): Promise<string[]> {
  for (let i = 0; i < 100 && leftProcesses().length > 0; i++) await new Promise((done) => setTimeout(done, 100));
  return leftProcesses();
}

describe('an export that does not come to its end', () => {
  it.each([
    ['once the golden answers are there', '64 golden requests'],
    ['while a server is verified', 'ok start on onnxruntime-node'],
  ])('leaves nothing when it is cancelled %s', async (_, line) => {
    const out = place('cancelled');
    const jobId = begin(out);
    await untilLogged(jobId, line);
    space.jobs.cancel(jobId);
    const job = await space.jobs.wait(jobId);
    expect(job.state).toBe('cancelled');
    expect(existsSync(out)).toBe(false);
    expect(await untilGone()).toEqual([]);
    expect(space.bundles.list()).toEqual([]);
  });

  it('says which model it does not know, before anything is written', async () => {
    const { jobId } = space.bundles.export({ model: 'nobody', out: place('x'), isZip: false, targets: ['oip'] });
    expect((await space.jobs.wait(jobId)).error).toMatchObject({ code: 'NOT_FOUND' });
    expect(() => space.bundles.export({ model: space.model.name, isZip: false, targets: ['toaster'] })).toThrow(
      '"toaster"',
    );
    expect(() => space.bundles.verify({ bundle: place('absent') })).toThrow('There is no bundle');
  });

  it('says that the disk is full, leaves no half bundle, and works elsewhere', async (context) => {
    const disk = place('small');
    const mounted = await mountSmallDisk(disk, 6_000_000);
    if (!mounted) return context.skip('this account may not mount a small disk');
    try {
      const job = await space.jobs.wait(begin(join(disk, 'bundle')));
      expect(job.error?.code).toBe('DISK_FULL');
      expect(readdirSync(disk)).toEqual([]);
    } finally {
      await mounted.unmount();
    }
    expect((await space.export(place('after'))).verification?.isVerified).toBe(true);
  });

  it('refuses a model file that was swapped under us', async () => {
    const { onnxPath } = { onnxPath: join(space.workspace.path, 'models', `${space.model.hash}.onnx`) };
    const right = readFileSync(onnxPath);
    writeFileSync(onnxPath, Buffer.concat([right, Buffer.from('x')]));
    try {
      const job = await space.jobs.wait(begin(place('swapped')));
      expect(job.error?.code).toBe('CORRUPT');
      expect(existsSync(place('swapped'))).toBe(false);
    } finally {
      writeFileSync(onnxPath, right);
    }
  });

  it('keeps the older bundle when the newer one cannot be put in its place', async () => {
    mkdirSync(place('a-file-parent'), { recursive: true });
    writeFileSync(place('a-file-parent/file'), '');
    const job = await space.jobs.wait(begin(place('a-file-parent/file/bundle')));
    expect(job.state).toBe('failed');
    expect(readFileSync(place('a-file-parent/file'), 'utf8')).toBe('');
  });
});

describe('an endpoint whose server dies', () => {
  it('is told as failed, and serving again works', async () => {
    const bundle = await space.export(place('served'));
    const endpoint = await space.bundles.serve({ bundle: bundle.path, port: 0, host: '127.0.0.1', token: null });
    const { stdout } = spawnSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' });
    const pid = Number(
      stdout
        .split('\n')
        .find((line) => line.includes(`--bundle ${bundle.path}`))
        ?.trim()
        .split(' ')[0],
    );
    process.kill(pid, 'SIGKILL');
    for (let i = 0; i < 100 && space.bundles.endpoints()[0]?.state === 'ready'; i++)
      await new Promise((done) => setTimeout(done, 50));
    expect(space.bundles.endpoints()[0]).toMatchObject({ id: endpoint.id, state: 'failed' });
    const again = await space.bundles.serve({ bundle: bundle.path, port: 0, host: '127.0.0.1', token: null });
    expect((await fetch(`${again.url}/v2/health/ready`)).status).toBe(200);
    await space.bundles.stop(again.id);
  });
});
