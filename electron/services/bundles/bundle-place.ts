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

/** Moves a finished bundle to its place, over an older one; what was there stays whole until the new one is complete. */
export async function placeBundle(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  const beside = join(dirname(to), `.${basename(to)}.${process.pid}.new`);
  const before = join(dirname(to), `.${basename(to)}.${process.pid}.old`);
  try {
    await moveOrCopy(from, beside);
    if (existsSync(to)) await rename(to, before);
    await rename(beside, to);
  } catch (error) {
    if (existsSync(before) && !existsSync(to)) await rename(before, to);
    await rm(beside, { recursive: true, force: true });
    throw toAppError(error);
  }
  await rm(before, { recursive: true, force: true });
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
