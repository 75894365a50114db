import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand, startCommand } from '../helpers/command-line.ts';

let folder: string;
let workspace: string;

/** Passengers whose chance to be late grows with the distance and is higher for one of two carriers. */
function journeys(rows: number, shift = 0): string {
  let state = 12345 + shift;
  const random = () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648;
  };
  const lines = Array.from({ length: rows }, (_, index) => {
    const distance = Math.round(100 + 900 * random() + shift * 400);
    const carrier = random() < 0.5 ? 'blue' : 'red';
    const sex = random() < 0.5 ? 'f' : 'm';
    const risk = 1 / (1 + Math.exp(-(distance - 600) / 120 - (carrier === 'red' ? 1 : -1)));
    return `${index + 1},${distance},${carrier},${sex},${Math.round(60 * (risk - 0.5 + (random() - 0.5) / 2))},${random() < risk ? 'late' : 'on time'}`;
  });
  return `id,distance,carrier,sex,minutes,outcome\n${lines.join('\n')}\n`;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drydock-cli-'));
  workspace = join(folder, 'workspace');
  await writeFile(join(folder, 'journeys.csv'), journeys(3000));
  await writeFile(join(folder, 'later.csv'), journeys(2000, 1));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const at = (name: string): string => join(folder, name);
const drydock = (...args: readonly string[]) => runCommand([...args, '--workspace', workspace, '--quiet']);

/** Runs a verb with --json and answers its one document; the exit code must be the one expected. */
async function json<Document>(args: readonly string[], expectedCode = 0): Promise<Document> {
  const { code, stdout, stderr } = await drydock(...args, '--json');
  expect([code, stderr], `${args.join(' ')}\n${stdout.slice(0, 2000)}`).toEqual([expectedCode, '']);
  return JSON.parse(stdout) as Document;
}

