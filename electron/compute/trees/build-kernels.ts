/** `node electron/compute/trees/build-kernels.ts`: compiles the kernels to WebAssembly and writes the modules that hold them. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Each kernel's first source, which names the others, and the module its bytes are kept in. */
export const KERNELS = {
  growing: { source: 'kernel/kernel.ts', module: 'kernel-binary.ts' },
  scoring: { source: 'scoring/kernel/kernel.ts', module: 'scoring/kernel-binary.ts' },
  explaining: { source: 'explaining/kernel/kernel.ts', module: 'explaining/kernel-binary.ts' },
  scanning: { source: '../profile/kernel/kernel.ts', module: '../profile/kernel-binary.ts' },
} as const;

/** A kernel's bytes, compiled anew. Throws with the compiler's words when it does not compile. */
export async function compileKernel(kernel: keyof typeof KERNELS): Promise<Uint8Array> {
  let binary: Uint8Array | undefined;
  const { error, stderr } = await asc.main(
    [
      KERNELS[kernel].source,
      '--baseDir',
      here('.'),
      '--outFile',
      'kernel.wasm',
      '-O3',
      '--noAssert',
      '--runtime',
      'stub',
      '--importMemory',
      '--sharedMemory',
      '--initialMemory',
      '1',
      '--maximumMemory',
      '65536',
      '--enable',
      'simd',
      '--enable',
      'threads',
      '--enable',
      'bulk-memory',
      '--zeroFilledMemory',
    ],
    {
      writeFile: (name: string, content: Uint8Array | string) => {
        if (name === 'kernel.wasm' && typeof content !== 'string') binary = content;
      },
    },
  );
  if (error || !binary) throw new Error(stderr.toString());
  return binary;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const kernel of ['growing', 'scoring', 'explaining', 'scanning'] as const) {
    const base64 = Buffer.from(await compileKernel(kernel)).toString('base64');
    writeFileSync(
      here(KERNELS[kernel].module),
      `/** Compiled from kernel/kernel.ts by build-kernels.ts; do not edit. */\nexport const KERNEL_BASE64 =\n  '${base64}';\n`,
    );
  }
