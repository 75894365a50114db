import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { VerificationCheck } from '../../../shared/contract/bundles.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Task } from '../../jobs/task.ts';
import { runVerifier } from './run-verifier.ts';
import { unzipInto } from './zip-archive.ts';

export interface VerifyTaskParams {
  /** Folder or zip. */
  readonly path: string;
  readonly runtimeFolder: string;
  readonly keyId: string;
}

/** Runs the conformance test over a bundle; a zip is unpacked into the job's folder first. */
export const verifyTask: Task<VerifyTaskParams, readonly VerificationCheck[]> = async (
  { path, runtimeFolder, keyId },
  context,
) => {
  const tell = (check: VerificationCheck) => {
    context.log(`${check.isOk ? 'ok' : 'FAILED'} ${check.name}: ${check.detail}`);
  };
  const before: VerificationCheck[] = [];
  let bundleFolder = path;
  if (!statSync(path).isDirectory()) {
    bundleFolder = join(context.folder, 'unpacked');
    rmSync(bundleFolder, { recursive: true, force: true });
    const began = performance.now();
    const answer = await unpack(path, bundleFolder);
    before.push({ name: 'archive', ...answer, seconds: (performance.now() - began) / 1000 });
    for (const check of before) tell(check);
    if (!answer.isOk) return before;
  }
  return [...before, ...(await runVerifier({ runtimeFolder, bundleFolder, keyId, signal: context.signal, tell }))];
};

async function unpack(path: string, folder: string): Promise<{ readonly isOk: boolean; readonly detail: string }> {
  try {
    await unzipInto(path, folder);
    return { isOk: true, detail: 'every path inside its folder, of bounded size' };
  } catch (error) {
    // A bad archive is an answer: the bundle does not verify.
    if (error instanceof AppError && error.code === 'CORRUPT') return { isOk: false, detail: error.message };
    throw error;
  }
}
