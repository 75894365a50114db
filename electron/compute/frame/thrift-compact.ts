/** A value of Thrift's compact protocol: numbers, booleans, bytes, lists of one type, structs by field number. */
export type ThriftValue = number | boolean | Uint8Array | ThriftList | ThriftStruct;

export interface ThriftField {
  readonly type: number;
  value: ThriftValue;
}

export type ThriftStruct = Map<number, ThriftField>;

export interface ThriftList {
  readonly type: number;
  items: ThriftValue[];
}

const [TRUE, FALSE, BYTE, DOUBLE, BINARY, LIST, SET, STRUCT] = [1, 2, 3, 7, 8, 9, 10, 12];
const INTEGERS: readonly number[] = [4, 5, 6];
const SEVEN_BITS = 0x80;

/**
 * Reads one struct of the compact protocol (github.com/apache/thrift, doc/specs/thrift-compact-protocol.md). Integers past
 * 2^53 lose digits; maps, which Parquet's footers do not have, throw a RangeError, as do bytes that end too early.
 */
export function readThrift(bytes: Uint8Array): ThriftStruct {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const byte = (): number => view.getUint8(at++);
  const varint = (): number => {
    let [value, scale] = [0, 1];
    for (;;) {
      const next = byte();
      value += (next & 0x7f) * scale;
      if (next < SEVEN_BITS) return value;
      scale *= SEVEN_BITS;
    }
  };
  const integer = (): number => {
    const value = varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  };
  const list = (): ThriftList => {
    const head = byte();
    const type = head & 15;
    const size = head >> 4 === 15 ? varint() : head >> 4;
    // Booleans in a list are bytes of their own; in a struct the type tells them.
    const items = Array.from({ length: size }, () => (type === TRUE || type === FALSE ? byte() === TRUE : value(type)));
    return { type, items };
  };
  const struct = (): ThriftStruct => {
    const fields: ThriftStruct = new Map();
    for (let id = 0; ; ) {
      const head = byte();
      if (head === 0) return fields;
      id = head >> 4 === 0 ? integer() : id + (head >> 4);
      fields.set(id, { type: head & 15, value: value(head & 15) });
    }
  };
  const value = (type: number): ThriftValue => {
    if (type === TRUE || type === FALSE) return type === TRUE;
    if (type === BYTE) return view.getInt8(at++);
    if (INTEGERS.includes(type)) return integer();
    if (type === DOUBLE) {
      at += 8;
      return view.getFloat64(at - 8, true);
    }
    if (type === BINARY) {
      const size = varint();
      if (at + size > bytes.length) throw new RangeError('The footer ends too early.');
      at += size;
      return bytes.subarray(at - size, at);
    }
    if (type === LIST || type === SET) return list();
    if (type === STRUCT) return struct();
    throw new RangeError(`A footer holds a value of type ${type}.`);
  };
  return struct();
}

/** The bytes of a struct as `readThrift` reads them. */
export function writeThrift(struct: ThriftStruct): Uint8Array {
  let bytes = new Uint8Array(1 << 16);
  let at = 0;
  const reserve = (size: number): void => {
    if (at + size <= bytes.length) return;
    const larger = new Uint8Array(2 * (bytes.length + size));
    larger.set(bytes);
    bytes = larger;
  };
  const byte = (value: number): void => {
    reserve(1);
    bytes[at++] = value;
  };
  const varint = (value: number): void => {
    let rest = value;
    for (; rest >= SEVEN_BITS; rest = Math.floor(rest / SEVEN_BITS)) byte((rest % SEVEN_BITS) + SEVEN_BITS);
    byte(rest);
  };
  const integer = (value: number): void => varint(value < 0 ? -value * 2 - 1 : value * 2);
  const fields = (struct: ThriftStruct): void => {
    let last = 0;
    for (const [id, { type, value: held }] of [...struct].sort(([a], [b]) => a - b)) {
      const isFlag = type === TRUE || type === FALSE;
      const tag = isFlag ? (held === true ? TRUE : FALSE) : type;
      if (id - last < 16) byte(((id - last) << 4) | tag);
      else {
        byte(tag);
        integer(id);
      }
      last = id;
      if (!isFlag) value(type, held);
    }
    byte(0);
  };
  const value = (type: number, held: ThriftValue): void => {
    if (typeof held === 'boolean') byte(held ? TRUE : FALSE);
    else if (typeof held === 'number') {
      if (type === DOUBLE) {
        reserve(8);
        new DataView(bytes.buffer).setFloat64(at, held, true);
        at += 8;
      } else if (type === BYTE) byte(held & 0xff);
      else integer(held);
    } else if (held instanceof Uint8Array) {
      varint(held.length);
      reserve(held.length);
      bytes.set(held, at);
      at += held.length;
    } else if (held instanceof Map) fields(held);
    else {
      const { type: kind, items } = held;
      byte((Math.min(items.length, 15) << 4) | kind);
      if (items.length >= 15) varint(items.length);
      for (const item of items) value(kind, item);
    }
  };
  fields(struct);
  return bytes.subarray(0, at);
}