describe('data', () => {
  it('is imported as an immutable version with a hash; other data under the same name are the next version', async () => {
    const first = await json<{
      dataset: { name: string; version: number; rows: number; columns: unknown[]; hash: string };
      warnings: unknown[];
      quarantined: number;
    }>(['import', at('journeys.csv')]);
    expect(first).toMatchObject({ dataset: { name: 'journeys', version: 1, rows: 3000 }, quarantined: 0 });
    expect(first.dataset.columns).toHaveLength(6);
    expect(first.dataset.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(await json(['import', at('later.csv'), '--name', 'later'])).toMatchObject({
      dataset: { name: 'later', version: 1 },
    });
    await writeFile(at('more.csv'), journeys(3200));
    expect(await json(['import', at('more.csv'), '--name', 'journeys'])).toMatchObject({
      dataset: { version: 2, rows: 3200 },
    });
  });

  it('comes from a folder too, and every file of it becomes a dataset', async () => {
    await mkdir(at('deliveries'), { recursive: true });
    for (const day of ['monday', 'tuesday']) await writeFile(at(`deliveries/${day}.csv`), 'a,b\n1,2\n3,4\n');
    const { datasets } = await json<{ datasets: { name: string }[] }>(['import', at('deliveries')]);
    expect(datasets.map(({ name }) => name)).toEqual(['monday', 'tuesday']);
  });

  it('is listed and shown with its profile', async () => {
    const { datasets } = await json<{ datasets: { name: string }[] }>(['datasets']);
    expect(new Set(datasets.map(({ name }) => name))).toContain('journeys');
    const shown = await json<{
      rows: number;
      columns: {
        name: string;
        type: string;
        missing: number;
        distinct: number;
        quantiles: object | null;
        histogram: { counts: number[] } | null;
      }[];
    }>(['show', 'journeys@1', '--report', at('profile.html')]);
    expect(shown.rows).toBe(3000);
    const distance = shown.columns.find(({ name }) => name === 'distance');
    expect(distance).toMatchObject({ type: 'integer', missing: 0, quantiles: expect.any(Object) });
    expect(distance?.histogram?.counts.reduce((sum, count) => sum + count, 0)).toBe(3000);
    expect(await readFile(at('profile.html'), 'utf8')).toContain('<svg role="img"');
  });

  it('of an unknown name is answered with the nearest ones', async () => {
    const { error } = await json<{ error: { code: string; message: string; remedy: string } }>(['show', 'journey'], 1);
    expect(error.code).toBe('NOT_FOUND');
    expect(`${error.message} ${error.remedy}`).toContain('journeys');
  });
});

describe('a schema', () => {
  it('is inferred, written to a file, attached as a version', async () => {
    const inferred = await json<{ formatVersion: number; rules: unknown[] }>([
      'schema',
      'infer',
      'journeys',
      '--out',
      at('schema.json'),
    ]);
    expect(inferred.formatVersion).toBe(1);
    expect(JSON.parse(await readFile(at('schema.json'), 'utf8'))).toEqual(inferred);
    expect(await json(['schema', 'set', 'journeys', at('schema.json')])).toMatchObject({
      version: 1,
      rules: inferred.rules,
    });
  });

  it('holds for the data it came from and is broken by data that differ, with the first rows', async () => {
    expect(await json(['validate', 'journeys'])).toMatchObject({ isValid: true, errors: 0 });
    const strict = JSON.parse(await readFile(at('schema.json'), 'utf8')) as { rules: object[] };
    strict.rules = [
      {
        id: 'range(distance)',
        kind: 'range',
        column: 'distance',
        params: { minimum: 0, maximum: 500 },
        severity: 'error',
        environments: [],
      },
    ];
    await writeFile(at('strict.json'), JSON.stringify(strict));
    const report = await json<{
      rules: { rule: string; column: string; severity: string; failed: number; rate: number; firstRows: unknown[] }[];
    }>(['validate', 'journeys', '--schema', at('strict.json'), '--report', at('validation.html')], 3);
    const [rule] = report.rules.filter(({ failed }) => failed > 0);
    expect(rule).toMatchObject({ rule: 'range(distance)', column: 'distance', severity: 'error' });
    expect(rule?.firstRows.length).toBeGreaterThan(0);
    expect(await readFile(at('validation.html'), 'utf8')).toContain('not valid');
  });

  it('that is no schema is refused with the place where it is not', async () => {
    await writeFile(at('broken.json'), '{"formatVersion": 2}');
    const { error } = await json<{ error: { code: string; message: string } }>(
      ['schema', 'set', 'journeys', at('broken.json')],
      1,
    );
    expect(error).toMatchObject({ code: 'BAD_INPUT', message: expect.stringContaining('formatVersion') });
  });
});

interface Trained {
  readonly model: { readonly name: string; readonly version: number };
  readonly metrics: Record<string, number>;
  readonly intervals: Record<string, [number, number]>;
  readonly baseline: Record<string, Record<string, number>>;
  readonly seconds: number;
  readonly rowsPerSecond: number;
}

describe('a model', () => {
  const train = [
    'train',
    'journeys',
    '--target',
    'outcome',
    '--exclude',
    'id,minutes',
    '--sensitive',
    'sex',
    '--seed',
    '7',
    '--name',
    'lateness',
  ];

  it('is trained on a question, better than the baseline, with intervals', async () => {
    const trained = await json<Trained>([...train, '--algorithm', 'linear']);
    expect(trained.model).toMatchObject({ name: 'lateness', version: 1 });
    const [low, high] = trained.intervals.rocAuc ?? [0, 0];
    expect(trained.metrics.rocAuc).toBeGreaterThan(0.75);
    expect(low).toBeLessThan(trained.metrics.rocAuc ?? 0);
    expect(high).toBeGreaterThan(trained.metrics.rocAuc ?? 1);
    expect(Object.keys(trained.baseline).length).toBeGreaterThan(0);
    expect(trained.seconds).toBeGreaterThan(0);
    expect(trained.rowsPerSecond).toBeGreaterThan(0);
  });

  it('comes out the same with the same seed', async () => {
    const [again, { models }] = [
      await json<Trained>([...train, '--algorithm', 'linear']),
      await json<{ models: { hash: string; version: number; name: string }[] }>(['models']),
    ];
    expect(again.model.version).toBe(2);
    const hashes = models.filter(({ name }) => name === 'lateness').map(({ hash }) => hash);
    expect(new Set(hashes).size).toBe(1);
  });

  it('answers a number made a yes/no question', async () => {
    const trained = await json<Trained & { model: { target: object } }>([
      'train',
      'journeys',
      '--target',
      'minutes > 10',
      '--exclude',
      'id,outcome',
      '--algorithm',
      'linear',
      '--name',
      'over-ten',
    ]);
    expect(trained.model.target).toEqual({ column: 'minutes', over: 10 });
  });

  it('learns from named columns alone, and from one that is left out beforehand if asked', async () => {
    const asked = ['train', 'journeys', '--target', 'outcome', '--algorithm', 'linear', '--name', 'asked'];
    const { model } = await json<{ model: { inputs: { name: string }[] } }>([
      ...asked,
      '--columns',
      'distance,id',
      '--include',
      'id',
    ]);
    expect(model.inputs.map(({ name }) => name)).toEqual(['id', 'distance']);
  });

  it('says which column is not there', async () => {
    for (const [option, ...more] of [['outcom'], ['outcome', '--columns', 'distanc']]) {
      const asked = ['train', 'journeys', '--target', option ?? '', ...more];
      const { error } = await json<{ error: { message: string } }>(asked, 2);
      expect(error.message).toContain(`"${more[1] ?? 'outcom'}"`);
    }
  });

  it('is evaluated on other data by group', async () => {
    const report = await json<{ metrics: Record<string, number>; groups: unknown[]; slices: unknown[] }>([
      'evaluate',
      'lateness',
      '--on',
      'later',
      '--sensitive',
      'sex',
      '--report',
      at('evaluation.html'),
    ]);
    expect(report.metrics.rocAuc).toBeGreaterThan(0.6);
    expect(report.groups.length).toBeGreaterThanOrEqual(2);
    expect(await readFile(at('evaluation.html'), 'utf8')).toContain('95 % intervals');
  });

  it('scores a file and a dataset', async () => {
    const byFile = await json<{ rows: number; rowsPerSecond: number; out: string }>([
      'predict',
      'lateness',
      '--in',
      at('later.csv'),
      '--out',
      at('scores.csv'),
    ]);
    expect(byFile).toMatchObject({ rows: 2000, out: at('scores.csv') });
    expect((await readFile(at('scores.csv'), 'utf8')).trim().split('\n')).toHaveLength(2001);
    expect(await json(['predict', 'lateness', '--in', 'later', '--out', at('scores.parquet')])).toMatchObject({
      rows: 2000,
    });
  });

  it('writes predictions as the ending of the file says', async () => {
    const written = async (name: string): Promise<readonly string[]> => {
      await json(['predict', 'lateness', '--in', 'later', '--out', at(name)]);
      return (await readFile(at(name), 'utf8')).trim().split('\n');
    };
    const [commas, tabs, lines] = [await written('as.csv'), await written('as.tsv'), await written('as.jsonl')];
    expect(tabs.map((line) => line.replaceAll('\t', ','))).toEqual(commas);
    const [names = '', first = ''] = commas;
    expect(lines).toHaveLength(2000);
    const record = JSON.parse(lines[0] ?? '') as Record<string, unknown>;
    expect(Object.keys(record)).toEqual(names.trim().split(','));
    expect(Object.values(record).map(String)).toEqual(first.trim().split(','));
  });

  it('scores tabs and JSON Lines as it does CSV, without the lines that cannot be read, and writes no formula', async () => {
    const [head = '', ...lines] = journeys(50, 1).trim().split('\n');
    const [names, rows] = [`${head},note`, lines.map((line) => `${line},=1+1`)];
    await writeFile(at('few.tsv'), `${[names, ...rows, 'a,b'].join('\n').replaceAll(',', '\t')}\n`);
    const records = rows.map((line) => {
      const cells = line.split(',').map((cell) => (/^-?\d+$/.test(cell) ? Number(cell) + 0 : cell));
      return JSON.stringify(Object.fromEntries(names.split(',').map((name, index) => [name, cells[index]])));
    });
    await writeFile(at('few.jsonl'), `${[...records, '{"id": 1,'].join('\n')}\n`);
    for (const file of ['few.tsv', 'few.jsonl']) {
      const document = await json(['predict', 'lateness', '--in', at(file), '--out', at(`${file}.scores.csv`)]);
      expect(document).toMatchObject({ rows: 50, quarantined: 1 });
    }
    const [tabs, jsonl] = await Promise.all(
      ['few.tsv', 'few.jsonl'].map(async (file) =>
        (await readFile(at(`${file}.scores.csv`), 'utf8')).trim().split('\n'),
      ),
    );
    // Whole numbers of both signs are read from JSON as decimals.
    expect(tabs).toEqual(jsonl?.map((line) => line.replaceAll(/\.0(?=,)/g, '')));
    expect(tabs?.slice(1).every((line) => line.includes("'=1+1"))).toBe(true);
  });

  it('is promoted and rolled back', async () => {
    expect(await json(['promote', 'lateness@1', '--to', 'champion'])).toMatchObject({
      alias: 'champion',
      model: { version: 1 },
    });
    expect(await json(['promote', 'lateness@2', '--to', 'champion'])).toMatchObject({ model: { version: 2 } });
    expect(await json(['rollback', 'lateness@champion'])).toMatchObject({ model: { version: 1 } });
  });
});

describe('drift', () => {
  it('is found where there is some (exit code 3), with the tests that were asked for', async () => {
    const report = await json<{
      columns: { column: string; test: string; statistic: number; threshold: number; isDrifted: boolean }[];
      share: number;
      chunks: unknown[];
    }>(
      [
        'drift',
        '--reference',
        'journeys',
        '--current',
        'later',
        '--columns',
        'distance',
        '--tests',
        'distance=ks:method=exact',
        '--model',
        'lateness',
        '--report',
        at('drift.html'),
      ],
      3,
    );
    expect(report.columns).toMatchObject([{ column: 'distance', test: 'kolmogorovSmirnov', isDrifted: true }]);
    expect(await readFile(at('drift.html'), 'utf8')).toContain('has drifted');
  });

  it('is looked for in an id that a test names, and columns that are not there are refused by name', async () => {
    const drift = ['drift', '--reference', 'journeys', '--current', 'later'];
    const { columns } = await json<{ columns: { column: string; test: string }[] }>([...drift, '--tests', 'id=ks'], 3);
    expect(columns).toContainEqual(expect.objectContaining({ column: 'id', test: 'kolmogorovSmirnov' }));
    for (const options of [
      ['--tests', 'nope=ks'],
      ['--time', 'nope', '--chunk', 'day'],
      ['--columns', 'nope'],
    ])
      expect(await json([...drift, ...options], 2)).toMatchObject({
        error: { code: 'INVALID_ARGUMENT', details: { column: 'nope' } },
      });
  });

  it('is not found between a dataset and itself', async () => {
    expect(await json(['drift', '--reference', 'journeys@1', '--current', 'journeys@1'])).toMatchObject({
      share: 0,
      isDrifted: false,
    });
  });
});

describe('a bundle', () => {
  it('is exported with checksums, verified, and verifies again; a changed file is found (exit code 3)', async () => {
    const exported = await json<{ bundle: string; files: { path: string }[]; verified: boolean }>([
      'export',
      'lateness',
      '--out',
      at('bundle'),
    ]);
    expect(exported).toMatchObject({ bundle: at('bundle'), verified: true });
    expect(exported.files.map(({ path }) => path)).toEqual(expect.arrayContaining(['model.onnx']));
    const verified = await json<{ checks: { isOk: boolean }[] }>(['verify', at('bundle')]);
    expect(verified.checks.every(({ isOk }) => isOk)).toBe(true);
    const model = await readFile(at('bundle/model.onnx'));
    model[model.length - 1] = (model[model.length - 1] ?? 0) ^ 1;
    await writeFile(at('bundle/model.onnx'), model);
    expect(await json(['verify', at('bundle')], 3)).toMatchObject({ isVerified: false });
  });

  it('is served with one line, answers, and ends with Ctrl-C', async () => {
    const serving = startCommand(['serve', 'lateness', '--json', '--quiet', '--workspace', workspace]);
    await expect.poll(() => serving.stdout(), { timeout: 30_000 }).toContain('\n');
    const { listening } = JSON.parse(serving.stdout()) as { listening: string };
    expect((await fetch(`${listening}/v2/health/ready`)).status).toBe(200);
    serving.child.kill('SIGINT');
    expect((await serving.ended).code).toBe(0);
  });
});

describe('Ctrl-C', () => {
  it('cancels the job, says how to go on, and ends with 130; the job can be resumed by that command', async () => {
    const training = startCommand([
      'train',
      'journeys',
      '--target',
      'outcome',
      '--exclude',
      'id,minutes',
      '--algorithm',
      'network',
      '--param',
      'epochs=10000',
      '--param',
      'patience=10000',
      '--workspace',
      workspace,
    ]);
    await expect.poll(() => training.stderr(), { timeout: 60_000, interval: 100 }).toMatch(/epochs/);
    training.child.kill('SIGINT');
    const { code, stderr } = await training.ended;
    expect(code).toBe(130);
    expect(stderr).toMatch(/^next: Resume it with: drydock jobs resume [0-9A-Z]{26} --workspace /m);
    const { jobs } = await json<{ jobs: { state: string; isResumable: boolean }[] }>(['jobs']);
    expect(jobs[0]).toMatchObject({ state: 'cancelled', isResumable: true });
  });
});
