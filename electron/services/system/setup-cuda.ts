import { existsSync } from 'node:fs';
import { readdir, rename, rm, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import type { TaskContext } from '../../jobs/task.ts';
import { CUDA_PROVIDER, cudaEnvironment, cudaFolder, ONNX_RUNTIME_VERSION } from './cuda-part.ts';
import { providerCheckName } from './probe-native.ts';
import {
  downloadWheels,
  type Made,
  madeBeside,
  packageFolder,
  probed,
  requireLinux,
  runProgram,
  tellStage,
  unpackWheels,
} from './setup-steps.ts';

const STAGES = ['driver', 'download', 'unpack', 'check'] as const;
/** The provider for ONNX Runtime, and the parts of CUDA 13 that it calls. */
const WHEELS = [
  `onnxruntime-gpu==${ONNX_RUNTIME_VERSION}`,
  'nvidia-cublas==13.10.0.20',
  'nvidia-cuda-nvrtc==13.5.37',
  'nvidia-cuda-runtime==13.5.37',
  'nvidia-cudnn-cu13==9.28.1.4',
  'nvidia-curand==10.4.5.25',
];
const WANTED = [
  `onnxruntime/capi/${CUDA_PROVIDER}`,
  'onnxruntime/capi/libonnxruntime_providers_shared.so',
  'nvidia/cu13/lib/',
  'nvidia/cudnn/lib/',
];
const WITHOUT = 'WebGPU and the CPU train without it.';

/**
 * Brings ONNX Runtime's CUDA provider, and what of CUDA it calls, out of their wheels for Python: about 1.1 GB are downloaded,
 * 2 GB kept. Made beside and renamed at the end; what is already set up is only checked, by an inference on the card.
 */
export async function setupCuda(context: TaskContext): Promise<Made> {
  const folder = cudaFolder();
  const { signal } = context;
  requireLinux('CUDA', WITHOUT);
  tellStage(context, STAGES, 'driver');
  await requireDriver(signal);
  if (!existsSync(join(folder, CUDA_PROVIDER))) await make(folder, context);
  tellStage(context, STAGES, 'check');
  const answer = await probed('native', {
    name: providerCheckName('cuda'),
    folder,
    signal,
    env: cudaEnvironment(folder),
  });
  const detail = `CUDA ${answer}; it is used from the next start on`;
  context.log(detail);
  return { folder, detail };
}

async function requireDriver(signal: AbortSignal): Promise<void> {
  try {
    await runProgram('python3', ['-c', 'import ctypes; ctypes.CDLL("libcuda.so.1")'], signal);
  } catch (error) {
    signal.throwIfAborted();
    throw new AppError('NOT_YET_AVAILABLE', {
      message: 'No driver of an NVIDIA card was found: Python 3 could not load its library, libcuda.so.1.',
      remedy: `Install the driver, 580 or newer, then run the set-up again. ${WITHOUT}`,
      kept: 'Nothing was downloaded.',
      cause: error,
    });
  }
}

/** All libraries in one folder, with a link to the ONNX Runtime that is installed. */
async function make(folder: string, context: TaskContext): Promise<void> {
  const { signal } = context;
  const runtime = join(packageFolder('onnxruntime-node'), 'bin', 'napi-v6', 'linux', 'x64', 'libonnxruntime.so.1');
  await madeBeside(folder, async (work) => {
    tellStage(context, STAGES, 'download');
    await downloadWheels(WHEELS, join(work, 'wheels'), signal);
    tellStage(context, STAGES, 'unpack');
    await unpackWheels(join(work, 'wheels'), join(work, 'unpacked'), { wanted: WANTED, signal });
    const paths = await readdir(join(work, 'unpacked'), { recursive: true });
    for (const path of paths.filter((one) => basename(one).includes('.so')))
      await rename(join(work, 'unpacked', path), join(work, basename(path)));
    await symlink(runtime, join(work, basename(runtime)));
    for (const done of ['wheels', 'unpacked']) await rm(join(work, done), { recursive: true });
  });
}
