import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { childrenOf } from '../helpers/engine-process.ts';
import { writeRows } from '../helpers/write-rows.ts';
import { LONG_MS, PersonSession, SAMPLE } from './session.ts';

let session: PersonSession;
let first: Page;
let second: Page;

beforeAll(async () => {
  session = await PersonSession.open();
  first = session.page;
}, LONG_MS);

afterAll(() => session?.close());

/** The engine's process, as it tells other commands of the same workspace. */
function enginePid(): number {
  const file = join(session.folder, 'workspace', 'engine.json');
  const { pid } = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { pid: Number.NaN };
  return Number(pid);
}

describe('two windows on one workspace', () => {
  it('both see what one of them imports, without being asked', { timeout: LONG_MS }, async () => {
    second = await session.secondWindow('/data');
    await second.getByText('Drop', { exact: false }).first().waitFor();
    await first.bringToFront();
    await session.dropToImport([join(SAMPLE, 'flights-nyc-2013-07-to-10-labels.parquet')]);
    await session.importAs('flights-nyc-2013-07-to-10-labels.parquet', 'labels');
    await second.getByRole('link', { name: 'labels', exact: true }).waitFor();
  });

  it('agree on jobs: one opens the list the other filled', { timeout: LONG_MS }, async () => {
    await second.goto(new URL('/jobs', session.host.address).href);
    await second.getByRole('link', { name: 'Import labels', exact: true }).waitFor();
  });
});

describe('a training whose processes die', () => {
  const epochs = () => first.getByText(/^[\d,]+ of 5,000 epochs$/);
  const isLive = () => epochs().waitFor({ timeout: LONG_MS });
  const resume = () => first.getByRole('button', { name: 'Resume', exact: true }).click();

  it('says so on its page, and is taken up again there', { timeout: LONG_MS }, async () => {
    const file = join(session.folder, 'sums.csv');
    await writeRows('SELECT i % 97 AS x, i % 89 AS y, i % 97 + i % 89 > 90 AS is_large FROM range(3000) r(i)', file);
    await session.importFile(file, 'sums');
    const { jobId } = await session.connection.client.training.train({
      dataset: 'sums',
      target: { column: 'is_large', over: null },
      algorithm: 'network',
      params: { epochs: 5000, patience: 5000, hidden: [4] },
    });
    await first.bringToFront();
    await session.goTo(`/train?job=${jobId}`);
    await isLive();
    for (const pid of childrenOf(enginePid())) process.kill(pid, 'SIGKILL');
    await first
      .getByText(/^The worker was killed by SIGKILL/)
      .first()
      .waitFor();
    await resume();
    await isLive();
    process.kill(enginePid(), 'SIGKILL');
    await first.getByText('Interrupted', { exact: false }).first().waitFor();
    await resume();
    await isLive();
    await first.getByRole('button', { name: 'Cancel', exact: true }).click();
    await first.getByText('Cancelled', { exact: true }).first().waitFor();
  });
});

describe('an engine that dies', () => {
  it('is started again, and both windows are live again by themselves; typed words stay', {
    timeout: LONG_MS,
  }, async () => {
    await first.bringToFront();
    await session.goTo('/train?dataset=labels');
    await first.getByLabel('Name of the model').fill('half a name');
    const before = enginePid();
    process.kill(before, 'SIGKILL');
    await first.getByText('Engine ready').waitFor({ state: 'hidden' });
    await first.getByText('Engine ready').waitFor();
    await second.getByText('Engine ready').waitFor();
    expect(enginePid()).not.toBe(before);
    expect(await first.getByLabel('Name of the model').inputValue()).toBe('half a name');
    // It answers, not only listens: columns are looked at.
    await session.choose('Target column', 'arr_delay');
    await first.getByText(/^Found: A number/).waitFor();
    await second.getByRole('link', { name: 'Data', exact: true }).first().click();
    await second.getByRole('link', { name: 'labels', exact: true }).waitFor();
  });
});
