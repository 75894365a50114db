import { describe, expect, it } from 'vitest';
import { nearestFirst } from '../../renderer/app/nearest-first.ts';
import { resultLink } from '../../renderer/features/jobs/result-link.ts';
import { sampleSteps } from '../../renderer/features/start/sample-steps.ts';
import { toCsv, toTabSeparated } from '../../renderer/lib/delimited-text.ts';
import type { DroppedItem } from '../../renderer/lib/dropped-items.ts';
import { forecast, kindOfMediaType, kindOfName } from '../../renderer/lib/file-kinds.ts';
import { emptyJobView, withEvents } from '../../renderer/lib/job-view.ts';
import { fileStem } from '../../renderer/lib/save-file.ts';
import { sortFiles } from '../../renderer/lib/sort-files.ts';
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

  it('takes weights along with the model they belong to', () => {
    const files = ['application/json', 'application/octet-stream', 'application/octet-stream'].map(kindOfMediaType);
    expect(forecast(files)).toEqual({
      taken: ['2 files of weights', '1 TensorFlow.js model'],
      leftOut: [],
      datasets: 0,
      models: 1,
    });
    expect(forecast([kindOfMediaType('application/octet-stream')])).toMatchObject({ datasets: 1, leftOut: [] });
  });

  it('takes a compressed file for what it holds, and an unknown ending for something to look into', () => {
    expect(kindOfName('flights.csv.gz').kind).toBe('csv');
    expect(kindOfName('FLIGHTS.PARQUET').kind).toBe('parquet');
    expect(kindOfName('rows.weird').isImported).toBe(true);
    expect(kindOfName('book.xlsx').isImported).toBe(false);
  });
});

describe('the palette', () => {
  const actions = (...labels: string[]) => labels.map((label) => ({ id: label, label }));

  it('puts what begins with what was typed first, in each group and among the groups', () => {
    const groups = [
      { group: 'Do', actions: actions('Copy the path of the workspace', 'Train a model') },
      { group: 'Datasets', actions: actions('us-census', 'census', 'flights') },
    ];
    expect(nearestFirst('ce', groups)).toEqual([
      { group: 'Datasets', actions: actions('census', 'us-census') },
      { group: 'Do', actions: actions('Copy the path of the workspace') },
    ]);
    expect(nearestFirst(' ', groups)).toEqual(groups);
  });
});

describe('files that come together', () => {
  const file = (path: string, content = 'x') => ({ path, file: new File([content], path.split('/').at(-1) ?? path) });
  const loose = (...parts: ReturnType<typeof file>[]): DroppedItem[] =>
    parts.map((part) => ({ kind: 'file', file: part.file }));
  const folder = (name: string, ...files: ReturnType<typeof file>[]): DroppedItem => ({
    kind: 'folder',
    name,
    handle: null,
    files,
  });
  const layers = '{"modelTopology": {}, "weightsManifest": []}';
  const told = async (items: readonly DroppedItem[]) => {
    const { taken, leftOut } = await sortFiles(items);
    return { taken: taken.map(({ kind, name, parts }) => [kind, name, parts.length]), leftOut };
  };

  it('are a dataset each, but for a model, which takes its weights along', async () => {
    const items = loose(file('a.csv'), file('model.json', layers), file('rows.json', '{"a":1}'), file('w.bin'));
    expect(await told(items)).toEqual({
      taken: [
        ['dataset', 'a.csv', 1],
        ['dataset', 'rows.json', 1],
        ['model', 'model.json', 2],
      ],
      leftOut: [],
    });
  });

  it('are one dataset when they are a folder of pictures', async () => {
    const digits = folder('digits', file('digits/0/a.png'), file('digits/1/b.png'), file('digits/readme.txt'));
    expect(await told([digits])).toEqual({ taken: [['dataset', 'digits', 3]], leftOut: [] });
  });

  it('count one by one when they are a folder of tables, what is none of them left out by name', async () => {
    const mixed = folder('year', file('year/a.csv'), file('year/more/b.parquet'), file('year/about.md'));
    expect(await told([mixed])).toEqual({
      taken: [
        ['dataset', 'a.csv', 1],
        ['dataset', 'b.parquet', 1],
      ],
      leftOut: ['year/about.md'],
    });
    const model = folder('net', file('net/model.json', layers), file('net/w.bin'), file('net/answers.csv'));
    expect(await told([model])).toEqual({ taken: [['model', 'model.json', 2]], leftOut: ['net/answers.csv'] });
    expect(await told([folder('songs', file('songs/a.mp3'))])).toEqual({ taken: [], leftOut: ['songs/'] });
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
