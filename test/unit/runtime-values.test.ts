import { describe, expect, it } from 'vitest';
import { parseJsonBody } from '../../electron/runtime/json-body.ts';
import { checkShape, fillTensor, jsonData, type ServedInput } from '../../electron/runtime/tensor-json.ts';

const input = (columnType: ServedInput['columnType'], datatype: ServedInput['datatype'] = 'FP32'): ServedInput => ({
  name: 'c',
  datatype,
  shape: [-1, 1],
  columnType,
});
const fill = (columnType: ServedInput['columnType'], value: unknown): number =>
  Number(fillTensor(input(columnType), [value], 1)[0]);

describe('a value of a column', () => {
  it('is taken by the type the bundle names', () => {
    expect(fill('integer', 3)).toBe(3);
    expect(fill('boolean', true)).toBe(1);
    expect(fill('boolean', 0)).toBe(0);
    expect(fill('number', -2.5)).toBe(-2.5);
    expect(fill('date', '1970-01-02')).toBe(86_400_000);
    expect(fill('timestamp', '1970-01-01 00:00:01')).toBe(1000);
    expect(fill('timestamp', '1970-01-01T01:00:01+01:00')).toBe(1000);
    for (const type of ['integer', 'number', 'boolean', 'date', 'timestamp'] as const)
      expect(fill(type, null)).toBeNaN();
    expect(fillTensor(input('text', 'BYTES'), [null, 'a'], 1)).toEqual(['', 'a']);
  });

  it.each([
    ['integer', '3', '"3" is not a number'],
    ['boolean', 2, '2 is not true or false'],
    ['number', true, 'true is not a number'],
    ['number', 1e300, '1e+300 is not a number'],
    ['date', 'tomorrow', '"tomorrow" is not a date'],
    ['timestamp', '2020-13-45', '"2020-13-45" is not a time'],
  ] as const)('of type %s is refused when it is %s', (type, value, message) => {
    expect(() => fillTensor(input(type), [1, value].slice(type === 'date' || type === 'timestamp' ? 1 : 0), 1)).toThrow(
      message,
    );
  });

  it('is refused past the range of its integer type, and past the exact whole numbers', () => {
    expect([...fillTensor(input(null, 'INT8'), [-128, 127], 1)]).toEqual([-128, 127]);
    expect(() => fillTensor(input(null, 'INT8'), [128], 1)).toThrow('row 1: 128');
    expect([...fillTensor(input(null, 'INT64'), [2 ** 53], 1)]).toEqual([2n ** 53n]);
    expect(() => fillTensor(input(null, 'INT64'), [2 ** 60], 1)).toThrow('is not a whole number');
  });
});

describe('shapes and answers', () => {
  it('take [N] for [N,1] and refuse what does not fit', () => {
    expect(checkShape(input(null), [4])).toEqual([4, 1]);
    expect(checkShape(input(null), [4, 1])).toEqual([4, 1]);
    for (const shape of [[4, 2], [], [1, 1, 1], [-1, 1], [1.5, 1], '4', null, [0, 1]])
      expect(() => checkShape(input(null), shape)).toThrow();
  });

  it('are JSON whatever the numbers are', () => {
    expect(jsonData('FP32', Float32Array.from([0.5, Number.NaN, Number.POSITIVE_INFINITY]))).toBe('[0.5,null,null]');
    expect(jsonData('INT64', BigInt64Array.from([2n ** 60n]))).toBe('[1152921504606846976]');
    expect(jsonData('BOOL', Uint8Array.from([0, 1]))).toBe('[false,true]');
    expect(jsonData('BYTES', ['"a"', 'é'])).toBe('["\\"a\\"","é"]');
  });
});

describe('a body', () => {
  it('may say NaN where JSON has no word for it, but not inside text', () => {
    expect(parseJsonBody(Buffer.from('{"a":[NaN,1],"b":"NaN"}'))).toEqual({ a: [null, 1], b: 'NaN' });
    expect(() => parseJsonBody(Buffer.from('{"a":[NaN,Infinity]}'))).toThrow('not JSON');
    expect(() => parseJsonBody(Buffer.from('NaNNaN'))).toThrow('not JSON');
  });
});
