import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../../electron/store/database.ts';
import { Workspace } from '../../electron/store/workspace.ts';
import { readEndpoint } from '../../electron/store/workspace-lock.ts';

const OPENER = `
import { Workspace } from ${JSON.stringify(new URL('../../electron/store/workspace.ts', import.meta.url).href)};
await Workspace.open(process.argv[1]);
console.log('open');
setInterval(() => {}, 1000);
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'drydock-store-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Another process that holds the workspace. */
async function holder(path: string): Promise<{ pid: number; kill(): Promise<void> }> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', OPENER, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((done, fail) => {
    child.stdout.once('data', () => done());
    child.once('exit', () => fail(new Error('The holder ended.')));
  });
  return {
    pid: child.pid ?? 0,
    async kill() {
      const ended = new Promise((done) => child.once('exit', done));
      child.kill('SIGKILL');
      await ended;
    },
  };
}

describe('a workspace', () => {
  it('is refused to a second process, which learns who holds it', async () => {
    const other = await holder(folder);
    await expect(Workspace.open(folder)).rejects.toMatchObject({
      code: 'WORKSPACE_LOCKED',
      details: { pid: other.pid },
    });
    await other.kill();
  });

  it('opens again at once after its holder was killed', async () => {
    await (await holder(folder)).kill();
    const workspace = await Workspace.open(folder);
    expect(readEndpoint(folder)?.pid).toBe(process.pid);
    workspace.close();
  });

  it('keeps the address and token of its engine from other accounts', async () => {
    const workspace = await Workspace.open(folder);
    workspace.publishEndpoint({ pid: process.pid, url: 'http://127.0.0.1:1', token: 'secret' });
    expect(statSync(join(folder, 'engine.json')).mode & 0o777).toBe(0o600);
    workspace.close();
  });

  it('is not made in a folder that holds other files', async () => {
    writeFileSync(join(folder, 'thesis.txt'), 'mine');
    await expect(Workspace.open(folder)).rejects.toMatchObject({ code: 'WORKSPACE_UNUSABLE' });
    expect(readdirSync(folder)).toEqual(['thesis.txt']);
  });

  it('of a newer version is left as it is', async () => {
    (await Workspace.open(folder)).close();
    const database = new Database(join(folder, 'drydock.db'));
    database.pragma('user_version = 999');
    database.close();
    await expect(Workspace.open(folder)).rejects.toMatchObject({ code: 'WORKSPACE_UNUSABLE' });
  });
});

describe('migrations', () => {
  const first = { name: 'first', sql: 'CREATE TABLE things (name TEXT) STRICT' };

  it('leave a copy of the database as it was before each step', async () => {
    const path = join(folder, 'drydock.db');
    const before = await openDatabase(path, [first]);
    before.exec("INSERT INTO things VALUES ('kept')");
    before.close();
    (await openDatabase(path, [first, { name: 'second', sql: 'DROP TABLE things' }])).close();
    const [backup] = readdirSync(folder).filter((name) => name.endsWith('.backup'));
    const copy = new Database(join(folder, backup ?? ''), { readonly: true });
    expect(copy.prepare('SELECT name FROM things').get()).toEqual({ name: 'kept' });
    copy.close();
  });

  it('that fail change nothing', async () => {
    const path = join(folder, 'drydock.db');
    (await openDatabase(path, [first])).close();
    await expect(openDatabase(path, [first, { name: 'broken', sql: 'DROP TABLE things; NONSENSE' }])).rejects.toThrow();
    const database = new Database(path);
    expect(database.pragma('user_version', { simple: true })).toBe(1);
    expect(database.prepare('SELECT count(*) AS count FROM things').get()).toEqual({ count: 0 });
    database.close();
  });

  it('keep the last three copies', async () => {
    const path = join(folder, 'drydock.db');
    const steps = [
      first,
      ...[2, 3, 4, 5, 6].map((n) => ({ name: `step-${n}`, sql: `CREATE TABLE t${n} (a INT) STRICT` })),
    ];
    for (let count = 1; count <= steps.length; count += 1) (await openDatabase(path, steps.slice(0, count))).close();
    expect(readdirSync(folder).filter((name) => name.endsWith('.backup'))).toHaveLength(3);
  });
});

describe('the artifact store', () => {
  it('names a file by its bytes, and says when they were changed under us', async () => {
    const workspace = await Workspace.open(folder);
    const temporaryPath = join(workspace.jobFolder('a'), 'made.onnx');
    writeFileSync(temporaryPath, 'bytes');
    const { path, hash } = await workspace.artifacts.adopt({ kind: 'models', temporaryPath, extension: '.onnx' });
    expect(existsSync(temporaryPath)).toBe(false);
    expect(await workspace.artifacts.verified('models', hash, '.onnx')).toBe(path);
    writeFileSync(path, 'other bytes');
    await expect(workspace.artifacts.verified('models', hash, '.onnx')).rejects.toMatchObject({ code: 'CORRUPT' });
    workspace.close();
  });

  it('loses at opening what no record names', async () => {
    const workspace = await Workspace.open(folder);
    const temporaryPath = join(workspace.jobFolder('a'), 'made.parquet');
    writeFileSync(temporaryPath, 'half a commit');
    const { path } = await workspace.artifacts.adopt({ kind: 'data', temporaryPath, extension: '.parquet' });
    workspace.collectGarbage();
    expect(existsSync(path)).toBe(false);
    expect(readdirSync(workspace.folder('runs'))).toEqual([]);
    workspace.close();
  });
});

describe('the audit log', () => {
  it('shows that its last entries were taken away', async () => {
    const workspace = await Workspace.open(folder);
    expect(workspace.audit.isIntact()).toBe(true);
    for (const subject of ['a', 'b', 'c']) workspace.audit.append({ event: 'model.promoted', subject });
    workspace.database.exec('DROP TRIGGER audit_log_loses_nothing; DELETE FROM audit_log WHERE sequence = 3');
    expect(workspace.audit.isIntact()).toBe(false);
    workspace.audit.append({ event: 'model.promoted', subject: 'd' });
    expect(workspace.audit.list(1)).toMatchObject([{ sequence: 4, subject: 'd' }]);
    expect(workspace.audit.isIntact()).toBe(false);
    workspace.close();
  });

  it('refuses changes, and shows those made past it', async () => {
    const workspace = await Workspace.open(folder);
    for (const subject of ['a', 'b', 'c']) workspace.audit.append({ event: 'model.promoted', subject });
    expect(workspace.audit.isIntact()).toBe(true);
    expect(() => workspace.database.exec("UPDATE audit_log SET subject = 'x'")).toThrow(/append-only/);
    expect(() => workspace.database.exec('DELETE FROM audit_log')).toThrow(/append-only/);
    workspace.database.exec(
      "DROP TRIGGER audit_log_keeps_entries; UPDATE audit_log SET subject = 'x' WHERE sequence = 2",
    );
    expect(workspace.audit.isIntact()).toBe(false);
    workspace.close();
  });
});
