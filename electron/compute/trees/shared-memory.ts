import { AppError } from '../../../shared/errors.ts';
import { CREW_PAGE_BYTES } from './order.ts';

/** Largest memory a WebAssembly module can address. */
const MAXIMUM_PAGES = 65_536;
const PAGE_BYTES = 65_536;

/** One memory for all threads, or a part of it for one of them, handed out from the front; it lives as long as one training. */
export class SharedMemory {
  readonly memory: WebAssembly.Memory;
  #next: number;
  /** Where the part ends that this one hands out; null: it grows. */
  readonly #end: number | null;
  /** The memory as it was when last asked: asking takes long, and an older view sees the same bytes. */
  #buffer: ArrayBufferLike;

  /** The first bytes stay with the caller. */
  constructor(reservedBytes = CREW_PAGE_BYTES, part?: { readonly memory: WebAssembly.Memory; readonly bytes: number }) {
    this.memory = part?.memory ?? new WebAssembly.Memory({ initial: 16, maximum: MAXIMUM_PAGES, shared: true });
    this.#next = reservedBytes;
    this.#end = part ? reservedBytes + part.bytes : null;
    this.#buffer = this.memory.buffer;
  }

  /** Byte offset of `bytes` zeroed bytes, aligned to 64. Throws OUT_OF_MEMORY when 4 GiB, or the machine's memory, are used up. */
  allocate(bytes: number): number {
    const start = Math.ceil(this.#next / 64) * 64;
    const end = start + bytes;
    if (this.#end !== null && end > this.#end) throw outOfMemory(end, 'a part of it is used up');
    const have = this.memory.buffer.byteLength;
    if (end > have) {
      const wanted = Math.ceil((end - have) / PAGE_BYTES);
      if (have / PAGE_BYTES + wanted > MAXIMUM_PAGES) throw outOfMemory(end, '4 GiB is the limit');
      const pages = Math.min(MAXIMUM_PAGES - have / PAGE_BYTES, Math.max(wanted, Math.ceil(have / PAGE_BYTES / 4)));
      try {
        this.memory.grow(pages);
      } catch {
        throw outOfMemory(end, 'this machine has no more');
      }
    }
    if (end > this.#buffer.byteLength) this.#buffer = this.memory.buffer;
    this.#next = end;
    return start;
  }

  /** What is allocated meanwhile is given back, and zeroed for the next who ask. */
  borrow<T>(work: () => T): T {
    using _ = this.loan();
    return work();
  }

  /** What is allocated until the answer is disposed of is given back then, and zeroed for the next who ask. */
  loan(): Disposable {
    const mark = this.#next;
    return {
      [Symbol.dispose]: () => {
        this.bytes(mark, this.#next - mark).fill(0);
        this.#next = mark;
      },
    };
  }

  bytes(offset: number, length: number): Uint8Array {
    return new Uint8Array(this.#buffer, offset, length);
  }
  uint32(offset: number, length: number): Uint32Array {
    return new Uint32Array(this.#buffer, offset, length);
  }
  int32(offset: number, length: number): Int32Array {
    return new Int32Array(this.#buffer, offset, length);
  }
  float32(offset: number, length: number): Float32Array {
    return new Float32Array(this.#buffer, offset, length);
  }
  float64(offset: number, length: number): Float64Array {
    return new Float64Array(this.#buffer, offset, length);
  }
}

const outOfMemory = (bytes: number, why: string): AppError =>
  new AppError('OUT_OF_MEMORY', {
    message: `The trees need ${(bytes / 2 ** 30).toFixed(1)} GiB at once (2 bytes a row and column, and histograms of 4 KiB a column); ${why}.`,
    remedy: 'Use fewer rows or columns, or fewer leaves.',
    kept: 'The dataset is as it was.',
  });
