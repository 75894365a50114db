import { AppError } from '../../../shared/errors.ts';

/** Largest memory a WebAssembly module can address. */
const MAXIMUM_PAGES = 65_536;
const PAGE_BYTES = 65_536;

/** One memory for all threads, handed out from the front. Nothing is freed: a memory lives as long as one training. */
export class SharedMemory {
  readonly memory: WebAssembly.Memory;
  #next: number;

  constructor(reservedBytes = 4096) {
    this.memory = new WebAssembly.Memory({ initial: 16, maximum: MAXIMUM_PAGES, shared: true });
    this.#next = reservedBytes;
  }

  /** Byte offset of `bytes` zeroed bytes, aligned to 64. Throws OUT_OF_MEMORY when 4 GiB are used up. */
  allocate(bytes: number): number {
    const start = Math.ceil(this.#next / 64) * 64;
    const end = start + bytes;
    const have = this.memory.buffer.byteLength;
    if (end > have) {
      const wanted = Math.ceil((end - have) / PAGE_BYTES);
      if (have / PAGE_BYTES + wanted > MAXIMUM_PAGES)
        throw new AppError('OUT_OF_MEMORY', {
          message: `The trees need ${end} bytes at once; 4 GiB is the limit.`,
          remedy: 'Use fewer rows or columns, or fewer leaves.',
          kept: 'The dataset is as it was.',
        });
      this.memory.grow(Math.min(MAXIMUM_PAGES - have / PAGE_BYTES, Math.max(wanted, Math.ceil(have / PAGE_BYTES / 4))));
    }
    this.#next = end;
    return start;
  }

  bytes(offset: number, length: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, offset, length);
  }
  uint32(offset: number, length: number): Uint32Array {
    return new Uint32Array(this.memory.buffer, offset, length);
  }
  int32(offset: number, length: number): Int32Array {
    return new Int32Array(this.memory.buffer, offset, length);
  }
  float32(offset: number, length: number): Float32Array {
    return new Float32Array(this.memory.buffer, offset, length);
  }
  float64(offset: number, length: number): Float64Array {
    return new Float64Array(this.memory.buffer, offset, length);
  }
}
