import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { DuckDb, quoteIdentifier, quoteLiteral } from '../../electron/compute/frame/duckdb.ts';
import { answerOf } from '../helpers/command-line.ts';

const DATA = resolve(import.meta.dirname, 'data', 'training-quality');
const SAMPLE = resolve(import.meta.dirname, '..', '..', 'resources', 'sample');

const Expected = z.object({
  cases: z.array(
    z.object({
      id: z.string(),
      input: z.string(),
      target: z.string(),
      leftOut: z.array(z.string()),
      testRows: z.number(),
      algorithm: z.enum(['linear', 'network', 'boosting']),
      metric: z.enum(['rocAuc', 'rmse']),
      mean: z.number(),
      sd: z.number(),
    }),
  ),
});
type Case = z.infer<typeof Expected>['cases'][number];
const { cases } = Expected.parse(JSON.parse(await readFile(join(DATA, 'expected.json'), 'utf8')));

/** A linear model has one answer: it may be this far off, in AUC or as a share of the error. */
const LINEAR_AUC = 0.002;
const LINEAR_RMSE = 0.005;

let folder = '';
const workspace = () => join(folder, 'workspace');
const datasetOf = ({ id }: Case): string => id.split('/')[0] ?? '';

const run = (...args: string[]) => answerOf(workspace(), args);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drydock-quality-'));
  await using database = await DuckDb.open({});
  for (const one of new Map(cases.map((each) => [datasetOf(each), each])).values()) {
    const source = join(one.input.startsWith('census') ? SAMPLE : DATA, one.input);
    const path = join(folder, `${datasetOf(one)}.parquet`);
    const without = one.leftOut.length > 0 ? `EXCLUDE (${one.leftOut.map(quoteIdentifier).join(', ')})` : '';
    // The rule of the split is part of the reference.
    await database.writeParquet(
      `SELECT * ${without} REPLACE (CASE WHEN part * 2654435761 % 4294967296 < 858993459 THEN 'test' ELSE 'train' END AS part)
       FROM (SELECT * EXCLUDE (file_row_number), file_row_number AS part FROM read_parquet(${quoteLiteral(source)}, file_row_number = true))`,
      path,
    );
    await run('import', path, '--name', datasetOf(one));
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const Trained = z.object({ metrics: z.record(z.string(), z.number().nullable()), testRows: z.number() });

describe('trained with default settings from the command line', () => {
  it.each(cases.map((one) => [one.id, one] as const))('%s is as good as its peer on the same rows', async (_, one) => {
    const answer = Trained.parse(
      await run('train', datasetOf(one), '--target', one.target, '--algorithm', one.algorithm, '--test', 'part'),
    );
    expect(answer.testRows).toBe(one.testRows);
    const got = answer.metrics[one.metric] ?? Number.NaN;
    if (one.algorithm === 'linear')
      expect(Math.abs(got - one.mean)).toBeLessThanOrEqual(
        one.metric === 'rocAuc' ? LINEAR_AUC : LINEAR_RMSE * one.mean,
      );
    else if (one.metric === 'rocAuc') expect(got).toBeGreaterThanOrEqual(one.mean - one.sd);
    else expect(got).toBeLessThanOrEqual(one.mean + one.sd);
  });
});
