const compiled = new Map<string, WebAssembly.Module>();

/** What a kernel (base64 of its WebAssembly) exports, over a memory. It is compiled once a thread; an abort throws. */
export function kernelExports(base64: string, memory: WebAssembly.Memory): unknown {
  const module = compiled.get(base64) ?? new WebAssembly.Module(Buffer.from(base64, 'base64'));
  compiled.set(base64, module);
  return new WebAssembly.Instance(module, {
    env: {
      memory,
      abort: () => {
        throw new Error('a WebAssembly kernel aborted');
      },
    },
  }).exports;
}
