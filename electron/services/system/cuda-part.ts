import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { partFolder } from '../../compute/part-folder.ts';

/** The release of ONNX Runtime that the program runs: its CUDA provider fits no other. */
export const ONNX_RUNTIME_VERSION = '1.30.0';
export const CUDA_PROVIDER = 'libonnxruntime_providers_cuda.so';

/** The folder of the CUDA provider and the libraries it stands on. DRYDOCK_CUDA names another one. */
export const cudaFolder = (): string => partFolder(`cuda-${ONNX_RUNTIME_VERSION}`, 'DRYDOCK_CUDA');

/**
 * What a process needs in its environment to find CUDA where it is set up, else nothing. ONNX Runtime looks for a provider
 * beside its own library: the folder holds a link to that library, and stands first on the path of libraries.
 */
export function cudaEnvironment(folder = cudaFolder()): { readonly LD_LIBRARY_PATH?: string } {
  if (!existsSync(join(folder, CUDA_PROVIDER))) return {};
  const others = (process.env['LD_LIBRARY_PATH'] ?? '').split(delimiter).filter((one) => one !== '' && one !== folder);
  return { LD_LIBRARY_PATH: [folder, ...others].join(delimiter) };
}
