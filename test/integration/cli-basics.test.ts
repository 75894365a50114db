import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand, startCommand } from '../helpers/command-line.ts';

const ENGINE = resolve(import.meta.dirname, '..', '..', 'electron', 'engine.ts');

let folder: string;
let workspace: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drydock-cli-'));
  workspace = join(folder, 'workspace');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const drydock = (...args: readonly string[]) => runCommand([...args, '--workspace', workspace]);
const errorOf = (stdout: string) =>
  (JSON.parse(stdout) as { error: { code: string; message: string; remedy: string | null } }).error;

describe('a reader that leaves early', () => {
  it('is no error of the command', async () => {
    const { child, ended } = startCommand(['datasets', '--workspace', workspace, '--json']);
    child.stdout?.destroy();
    expect(await ended).toMatchObject({ code: 0, stderr: '' });
    await rm(workspace, { recursive: true });
  });
});

describe('help', () => {
  it('lists every verb with a service and none without, and opens no workspace', async () => {
    const { code, stdout } = await runCommand(['--help'], { cwd: folder });
    expect(code).toBe(0);
    for (const verb of [
      'demo',
      'import',
      'datasets',
      'show',
      'schema',
      'validate',
      'train',
      'evaluate',
      'predict',
      'drift',
      'export',
      'verify',
      'explain',
      'serve',
      'models',
      'promote',
      'rollback',
      'jobs',
      'doctor',
    ]) {
      expect(stdout).toMatch(new RegExp(`^  ${verb} `, 'm'));
    }
    expect(await readdir(folder)).toEqual([]);
  });

  it('describes the options of a verb', async () => {
    const { stdout } = await runCommand(['train', '--help']);
    for (const option of [
      '--target',
      '--algorithm',
      '--exclude',
      '--sensitive',
      '--weights',
      '--test',
      '--budget',
      '--name',
    ])
      expect(stdout).toContain(option);
  });
});

describe('wrong usage ends with 2', () => {
  it('for no verb, an unknown verb, an unknown option, a missing one and a wrong value', async () => {
    const codes = await Promise.all(
      [
        [],
        ['trian'],
        ['datasets', '--nope'],
        ['train', 'x'],
        ['drift', '--reference', 'a', '--current', 'b', '--chunk', 'sometimes'],
      ].map(async (args) => (await drydock(...args)).code),
    );
    expect(codes).toEqual([2, 2, 2, 2, 2]);
  });

  it('with one JSON document on stdout when asked for, and the nearest verb named', async () => {
    const { code, stdout, stderr } = await drydock('trian', '--json');
    expect([code, stderr]).toEqual([2, '']);
    expect(errorOf(stdout)).toMatchObject({ code: 'INVALID_ARGUMENT', message: expect.stringContaining('train') });
  });
});

describe('an error', () => {
  it('is one line what, one line what to do, on stderr, with exit code 1', async () => {
    const { code, stdout, stderr } = await drydock('import', join(folder, 'absent.csv'));
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr.trim().split('\n')).toEqual([
      `error: There is no file ${join(folder, 'absent.csv')}.`,
      'next: Check the path.',
    ]);
  });

  it('of an unusable workspace says so before anything else', async () => {
    await writeFile(join(folder, 'a-file'), 'not a folder');
    const { code, stdout } = await runCommand(['datasets', '--json', '--workspace', join(folder, 'a-file')]);
    expect(code).toBe(1);
    expect(errorOf(stdout).code).toMatch(/WORKSPACE_UNUSABLE|READ_ONLY/);
  });

  it.skipIf(process.getuid?.() === 0)('of a read-only workspace names the folder and the remedy', async () => {
    const readOnly = await mkdtemp(join(folder, 'read-only-'));
    await chmod(readOnly, 0o555);
    const { code, stdout } = await runCommand(['datasets', '--json', '--workspace', readOnly]);
    await chmod(readOnly, 0o755);
    expect(code).toBe(1);
    expect(errorOf(stdout).remedy).toBeTruthy();
  });
});

describe('verbs that need no data', () => {
  it('list nothing in a new workspace, which is made on first use', async () => {
    const [datasets, models, jobs] = [
      await drydock('datasets', '--json'),
      await drydock('models', '--json'),
      await drydock('jobs', '--json'),
    ];
    expect([datasets, models, jobs].map(({ code, stdout }) => [code, JSON.parse(stdout)])).toEqual([
      [0, { datasets: [] }],
      [0, { models: [] }],
      [0, { jobs: [] }],
    ]);
  });

  it('take the workspace from the environment too', async () => {
    const other = join(folder, 'other');
    const { code } = await runCommand(['models', '--json'], { env: { DRYDOCK_WORKSPACE: other } });
    expect(code).toBe(0);
    expect(await readdir(other)).toContain('drydock.db');
  });

  it('probe the runtime for real in doctor, each finding with its remedy', async () => {
    const { stdout } = await drydock('doctor', '--json');
    const { checks } = JSON.parse(stdout) as { checks: { name: string; status: string; remedy: string | null }[] };
    expect(checks.find(({ name }) => name === 'DuckDB')?.status).toBe('ok');
    expect(checks.find(({ name }) => name.includes('cpu'))?.status).toBe('ok');
    expect(checks.filter(({ status, remedy }) => status !== 'ok' && remedy === null)).toEqual([]);
  });

  it('name the nearest when a name is unknown', async () => {
    const { code, stdout } = await drydock('promote', 'nobody', '--to', 'champion', '--json');
    expect(code).toBe(1);
    expect(errorOf(stdout).code).toBe('NOT_FOUND');
  });
});

describe('a workspace that is open elsewhere', () => {
  it('is reached through the engine of the window instead of failing', async () => {
    const shared = join(folder, 'shared');
    const window = spawn(process.execPath, [ENGINE, '--workspace', shared], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    await new Promise((done) => window.once('message', done));
    const commands = await Promise.all(
      [['doctor'], ['models'], ['jobs']].map((args) => runCommand([...args, '--json', '--workspace', shared])),
    );
    expect(commands.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(JSON.parse(await readFile(join(shared, 'engine.json'), 'utf8'))).toMatchObject({ pid: window.pid });
    const ended = new Promise((done) => window.once('exit', done));
    window.send({ kind: 'stop' });
    expect(await ended).toBe(0);
  });

  it('takes several commands at once, whichever comes first', async () => {
    const shared = join(folder, 'busy');
    const commands = await Promise.all(
      ['doctor', 'models', 'jobs'].map((verb) => runCommand([verb, '--json', '--workspace', shared])),
    );
    expect(commands.map(({ code, stdout }) => [code, Object.keys(JSON.parse(stdout))])).toEqual([
      [0, ['checks']],
      [0, ['models']],
      [0, ['jobs']],
    ]);
  });
});
