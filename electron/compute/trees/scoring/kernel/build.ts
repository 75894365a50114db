/** `node electron/compute/trees/scoring/kernel/build.ts`: compiles kernel.ts to WebAssembly and writes it into ../kernel-binary.ts. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** The kernel's bytes, compiled anew. Throws with the compiler's words when it does not compile. */
export async function compileScoringKernel(): Promise<Uint8Array> {
  let binary: Uint8Array | undefined;
  const { error, stderr } = await asc.main(
    [
      'kernel.ts',
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

/** The module that holds compiled bytes. */
export const scoringModule = (binary: Uint8Array): string =>
  `/** Compiled from kernel/kernel.ts by kernel/build.ts; do not edit. */\nexport const SCORING_BASE64 =\n  '${Buffer.from(binary).toString('base64')}';\n`;

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(here('../kernel-binary.ts'), scoringModule(await compileScoringKernel()));
