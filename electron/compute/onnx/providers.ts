import type { Provider } from '../../../shared/contract/providers.ts';

const LABELS: Readonly<Record<Provider, string>> = {
  cpu: 'CPU',
  webgpu: 'WebGPU',
  cuda: 'CUDA',
  dml: 'DirectML',
  coreml: 'CoreML',
};

/** Those that are left, and the CPU where none is. */
export function withoutProvider(providers: readonly Provider[], lost: string): readonly Provider[] {
  const left = providers.filter((provider) => provider !== lost);
  return left.length > 0 ? left : ['cpu'];
}

export const providerLabel = (provider: Provider): string => LABELS[provider];
