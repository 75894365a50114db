import type { Provider } from '../../../shared/contract/providers.ts';

const LABELS: Readonly<Record<Provider, string>> = {
  cpu: 'CPU',
  webgpu: 'WebGPU',
  cuda: 'CUDA',
  dml: 'DirectML',
  coreml: 'CoreML',
};

export const providerLabel = (provider: Provider): string => LABELS[provider];
