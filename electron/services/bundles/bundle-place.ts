import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { BUNDLE_FILES } from '../../../shared/bundle-format.ts';
import { AppError, toAppError } from '../../../shared/errors.ts';

/** A file name made of a model's name and version that every system takes. */
export function bundleName(model: string, version: number): string {
  const safe = model.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[.-]+/, '');
  return `${safe || 'model'}-v${version}`;
}

/** Where an export goes: what was asked for, or a place of the model's own in the workspace. A name ending in .zip is a zip. */
export async function bundlePlace(asked: {
  readonly out: string | undefined;
  readonly isZip: boolean;
  readonly bundlesFolder: string;
  readonly name: string;
}): Promise<{ readonly path: string; readonly isZip: boolean }> {
  const extension = (isZip: boolean) => (isZip ? '.zip' : '');
  if (asked.out === undefined) {
    return { path: join(asked.bundlesFolder, `${asked.name}${extension(asked.isZip)}`), isZip: asked.isZip };
  }
  const out = resolve(asked.out);
  const isZip = asked.isZip || extname(out).toLowerCase() === '.zip';
  const isFolder = existsSync(out) && (await stat(out)).isDirectory();
  if (isZip) return { path: isFolder ? join(out, `${asked.name}.zip`) : out, isZip };
  if (existsSync(out) && !isFolder) refuse(`${out} is a file.`);
  // A bundle may be written over, anything else never.
  if (isFolder && !(await isEmptyOrBundle(out))) refuse(`The folder ${out} holds other files.`);
  return { path: out, isZip };
}

function refuse(message: string): never {
  throw new AppError('CONFLICT', { message, remedy: 'Choose a new or empty folder.', kept: 'Nothing was changed.' });
}

async function isEmptyOrBundle(folder: string): Promise<boolean> {
  const names = await readdir(folder);
  return names.length === 0 || (names.includes(BUNDLE_FILES.manifest) && names.includes(BUNDLE_FILES.sums));
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another account's process is alive too.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};

/** What an earlier move left beside the place when its process was killed: the older bundle comes back, the rest goes. */
async function recover(to: string): Promise<void> {
  const folder = dirname(to);
  for (const name of await readdir(folder)) {
    const [, pid, kind] = name.startsWith(`.${basename(to)}.`) ? (/\.(\d+)\.(new|old)$/.exec(name) ?? []) : [];
    if (pid === undefined || isAlive(Number(pid))) continue;
    if (kind === 'old' && !existsSync(to)) await rename(join(folder, name), to);
    else await rm(join(folder, name), { recursive: true, force: true });
  }
}

/** Moves a finished bundle to its place, over an older one; what was there stays whole until the new one is complete. */
export async function placeBundle(from: string, to: string): Promise<void> {
  const beside = (kind: 'new' | 'old') => join(dirname(to), `.${basename(to)}.${process.pid}.${kind}`);
  try {
    await mkdir(dirname(to), { recursive: true });
    await recover(to);
    await moveOrCopy(from, beside('new'));
    if (existsSync(to)) await rename(to, beside('old'));
    await rename(beside('new'), to);
  } catch (error) {
    if (existsSync(beside('old')) && !existsSync(to)) await rename(beside('old'), to);
    // Nothing can lie beside a place that could not be made.
    if (existsSync(dirname(to))) await rm(beside('new'), { recursive: true, force: true }).catch(() => undefined);
    throw toAppError(error);
  }
  await rm(beside('old'), { recursive: true, force: true });
}

async function moveOrCopy(from: string, to: string): Promise<void> {
  await rm(to, { recursive: true, force: true });
  try {
    await rename(from, to);
  } catch (error) {
    // Another file system: copied, and gone at the old place only then.
    if (!(error instanceof Error && 'code' in error && error.code === 'EXDEV')) throw error;
    await cp(from, to, { recursive: true });
    await rm(from, { recursive: true, force: true });
  }
}
