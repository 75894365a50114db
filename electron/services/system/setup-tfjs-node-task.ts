import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import {
  bindingPath,
  madePath,
  nativeFolder,
  nativePart,
  TENSORFLOW_VERSION,
  TFJS_NODE_VERSION,
} from '../../compute/tfjs/native-part.ts';
import type { Task, TaskContext } from '../../jobs/task.ts';
import { entryPoint } from '../../program-files.ts';

const require = createRequire(import.meta.url);
const STAGES = ['download', 'unpack', 'compile', 'check'] as const;
/** What of the wheel is needed: two libraries and the headers the addon is compiled with. */
const UNPACK = `
import glob, sys, zipfile
archive = zipfile.ZipFile(glob.glob(sys.argv[1] + "/*.whl")[0])
wanted = [n for n in archive.namelist() if n.startswith("tensorflow/include/") or n.startswith(("tensorflow/libtensorflow_cc.so", "tensorflow/libtensorflow_framework.so"))]
archive.extractall(sys.argv[2], wanted)
`;

export interface SetupResult {
  readonly folder: string;
  readonly detail: string;
}

/**
 * Makes the native part of tfjs-node from package registries alone: TensorFlow's library out of its wheel for Python, the
 * addon compiled here from the sources that come with the package. Everything is made beside and renamed at the end; what is
 * already set up is only checked.
 */
export const setupTfjsNodeTask: Task<Record<string, never>, SetupResult> = async (_, context) => {
  const folder = nativeFolder();
  if (nativePart() === null) await make(folder, context);
  tell(context, 'check');
  const detail = await check(context.signal);
  context.log(detail);
  return { folder, detail };
};

async function make(folder: string, context: TaskContext): Promise<void> {
  requireSystem();
  const { signal } = context;
  const sources = packageFolder('@tensorflow/tfjs-node');
  const headers = join(packageFolder('node-api-headers'), 'include');
  const work = `${folder}.new`;
  await rm(work, { recursive: true, force: true });
  await mkdir(work, { recursive: true });
  try {
    const wheel = join(work, 'wheel');
    tell(context, 'download');
    const wanted = `tensorflow-cpu==${TENSORFLOW_VERSION}`;
    const platform = ['--only-binary', ':all:', '--python-version', '3.11', '--platform', 'manylinux_2_27_x86_64'];
    await run('python3', ['-m', 'pip', 'download', '-q', '--no-deps', ...platform, '-d', wheel, wanted], signal);
    tell(context, 'unpack');
    await run('python3', ['-c', UNPACK, wheel, work], signal);
    await rm(wheel, { recursive: true });
    for (const name of ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'])
      await rename(join(work, 'tensorflow', name), join(work, name));
    await symlink('libtensorflow_cc.so.2', join(work, 'libtensorflow.so'));
    await symlink('libtensorflow_framework.so.2', join(work, 'libtensorflow_framework.so'));
    tell(context, 'compile');
    const units = (await readdir(join(sources, 'binding'))).filter((name) => name.endsWith('.cc'));
    await run(
      'g++',
      [
        ...'-std=c++17 -O2 -fPIC -shared -fvisibility=hidden -w'.split(' '),
        ...'-DNAPI_VERSION=8 -DNODE_GYP_MODULE_NAME=tfjs_binding -DBUILDING_NODE_EXTENSION'.split(' '),
        ...[headers, sources, join(work, 'tensorflow', 'include')].map((path) => `-I${path}`),
        ...units.map((name) => join(sources, 'binding', name)),
        `-L${work}`,
        ...'-ltensorflow -ltensorflow_framework -Wl,-rpath,$ORIGIN -o'.split(' '),
        bindingPath(work),
      ],
      signal,
    );
    await rm(join(work, 'tensorflow'), { recursive: true });
    await writeFile(madePath(work), JSON.stringify({ tensorflow: TENSORFLOW_VERSION, tfjsNode: TFJS_NODE_VERSION }));
    await rm(folder, { recursive: true, force: true });
    await rename(work, folder);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

function requireSystem(): void {
  if (process.platform === 'linux' && process.arch === 'x64') return;
  throw new AppError('NOT_YET_AVAILABLE', {
    message: `tfjs-node can be set up from packages on Linux with an x64 processor; this is ${process.platform} on ${process.arch}.`,
    remedy: 'TensorFlow.js trains on WebAssembly here; ONNX Runtime is quicker anyway.',
  });
}

function packageFolder(name: string): string {
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

/** Loads it in a process of its own and multiplies two matrices. */
async function check(signal: AbortSignal): Promise<string> {
  const lines = await run(process.execPath, [entryPoint('probe'), 'tensorflow'], signal);
  const [answer] = JSON.parse(lines.trim().split('\n').at(-1) ?? '[]') as { status: string; detail: string }[];
  if (answer?.status === 'ok') return answer.detail;
  throw new AppError('NOT_VERIFIED', {
    message: `tfjs-node was made but does not work: ${answer?.detail ?? 'no answer'}.`,
    remedy: `Remove ${nativeFolder()} and run the set-up again.`,
  });
}

const isThere = (program: string): boolean =>
  (process.env['PATH'] ?? '').split(':').some((folder) => existsSync(join(folder, program)));

/** Runs a program to its end; its last words become the error. */
function run(program: string, args: readonly string[], signal: AbortSignal): Promise<string> {
  if (!program.includes('/') && !isThere(program))
    throw new AppError('NOT_YET_AVAILABLE', {
      message: `The set-up needs ${program}, which is not on the path.`,
      remedy: 'Install Python 3 with pip and a C++ compiler (on Debian: apt-get install python3-pip g++).',
      kept: 'Nothing was changed.',
    });
  return new Promise((done, fail) => {
    const child = spawn(program, args, { signal, env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' } });
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
          remedy: 'Put right what it says, then run `drydock setup tfjs-node` again; its download is kept by pip.',
          kept: 'Nothing was changed.',
        }),
      );
    });
  });
}

function tell(context: TaskContext, stage: (typeof STAGES)[number]): void {
  context.signal.throwIfAborted();
  const done = STAGES.indexOf(stage);
  context.progress({ stage, done, total: STAGES.length, unit: 'steps', rate: null, etaMs: null });
}
