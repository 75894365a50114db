/** Execution providers of ONNX Runtime that a training may run on, by their names there. */
export const PROVIDERS = [
  { name: 'cpu', label: 'CPU' },
  { name: 'webgpu', label: 'WebGPU' },
  { name: 'cuda', label: 'CUDA' },
  { name: 'dml', label: 'DirectML' },
  { name: 'coreml', label: 'CoreML' },
] as const;

export type Provider = (typeof PROVIDERS)[number]['name'];

export const providerLabel = (name: Provider): string => PROVIDERS.find((one) => one.name === name)?.label ?? name;

export const isProvider = (name: string): name is Provider => PROVIDERS.some((one) => one.name === name);
