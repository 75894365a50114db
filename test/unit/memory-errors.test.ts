import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { DuckDb } from '../../electron/compute/frame/duckdb.ts';
import type { FrameColumn } from '../../electron/compute/frame/frame.ts';
import { readColumns } from '../../electron/compute/frame/read-columns.ts';
import { detectorOf } from '../../electron/compute/train/detectors.ts';
import type { FitContext } from '../../electron/compute/train/estimator.ts';
import { ESTIMATORS, FINE_TUNE, IMAGE_ESTIMATORS } from '../../electron/compute/train/estimators.ts';
import { workerDeath } from '../../electron/jobs/worker-death.ts';
import { AppError, toAppError } from '../../shared/errors.ts';
import { namedMemoryError } from '../../shared/memory-need.ts';

const NEED = { rows: 200, columns: 50_000, bytesEach: 8, lower: 'leaves' };
const SIZE = '200 rows x 50,000 columns x 8 bytes = 77 MiB';

describe('memory that could not be had', () => {
  it.each([
    'Array buffer allocation failed',
    'Invalid typed array length: 99999999999',
    'WebAssembly.Memory.grow(): Maximum memory size exceeded',
    'WebAssembly.Memory.grow(): Unable to grow instance memory',
    'std::bad_alloc',
    'Worker terminated due to reaching memory limit: JS heap out of memory',
    'Out of Memory Error: failed to allocate data of size 16.0 MiB (1.8 GiB/1.8 GiB used)',
  ])('is told from other errors where an engine says "%s"', (message) => {
    expect(toAppError(new RangeError(message))).toMatchObject({ code: 'OUT_OF_MEMORY' });
    expect(namedMemoryError(new RangeError(message), NEED, 'boosted trees')).toMatchObject({
      code: 'OUT_OF_MEMORY',
      message: `Memory ran out for boosted trees: ${SIZE}.`,
      remedy: expect.stringContaining('lower leaves'),
    });
  });

  it('keeps what was said of it, and gets the size of the data; one that has it stays', () => {
    const said = new AppError('OUT_OF_MEMORY', { message: 'The trees need 5.0 GiB at once.', kept: 'All.' });
    const named = namedMemoryError(said, NEED, 'the worker');
    expect(named).toMatchObject({ message: `The trees need 5.0 GiB at once: ${SIZE}.`, kept: 'All.' });
    expect(namedMemoryError(named, { ...NEED, rows: 1 }, 'the worker')).toBe(named);
    const other = new AppError('DIVERGED', { message: 'The loss is no number.' });
    expect(namedMemoryError(other, NEED, 'the worker')).toBe(other);
  });

  it('is named with the data where the system ended the worker', () => {
    const killed = workerDeath({ exitCode: null, signal: 'SIGKILL', lastWords: '', held: null, holds: NEED });
    expect(killed.message).toContain(`its data are ${SIZE}`);
    expect(killed.remedy).toContain('fewer rows or columns');
    const starved = workerDeath({ exitCode: 134, signal: null, lastWords: 'what():  std::bad_alloc\n', held: null });
    expect(starved.code).toBe('OUT_OF_MEMORY');
  });
});

/** Columns of which no more than so many can be taken before an allocation fails. */
class ScarceColumns extends Map<string, FrameColumn> {
  left = 0;
  override get(name: string): FrameColumn | undefined {
    this.left -= 1;
    if (this.left < 0) throw new RangeError('Array buffer allocation failed');
    return super.get(name);
  }
}

it('a table that does not fit into what is free is refused before it is read', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'drydock-memory-'));
  const path = join(folder, 'table.parquet');
  {
    await using database = await DuckDb.open();
    await database.writeParquet('SELECT range AS a, range AS b FROM range(1000)', path);
  }
  const free = vi.spyOn(process, 'availableMemory').mockReturnValue(2 ** 20);
  await expect(readColumns(path, ['a', 'b'])).rejects.toMatchObject({
    code: 'OUT_OF_MEMORY',
    message: 'The table does not fit into the 1 MiB that are free: 1,000 rows x 2 columns x 8 bytes = 1 MiB.',
  });
  free.mockRestore();
  rmSync(folder, { recursive: true });
});

describe('every algorithm', () => {
  const context: FitContext = {
    seed: 1,
    threads: 1,
    signal: new AbortController().signal,
    folder: '.',
    budgetMs: 1000,
    shouldStop: () => false,
    progress: () => undefined,
    measure: () => undefined,
    log: () => undefined,
  };
  const columns = new ScarceColumns([['a', { kind: 'number', values: Float64Array.of(1, 2, 3) }]]);
  const frame = { rows: 3, columns };
  const part = { features: frame, targets: Float64Array.of(0, 1, 0), weights: null };
  const data = {
    task: 'binary',
    classes: ['no', 'yes'],
    columns: [{ name: 'a', type: 'number' }],
    train: part,
    validation: part,
  } as const;

  it.each(ESTIMATORS.map((estimator) => [estimator.algorithm, estimator] as const))(
    '%s names the rows and columns of which an allocation failed',
    async (_name, estimator) => {
      // Its rows are looked at before it begins.
      columns.left = 2;
      await expect(estimator.fit(data, {}, context)).rejects.toMatchObject({
        code: 'OUT_OF_MEMORY',
        message: expect.stringContaining('6 rows x 1 columns x 8 bytes'),
        remedy: expect.stringContaining(estimator.lower ?? 'fewer rows'),
      });
    },
  );

  it('that learns without answers does too', async () => {
    columns.left = 0;
    await expect(detectorOf('isolationForest').fit(frame, {}, context)).rejects.toMatchObject({
      code: 'OUT_OF_MEMORY',
      message: expect.stringContaining('3 rows x 1 columns x 8 bytes'),
    });
  });

  it('says what to lower, unless rows and columns are all', () => {
    const silent = [...ESTIMATORS, ...IMAGE_ESTIMATORS, FINE_TUNE].filter(({ lower }) => lower === undefined);
    expect(silent.map(({ algorithm }) => algorithm)).toEqual(['linear']);
  });
});
