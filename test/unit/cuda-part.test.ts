import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import {
  CUDA_PROVIDER,
  cudaEnvironment,
  cudaFolder,
  ONNX_RUNTIME_VERSION,
} from '../../electron/services/system/cuda-part.ts';

const folder = mkdtempSync(join(tmpdir(), 'drydock-cuda-'));
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(join(folder, CUDA_PROVIDER), { force: true });
});

test('CUDA is found first by its folder, and only once its provider is there', () => {
  vi.stubEnv('LD_LIBRARY_PATH', '/other');
  expect(cudaEnvironment(folder)).toEqual({});
  writeFileSync(join(folder, CUDA_PROVIDER), '');
  expect(cudaEnvironment(folder)).toEqual({ LD_LIBRARY_PATH: `${folder}:/other` });
  vi.stubEnv('LD_LIBRARY_PATH', `${folder}:/other`);
  expect(cudaEnvironment(folder)).toEqual({ LD_LIBRARY_PATH: `${folder}:/other` });
  vi.stubEnv('LD_LIBRARY_PATH', undefined);
  expect(cudaEnvironment(folder)).toEqual({ LD_LIBRARY_PATH: folder });
});

test('its provider is of the ONNX Runtime that is installed', () => {
  const { dependencies } = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../package.json'), 'utf8'));
  expect(dependencies['onnxruntime-node']).toBe(ONNX_RUNTIME_VERSION);
  expect(cudaFolder()).toContain(ONNX_RUNTIME_VERSION);
});
