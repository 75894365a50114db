import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { seededRandom } from '../../electron/compute/train/seeded-random.ts';
import { WorkingProviders } from '../../electron/services/system/probe-native.ts';
import { startEngine } from '../helpers/engine-process.ts';
import { swiftShaderEnvironment } from '../helpers/swift-shader.ts';

const run = promisify(execFile);
const SCRIPT = resolve(import.meta.dirname, '..', 'helpers', 'train-on-provider.ts');
const PROBE = resolve(import.meta.dirname, '..', '..', 'electron', 'probe.ts');

const Results = z.array(
  z.object({
    name: z.string(),
    provider: z.string(),
    parameters: z.array(z.array(z.number())),
    placed: z.record(z.string(), z.number()),
    log: z.array(z.string()),
  }),
);

async function trainedOn(provider: string, env: Readonly<Record<string, string>>) {
  const { stdout } = await run(process.execPath, [SCRIPT, provider], {
    env: { ...process.env, ...env },
    timeout: 400_000,
  });
  return Results.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
}

const graphics = await swiftShaderEnvironment();
if (graphics === null)
  console.warn('SwiftShader was not found (it comes with Chromium): training on WebGPU is not tested here.');

describe.skipIf(graphics === null)('on WebGPU, here in software', () => {
  it('the probe finds that it works', async () => {
    const { stdout } = await run(process.execPath, [PROBE], { env: { ...process.env, ...graphics } });
    const checks: { name: string; status: string }[] = JSON.parse(stdout.trim().split('\n').at(-1) ?? '[]');
    expect(checks.find(({ name }) => name === 'ONNX Runtime on webgpu')?.status).toBe('ok');
  });

  it('networks learn what they learn on the CPU, or go on there and say why', { timeout: 600_000 }, async () => {
    const onCpu = await trainedOn('cpu', {});
    const onGraphics = await trainedOn('webgpu', graphics ?? {});
    for (const [index, { provider, parameters, placed, log }] of onGraphics.entries()) {
      if (provider === 'webgpu') expect(placed['WebGpuExecutionProvider']).toBeGreaterThan(10);
      else expect(log.join()).toMatch(/WebGPU failed, the CPU goes on: .*MaxPool/);
      for (const [at, values] of parameters.entries())
        for (const [place, value] of values.entries())
          expect(value).toBeCloseTo(onCpu[index]?.parameters[at]?.[place] ?? Number.NaN, 3);
    }
    expect(onGraphics.map(({ provider }) => provider)).toEqual(['webgpu', 'webgpu', 'cpu']);
  });

  it('a card that brings its process down costs no more than a line: the CPU goes on from the checkpoint', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'drydock-lost-card-'));
    const engine = await startEngine(join(folder, 'workspace'), [], graphics ?? {});
    const { client } = engine;
    try {
      const path = join(folder, 'rows.csv');
      writeFileSync(path, tableOf(400));
      await engine.finish(await client.datasets.import({ source: { kind: 'path', path }, options: {} }));
      const start = (provider: 'cpu' | 'webgpu') =>
        client.training.train({
          dataset: 'rows',
          target: { column: 'class', over: null },
          algorithm: 'network',
          provider,
          params: { epochs: 100, patience: 100, hidden: [8], batchRows: 50 },
          seed: 5,
        });
      const whole = Trained.parse(await engine.finish(await start('cpu'))).model;
      const { jobId } = await start('webgpu');
      const hasCheckpoint = (): boolean =>
        readdirSync(join(folder, 'workspace', 'runs', jobId), { recursive: true }).some((name) =>
          String(name).endsWith('checkpoint.bin'),
        );
      let isKilled = false;
      let shown: string | undefined;
      for await (const event of await client.jobs.watch({ jobId })) {
        if (event.kind === 'progressed') shown = event.progress.provider ?? shown;
        if (event.kind !== 'measured' || isKilled || !hasCheckpoint()) continue;
        isKilled = true;
        for (const worker of engine.workers()) process.kill(worker, 'SIGABRT');
      }
      const job = await client.jobs.get({ jobId });
      expect(job).toMatchObject({ state: 'succeeded', error: null });
      expect(shown).toBe('CPU');
      const { model } = Trained.parse(job.result);
      expect(model.lineage.environment.provider).toBe('cpu');
      for (const [index, { name, value }] of model.metrics.entries())
        expect(value ?? 0, name).toBeCloseTo(whole.metrics[index]?.value ?? Number.NaN, 2);
      const log = (await client.jobs.log({ jobId })).map(({ line }) => line).join('\n');
      expect(log).toMatch(
        /killed by SIGABRT while it computed on webgpu.* It goes on without, from its last checkpoint/,
      );
      expect(log).toMatch(/runs on WebGPU.*resumed after epoch \d+\n.*runs on CPU/s);
    } finally {
      await engine.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  }, 300_000);
});

const Trained = z.object({
  model: z.object({
    lineage: z.object({ environment: z.object({ provider: z.string() }) }),
    metrics: z.array(z.object({ name: z.string(), value: z.number().nullable() })),
  }),
});

/** Two numbers and a class that depends on both. */
function tableOf(rows: number): string {
  const random = seededRandom(8);
  const lines = Array.from({ length: rows }, () => {
    const [a, b] = [random() * 4 - 2, random() * 4 - 2];
    return `${a.toFixed(4)},${b.toFixed(4)},${a * b + a + random() > 0.5 ? 'yes' : 'no'}`;
  });
  return `a,b,class\n${lines.join('\n')}\n`;
}

describe('a provider', () => {
  const working = new WorkingProviders(async () => [
    { name: 'ONNX Runtime on cpu', status: 'ok', detail: '', remedy: null },
    { name: 'ONNX Runtime on webgpu', status: 'ok', detail: '', remedy: null },
    { name: 'ONNX Runtime on cuda', status: 'warning', detail: 'no library', remedy: null },
  ]);

  it('is one that the probe found to work, the CPU always', async () => {
    expect(await working.all()).toEqual(['cpu', 'webgpu']);
    expect(await new WorkingProviders(async () => []).all()).toEqual(['cpu']);
  });

  it('that was asked for and does not work is refused with what the probe saw', async () => {
    expect(await working.require('webgpu')).toBe('webgpu');
    await expect(working.require('cuda')).rejects.toThrow(/cuda does not work here: no library/);
    await expect(working.require('coreml')).rejects.toThrow(/coreml does not work here: this build/);
  });
});
