import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../electron/compute/train/seeded-random.ts';
import { runCommand } from '../helpers/command-line.ts';

let folder: string;
let workspace: string;
const drydock = (...args: readonly string[]) => runCommand([...args, '--workspace', workspace, '--quiet', '--json']);

/** Loans paid back or not; a row's weight is 1 or 3. */
function loans(rows: number, seed: number): { readonly rows: string; readonly labels: string } {
  const random = seededRandom(seed);
  const lines = Array.from({ length: rows }, (_, id) => {
    const [income, age] = [random(), random()];
    const paid = random() < 1 / (1 + Math.exp(-6 * (income - 0.5))) ? 'yes' : 'no';
    const city = random() < 0.5 ? 'north' : 'south';
    return { id, cells: [income.toFixed(4), age.toFixed(4), city], weight: random() < 0.5 ? 1 : 3, paid };
  });
  const table = (header: string, of: (line: (typeof lines)[number]) => readonly (string | number)[]) =>
    `${[header, ...lines.map((line) => of(line).join(','))].join('\n')}\n`;
  return {
    rows: table('id,income,age,city,weight,paid', ({ id, cells, weight, paid }) => [id, ...cells, weight, paid]),
    labels: table('id,paid', ({ id, paid }) => [id, paid]),
  };
}

interface Report {
  readonly metrics: Readonly<Record<string, number | null>>;
  readonly intervals: Readonly<Record<string, readonly [number, number]>>;
  readonly baseline: Readonly<Record<string, Readonly<Record<string, number | null>>>>;
  readonly weights: string | null;
  readonly notes: readonly string[];
}
let report: Report;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drydock-evaluate-'));
  workspace = join(folder, 'workspace');
  const [first, later] = [loans(1500, 1), loans(800, 2)];
  const write = (name: string, text: string) => writeFile(join(folder, name), text);
  await write('loans.csv', first.rows);
  await write('later.csv', later.rows);
  await write('unweighted.csv', later.rows.replace('weight', 'other'));
  await write('again.csv', `${later.labels}5,yes\n5,no\n6,yes\n6,no\n`);
  await write('same.csv', `${later.labels}${later.labels.split('\n')[3]}\n`);
  for (const name of ['loans', 'later', 'unweighted', 'again', 'same'])
    expect(await drydock('import', join(folder, `${name}.csv`))).toMatchObject({ code: 0 });
  const asked = ['--target', 'paid', '--algorithm', 'boosting', '--weights', 'weight', '--name', 'loan'];
  expect(await drydock('train', 'loans', ...asked)).toMatchObject({ code: 0 });
  const { code, stdout } = await drydock('evaluate', 'loan', '--on', 'later', '--sensitive', 'city');
  expect(code).toBe(0);
  report = JSON.parse(stdout);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('drydock evaluate', () => {
  it('shows a linear model beside the one that was trained, also on another dataset', () => {
    expect(Object.keys(report.baseline).sort()).toEqual(['linear', 'majority']);
    expect(report.baseline['linear']?.['rocAuc']).toBeGreaterThan(0.7);
    expect(report.baseline['majority']?.['rocAuc']).toBe(0.5);
  });

  it('gives every metric that has an answer an interval', () => {
    const answered = Object.entries(report.metrics).filter(([, value]) => value !== null);
    expect(Object.keys(report.intervals).sort()).toEqual(answered.map(([name]) => name).sort());
    expect(answered.length).toBeGreaterThan(20);
  });

  it('weighs rows as training did, and says so where the weights are missing', async () => {
    expect(report.weights).toBe('weight');
    const { stdout } = await drydock('evaluate', 'loan', '--on', 'unweighted');
    const plain: Report = JSON.parse(stdout);
    expect(plain.weights).toBeNull();
    expect(plain.notes.join()).toContain('"weight"');
    expect(plain.metrics['rocAuc']).not.toBe(report.metrics['rocAuc']);
  });

  it('refuses labels whose key has two answers and names the key', async () => {
    const { code, stderr, stdout } = await drydock(
      'evaluate',
      'loan',
      '--on',
      'later',
      '--labels',
      'again',
      '--key',
      'id',
    );
    expect(code).toBe(1);
    expect(stdout + stderr).toContain('5 has paid no, yes (2 such keys)');
  });

  it('takes labels that stand twice with the same answer', async () => {
    const { code, stdout } = await drydock('evaluate', 'loan', '--on', 'later', '--labels', 'same', '--key', 'id');
    expect(code).toBe(0);
    expect(JSON.parse(stdout).rows).toBe(800);
  });
});

describe('drydock drift with a model', () => {
  it('estimates the performance on rows without answers, near what it turns out to be', async () => {
    const { code, stdout } = await drydock('drift', '--reference', 'loans', '--current', 'later', '--model', 'loan');
    expect([0, 3]).toContain(code);
    const { estimated } = JSON.parse(stdout);
    expect(estimated).toMatchObject({ metric: 'rocAuc', chunks: [] });
    expect(estimated.lower).toBeLessThan(estimated.value);
    expect(Math.abs(estimated.value - (report.metrics['rocAuc'] ?? 0))).toBeLessThan(0.1);
  });
});
