import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import type { TaskContext } from '../../jobs/task.ts';
import { entryPoint } from '../../program-files.ts';

const require = createRequire(import.meta.url);

/** What a set-up made: where, and what it is, for people. */
export interface Made {
  readonly folder: string;
  readonly detail: string;
}

/** Members of wheels, Python's packages, whose paths begin as told. */
const UNPACK = `
import glob, sys, zipfile
for wheel in glob.glob(sys.argv[1] + "/*.whl"):
    archive = zipfile.ZipFile(wheel)
    archive.extractall(sys.argv[2], [name for name in archive.namelist() if name.startswith(tuple(sys.argv[3:]))])
`;

/** Parts are made for one system alone; another is refused with what it does without. */
export function requireLinux(part: string, without: string): void {
  if (process.platform === 'linux' && process.arch === 'x64') return;
  throw new AppError('NOT_YET_AVAILABLE', {
    message: `${part} can be set up from packages on Linux with an x64 processor; this is ${process.platform} on ${process.arch}.`,
    remedy: without,
  });
}

/** Where an installed package lies. */
export function packageFolder(name: string): string {
  try {
    return dirname(require.resolve(`${name}/package.json`));
  } catch (error) {
    throw new AppError('NOT_YET_AVAILABLE', {
      message: `The optional package ${name} is not installed.`,
      remedy: 'Run `npm ci` without `--omit=optional`.',
      cause: error,
    });
  }
}

/** What `make` leaves in a folder beside takes the place of `folder` once it is whole; broken off, nothing is left. */
export async function madeBeside(folder: string, make: (work: string) => Promise<void>): Promise<void> {
  const work = `${folder}.new`;
  await rm(work, { recursive: true, force: true });
  await mkdir(work, { recursive: true });
  try {
    await make(work);
    await rm(folder, { recursive: true, force: true });
    await rename(work, folder);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Downloads wheels for a newer Linux on x64, whatever Python is here, and nothing that they ask for. */
export const downloadWheels = (wheels: readonly string[], folder: string, signal: AbortSignal): Promise<string> =>
  runProgram(
    'python3',
    [
      ...['-m', 'pip', 'download', '-q', '--no-deps', '--only-binary', ':all:', '--python-version', '3.12'],
      ...['28', '27', '17', '5'].flatMap((glibc) => ['--platform', `manylinux_2_${glibc}_x86_64`]),
      ...['2014', '2010', '1'].flatMap((year) => ['--platform', `manylinux${year}_x86_64`]),
      ...['-d', folder],
      ...wheels,
    ],
    signal,
  );

/** What begins with one of `wanted` in the wheels of a folder. */
export const unpackWheels = (
  wheels: string,
  folder: string,
  { wanted, signal }: { readonly wanted: readonly string[]; readonly signal: AbortSignal },
): Promise<string> => runProgram('python3', ['-c', UNPACK, wheels, folder, ...wanted], signal);

/** What the probe says of one thing, in a process of its own; NOT_VERIFIED where that does not work. */
export async function probed(
  part: 'native' | 'tensorflow',
  { name, folder, signal, env = {} }: { name: string; folder: string; signal: AbortSignal; env?: NodeJS.ProcessEnv },
): Promise<string> {
  const lines = await runProgram(process.execPath, [entryPoint('probe'), part], signal, env);
  const checks = JSON.parse(lines.trim().split('\n').at(-1) ?? '[]') as {
    name: string;
    status: string;
    detail: string;
  }[];
  const answer = checks.find((check) => check.name === name);
  if (answer?.status === 'ok') return answer.detail;
  throw new AppError('NOT_VERIFIED', {
    message: `${name} was made but does not work: ${answer?.detail ?? 'no answer'}.`,
    remedy: `Remove ${folder} and run the set-up again.`,
  });
}

const isThere = (program: string): boolean =>
  (process.env['PATH'] ?? '').split(':').some((folder) => existsSync(join(folder, program)));

/** Runs a program to its end; its last words become the error. */
export function runProgram(
  program: string,
  args: readonly string[],
  signal: AbortSignal,
  env: NodeJS.ProcessEnv = {},
): Promise<string> {
  if (!program.includes('/') && !isThere(program))
    throw new AppError('NOT_YET_AVAILABLE', {
      message: `The set-up needs ${program}, which is not on the path.`,
      remedy: 'Install Python 3 with pip and a C++ compiler (on Debian: apt-get install python3-pip g++).',
      kept: 'Nothing was changed.',
    });
  return new Promise((done, fail) => {
    const child = spawn(program, args, { signal, env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2', ...env } });
    let [printed, complaint] = ['', ''];
    child.stdout.on('data', (chunk) => (printed += String(chunk)));
    child.stderr.on('data', (chunk) => (complaint = `${complaint}${String(chunk)}`.slice(-4000)));
    child.once('error', fail);
    child.once('close', (code) => {
      if (code === 0) return done(printed);
      const words = complaint.trim().split('\n').slice(-3).join(' ');
      fail(
        new AppError('NOT_YET_AVAILABLE', {
          message: `${program} ended with ${code}: ${words}`,
          remedy: 'Put right what it says, then run the set-up again; its download is kept by pip.',
          kept: 'Nothing was changed.',
        }),
      );
    });
  });
}

/** Tells which of a set-up's stages begins. */
export function tellStage<Stage extends string>(context: TaskContext, stages: readonly Stage[], stage: Stage): void {
  context.signal.throwIfAborted();
  const done = stages.indexOf(stage);
  context.progress({ stage, done, total: stages.length, unit: 'steps', rate: null, etaMs: null });
}
