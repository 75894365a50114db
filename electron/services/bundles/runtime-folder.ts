import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { AppError } from '../../../shared/errors.ts';
import { bundledFile, entryPoint, programFolder } from '../../program-files.ts';

const run = promisify(execFile);

/** The folder of the built server. From sources it is built first when it is stale; elsewhere it came with the program. */
export async function runtimeFolder(): Promise<string> {
  const folder = bundledFile('runtime');
  const script = join(programFolder(), 'electron', 'runtime', 'build.ts');
  if (entryPoint('engine').endsWith('.ts') && existsSync(script)) {
    await run(process.execPath, ['--disable-warning=ExperimentalWarning', script]);
  }
  if (existsSync(join(folder, 'server.mjs'))) return folder;
  throw new AppError('NOT_FOUND', {
    message: `The server for bundles was not built: ${folder} is missing.`,
    remedy: 'Run "npm run build", or install Drydock again.',
  });
}
