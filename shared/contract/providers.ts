import { z } from 'zod';

/** Execution providers of ONNX Runtime that a training may run on, by their names there. */
export const Provider = z.enum(['cpu', 'webgpu', 'cuda', 'dml', 'coreml']);
export type Provider = z.infer<typeof Provider>;

/** `auto`: of those that a probe found to work, the one on which a few real steps take least time. */
export const ProviderChoice = z.enum(['auto', ...Provider.options]);
export type ProviderChoice = z.infer<typeof ProviderChoice>;
