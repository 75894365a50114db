import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCommand } from '../helpers/command-line.ts';

// `drydock demo --json` on the sample flights, as a stranger starts it: the whole job and the story it tells.

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drydock-demo-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Told {
  readonly bundle: string;
  readonly steps: readonly {
    readonly step: string;
    readonly details: {
      readonly excluded?: readonly { readonly column: string }[];
      readonly metrics?: readonly { readonly name: string; readonly value: number }[];
      readonly columns?: readonly string[];
      readonly chunks?: readonly { readonly label: string; readonly performance: { readonly value: number } | null }[];
    };
  }[];
}

it('goes from the sample flights to a bundle that verifies elsewhere, by a model that fails in October', {
  timeout: 600_000,
}, async () => {
  const workspace = ['--workspace', join(folder, 'workspace'), '--json', '--quiet'];
  const { code, stdout } = await runCommand(['demo', ...workspace]);
  expect(code, stdout).toBe(0);
  const { bundle, steps }: Told = JSON.parse(stdout);
  expect(steps.map(({ step }) => step)).toEqual(
    'import validate train evaluate register drift export verify'.split(' '),
  );
  const of = (step: string) => steps.find((one) => one.step === step)?.details;
  expect(of('train')?.excluded?.map(({ column }) => column)).toEqual(
    expect.arrayContaining(['dep_time', 'dep_delay', 'arr_time', 'air_time', 'time_hour']),
  );
  const june = of('evaluate')?.metrics?.find(({ name }) => name === 'rocAuc')?.value ?? 0;
  const areas = new Map(of('drift')?.chunks?.map(({ label, performance }) => [label, performance?.value ?? 0]));
  expect(june).toBeGreaterThan(0.74);
  expect(areas.get('2013-07') ?? 0).toBeGreaterThan(areas.get('2013-08') ?? 1);
  expect(areas.get('2013-10') ?? 1).toBeLessThan(0.68);
  expect(of('drift')?.columns).toEqual(expect.arrayContaining(['temp', 'wind_gust']));

  const copy = join(folder, 'elsewhere');
  await cp(bundle, copy, { recursive: true });
  expect((await runCommand(['verify', copy, ...workspace])).code).toBe(0);
});
