import { describe, expect, it } from 'vitest';
import { resultLink } from '../../renderer/features/jobs/result-link.ts';
import { sampleSteps } from '../../renderer/features/start/sample-steps.ts';
import { toCsv, toTabSeparated } from '../../renderer/lib/delimited-text.ts';
import { forecast, kindOfMediaType, kindOfName } from '../../renderer/lib/file-kinds.ts';
import { emptyJobView, withEvents } from '../../renderer/lib/job-view.ts';
import { fileStem } from '../../renderer/lib/save-file.ts';
import { type Job, JobEvent } from '../../shared/contract/jobs.ts';

const job = (part: Partial<Job>): Job => {
  const event = JobEvent.parse({
    kind: 'snapshot',
    job: {
      id: '01JD0000000000000000000001',
      kind: 'import',
      title: 'Import flights',
      state: 'running',
      progress: null,
      createdAt: '2026-11-24T00:00:00Z',
      startedAt: null,
      endedAt: null,
      params: {},
      result: null,
      error: null,
      isResumable: false,
      ...part,
    },
  });
  if (event.kind !== 'snapshot') throw new Error('not a snapshot');
  return event.job;
};

describe('what a drop will do', () => {
  it('is said by kind before release: what becomes a dataset, what is left out', () => {
    const files = ['text/csv', 'text/csv', 'image/png'].map(kindOfMediaType);
    expect(forecast(files)).toEqual({
      taken: ['2 CSV or TSV files'],
      leftOut: ['1 image: left out'],
      datasets: 2,
      models: 0,
    });
  });

  it('takes a compressed file for what it holds, and an unknown ending for something to look into', () => {
    expect(kindOfName('flights.csv.gz').kind).toBe('csv');
    expect(kindOfName('FLIGHTS.PARQUET').kind).toBe('parquet');
    expect(kindOfName('rows.weird').isImported).toBe(true);
    expect(kindOfName('book.xlsx').isImported).toBe(false);
  });
});

describe('figures that leave the page', () => {
  it('are quoted where they need it, and a formula is made harmless', () => {
    const table = {
      columns: ['name', 'value'],
      rows: [
        ['=1+1', -2.5],
        ['a "b", c', null],
      ],
    };
    expect(toCsv(table)).toBe('name,value\r\n\'=1+1,-2.5\r\n"a ""b"", c",\r\n');
    expect(toTabSeparated({ columns: ['a'], rows: [['x\ty']] })).toBe('a\nx y');
  });

  it('go into a file named after the finding', () => {
    expect(fileStem('AUC is 0.75: better than the baseline!')).toBe('auc-is-0-75-better-than-the-baseline');
    expect(fileStem('…')).toBe('drydock');
  });
});

describe('the view of a job', () => {
  it('is built from its events in order', () => {
    const jobId = job({}).id;
    const view = withEvents(emptyJobView, [
      { kind: 'snapshot', job: job({}) },
      {
        kind: 'progressed',
        jobId,
        progress: { stage: 'Reading', done: 5, total: 10, unit: 'rows', rate: null, etaMs: null },
      },
      { kind: 'measured', jobId, point: { step: 1, series: { loss: 0.5 } } },
      { kind: 'logged', jobId, at: '2026-11-24T00:00:01Z', line: 'halfway' },
      { kind: 'snapshot', job: job({ state: 'succeeded' }) },
    ]);
    expect(view.job?.state).toBe('succeeded');
    expect(view.progress?.done).toBe(5);
    expect(view.points).toHaveLength(1);
    expect(view.log).toEqual([{ at: '2026-11-24T00:00:01Z', line: 'halfway' }]);
  });

  it('leads to the place of its result, and nowhere without one', () => {
    expect(resultLink(job({ state: 'succeeded', result: { name: 'flights', version: 2 } }))).toBe('/data/flights@2');
    expect(resultLink(job({ kind: 'drift', state: 'succeeded', result: { id: 'r1' } }))).toBe('/monitor/r1');
    expect(resultLink(job({ state: 'failed', result: null }))).toBeUndefined();
    expect(resultLink(job({ state: 'succeeded', result: 'odd' }))).toBeUndefined();
  });
});

describe('the sample project as it goes', () => {
  it('shows each finished step with what came of it, and the one that runs', () => {
    const log = [
      { at: '', line: 'import: 166158 rows, 20 columns (1.2 s)' },
      { at: '', line: 'something else' },
    ];
    expect(sampleSteps(job({ kind: 'demo' }), log, 'validate')).toEqual([
      { step: 'import', summary: '166158 rows, 20 columns (1.2 s)' },
      { step: 'validate', summary: undefined },
    ]);
  });
});
