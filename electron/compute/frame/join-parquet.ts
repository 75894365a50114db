import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { readThrift, type ThriftList, type ThriftStruct, writeThrift } from './thrift-compact.ts';

const MAGIC = Buffer.from('PAR1');
const TAIL = 8;
/** Fields of Parquet's footer, by their numbers in parquet.thrift. */
const FILE = { schema: 2, groups: 4, orders: 7 };
const CHILDREN = 5;
const GROUP = { columns: 1, bytes: 2, rows: 3, compressed: 6 };
const CHUNK = { offset: 2, data: 3, moved: [4, 6] };
/** Places in the file that the description of a column's data names: its pages, its dictionary, its filter. */
const PLACES = [9, 10, 11, 14];

/**
 * Joins Parquet files of the same rows side by side into one that has the columns of all, in the order of `parts`. Pages are
 * copied as they are; only the footer is written anew. Throws a RangeError where the files part their rows differently.
 */
export async function joinParquet(parts: readonly string[], path: string): Promise<void> {
  const out = await open(path, 'wx');
  try {
    let joined: ThriftStruct | undefined;
    let at = (await out.write(MAGIC)).bytesWritten;
    for (const part of parts) {
      const { footer, end } = await readFooter(part);
      // The magic bytes before the pages are left away.
      moveChunks(footer, at - MAGIC.length);
      if (end > MAGIC.length) at += await copyBytes(part, { start: MAGIC.length, end: end - 1 }, out);
      if (joined) append(joined, footer);
      else joined = footer;
    }
    if (!joined) throw new RangeError('There is nothing to join.');
    const bytes = writeThrift(joined);
    const tail = Buffer.alloc(TAIL);
    tail.writeUInt32LE(bytes.length);
    MAGIC.copy(tail, 4);
    await out.writev([bytes, tail]);
    await out.sync();
  } finally {
    await out.close();
  }
}

async function readFooter(path: string): Promise<{ footer: ThriftStruct; end: number }> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const tail = Buffer.alloc(TAIL);
    await file.read(tail, 0, TAIL, size - TAIL);
    const length = tail.readUInt32LE(0);
    const footer = Buffer.alloc(length);
    await file.read(footer, 0, length, size - TAIL - length);
    return { footer: readThrift(footer), end: size - TAIL - length };
  } finally {
    await file.close();
  }
}

async function copyBytes(
  path: string,
  range: { readonly start: number; readonly end: number },
  out: FileHandle,
): Promise<number> {
  for await (const piece of createReadStream(path, { ...range, highWaterMark: 1 << 20 })) {
    if (Buffer.isBuffer(piece)) await out.writeFile(piece);
  }
  return range.end - range.start + 1;
}

const listOf = (struct: ThriftStruct, field: number): ThriftList => {
  const value = struct.get(field)?.value;
  if (typeof value === 'object' && 'items' in value) return value;
  throw new RangeError(`A footer has no list ${field}.`);
};
const structsOf = (list: ThriftList): ThriftStruct[] => list.items.filter((item) => item instanceof Map);

const add = (struct: ThriftStruct | undefined, field: number, more: number): void => {
  const found = struct?.get(field);
  if (found && typeof found.value === 'number') found.value += more;
};
const numberOf = (struct: ThriftStruct | undefined, field: number): number => {
  const value = struct?.get(field)?.value;
  return typeof value === 'number' ? value : 0;
};

/** Adds to every place in the file that a footer names. */
function moveChunks(footer: ThriftStruct, by: number): void {
  for (const group of structsOf(listOf(footer, FILE.groups))) {
    // Where the group begins: told of a whole file, and of no use in a joined one.
    group.delete(5);
    for (const chunk of structsOf(listOf(group, GROUP.columns))) {
      if (numberOf(chunk, CHUNK.offset) > 0) add(chunk, CHUNK.offset, by);
      for (const field of CHUNK.moved) add(chunk, field, by);
      const data = chunk.get(CHUNK.data)?.value;
      if (data instanceof Map) for (const field of PLACES) add(data, field, by);
    }
  }
}

/** Appends the columns of another footer. */
function append(joined: ThriftStruct, more: ThriftStruct): void {
  const [root] = structsOf(listOf(joined, FILE.schema));
  const [otherRoot, ...columns] = listOf(more, FILE.schema).items;
  add(root, CHILDREN, numberOf(otherRoot instanceof Map ? otherRoot : undefined, CHILDREN));
  push(listOf(joined, FILE.schema), columns);
  const groups = structsOf(listOf(joined, FILE.groups));
  const others = structsOf(listOf(more, FILE.groups));
  if (groups.length !== others.length) throw new RangeError('The files have different numbers of row groups.');
  for (const [index, group] of groups.entries()) {
    const other = others[index];
    if (!other || numberOf(group, GROUP.rows) !== numberOf(other, GROUP.rows))
      throw new RangeError('The files part their rows differently.');
    push(listOf(group, GROUP.columns), listOf(other, GROUP.columns).items);
    for (const field of [GROUP.bytes, GROUP.compressed]) add(group, field, numberOf(other, field));
  }
  if (joined.has(FILE.orders) && more.has(FILE.orders))
    push(listOf(joined, FILE.orders), listOf(more, FILE.orders).items);
  else joined.delete(FILE.orders);
}

function push(list: ThriftList, items: readonly ThriftList['items'][number][]): void {
  for (const item of items) list.items.push(item);
}
