import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { WorkingProviders } from '../../electron/services/system/probe-native.ts';
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
});

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
