import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { freemem, totalmem } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { DoctorCheck } from '../../../shared/contract/system.ts';
import { programFolder } from '../../program-files.ts';
import { probeNative } from './probe-native.ts';

const GIB = 2 ** 30;

/** Looks at everything the program stands on. Native libraries are tried in a process that may die. */
export async function examine(workspace: string): Promise<DoctorCheck[]> {
  const checks = await Promise.all([
    nodeCheck(),
    sqliteCheck(),
    memoryCheck(),
    diskCheck(workspace),
    probeNative(),
    probeNative('tensorflow'),
    electronCheck(),
    chromiumCheck(),
  ]);
  return checks.flat();
}

const ok = (name: string, detail: string): DoctorCheck => ({ name, status: 'ok', detail, remedy: null });

async function nodeCheck(): Promise<DoctorCheck> {
  const major = Number(process.versions.node.split('.')[0]);
  if (major >= 24) return ok('Node', process.version);
  return {
    name: 'Node',
    status: 'failed',
    detail: `${process.version} is too old.`,
    remedy: 'Start with `npm start` or `npx drydock`, which bring Node 24.',
  };
}

async function sqliteCheck(): Promise<DoctorCheck> {
  const database = new Database(':memory:');
  try {
    const { version } = database.prepare('SELECT sqlite_version() AS version').get() as { version: string };
    return ok('SQLite', version);
  } finally {
    database.close();
  }
}

async function memoryCheck(): Promise<DoctorCheck> {
  const detail = `${(freemem() / GIB).toFixed(1)} of ${(totalmem() / GIB).toFixed(1)} GiB free`;
  if (totalmem() >= 4 * GIB) return ok('Memory', detail);
  return { name: 'Memory', status: 'warning', detail, remedy: 'Large files may be slow: 4 GiB or more are advised.' };
}

async function diskCheck(workspace: string): Promise<DoctorCheck> {
  const { bavail, bsize } = await statfs(workspace);
  const free = bavail * bsize;
  const detail = `${(free / GIB).toFixed(1)} GiB free at ${workspace}`;
  if (free >= 2 * GIB) return ok('Disk', detail);
  return {
    name: 'Disk',
    status: free < GIB / 4 ? 'failed' : 'warning',
    detail,
    remedy: 'Free some space, or move the workspace folder.',
  };
}

async function electronCheck(): Promise<DoctorCheck> {
  const folder = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(programFolder(), 'node_modules', 'electron', 'dist');
  if (existsSync(folder)) return ok('Electron', `runtime at ${folder}`);
  return {
    name: 'Electron',
    status: 'warning',
    detail: 'its runtime is not installed',
    remedy: 'The same app opens in a browser; `npm start` fetches the runtime where the network allows.',
  };
}

async function chromiumCheck(): Promise<DoctorCheck> {
  const paths = [
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/Applications/Google Chrome.app',
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  ];
  const found = paths.find((path) => existsSync(path));
  if (found) return ok('Browser', found);
  return {
    name: 'Browser',
    status: 'ok',
    detail: 'none found in the usual places; any browser can open the address',
    remedy: null,
  };
}
