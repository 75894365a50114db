/** `node electron/compute/build-kernels.ts`: compiles the kernels to WebAssembly and writes the modules that hold them. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Folder of each kernel: `kernel/kernel.ts` is its first source, which names the others; `kernel-binary.ts` keeps its bytes. */
const KERNELS = {
  growing: 'trees',
  scoring: 'trees/scoring',
  explaining: 'trees/explaining',
  scanning: 'profile',
  products: 'linear',
} as const;
type KernelName = keyof typeof KERNELS;

/** A kernel's bytes, compiled anew. Throws with the compiler's words when it does not compile. */
export async function compileKernel(kernel: KernelName): Promise<Uint8Array> {
  let binary: Uint8Array | undefined;
  const { error, stderr } = await asc.main(
    [
      `${KERNELS[kernel]}/kernel/kernel.ts`,
      '--baseDir',
      here('.'),
      '--outFile',
      'kernel.wasm',
      '-O3',
      '--noAssert',
      '--runtime',
      'stub',
      '--importMemory',
      // Copies to and from a memory that threads share take several times as long.
      ...(kernel === 'products' ? ['--enable', 'relaxed-simd'] : ['--sharedMemory', '--enable', 'threads']),
      '--initialMemory',
      '1',
      '--maximumMemory',
      '65536',
      '--enable',
      'simd',
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
  for (const kernel of Object.keys(KERNELS) as KernelName[]) {
    const base64 = Buffer.from(await compileKernel(kernel)).toString('base64');
    writeFileSync(
      here(`${KERNELS[kernel]}/kernel-binary.ts`),
      `/** Compiled from ${KERNELS[kernel]}/kernel by build-kernels.ts; do not edit. */\nexport const KERNEL_BASE64 =\n  '${base64}';\n`,
    );
  }
