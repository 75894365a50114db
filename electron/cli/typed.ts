import { z } from 'zod';
import type { TargetSpec } from '../../shared/contract/models.ts';
import type { DriftRequest } from '../../shared/contract/monitoring.ts';
import type { SearchRange } from '../../shared/contract/search.ts';

/** `a,b,c` as names; spaces around commas do not count. */
export const Names = z.string().transform((text) =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== ''),
);

/** A number as typed; anything else is refused with what was typed. */
export const TypedNumber = z.string().transform((text, context) => {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  context.addIssue({ code: 'custom', message: `"${text}" is not a number` });
  return z.NEVER;
});

export const TypedInteger = TypedNumber.pipe(z.number().int().nonnegative());

const SECONDS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, min: 60, h: 3600 };

/** `60s`, `5m`, `1.5h` or plain seconds, as seconds. */
export const Duration = z.string().transform((text, context) => {
  const [, amount, unit = 's'] = /^\s*(\d+(?:\.\d+)?)\s*(ms|s|m|min|h)?\s*$/.exec(text) ?? [];
  const factor = SECONDS[unit];
  if (amount !== undefined && factor !== undefined && Number(amount) > 0) return Number(amount) * factor;
  context.addIssue({ code: 'custom', message: `"${text}" is not a duration such as 60s, 5m or 1h` });
  return z.NEVER;
});

/** `column`, `column > 15` for a numeric column made binary, or `a,b,c` for columns of 0 and 1 together. */
export const Target = z.string().transform((text, context): TargetSpec => {
  const [, column, over] = /^\s*(.+?)\s*>\s*(-?\d+(?:\.\d+)?(?:e[-+]?\d+)?)\s*$/i.exec(text) ?? [];
  if (column !== undefined && over !== undefined) return { column, over: Number(over) };
  if (text.trim() !== '' && !/[<>]/.test(text)) {
    const labels = text.split(',').map((part) => part.trim());
    const isList = labels.length > 1 && labels.every((label) => label !== '');
    return { column: text.trim(), over: null, ...(isList ? { labels } : {}) };
  }
  context.addIssue({ code: 'custom', message: `"${text}" is neither a column nor "column > number"` });
  return z.NEVER;
});

type TypedValue = number | boolean | string;

/** A value of a parameter as typed: number, true, false, or text. */
export function typedValue(text: string): TypedValue {
  if (text === 'true' || text === 'false') return text === 'true';
  return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
}

/** As `typedValue`; numbers with commas between them are a list, such as the layers of `hidden=128,64`. */
function typedValues(text: string): TypedValue | readonly TypedValue[] {
  const values = text.split(',').map(typedValue);
  return values.length > 1 && values.every((value) => typeof value === 'number') ? values : typedValue(text);
}

type DriftTests = NonNullable<DriftRequest['tests']>;

function oneTest(text: string): { column: string; test: DriftTests[string][number] } | undefined {
  const [, column, test, tail] = /^\s*(.+?)\s*=\s*([\w-]+)\s*(?::(.*))?$/.exec(text) ?? [];
  if (column === undefined || test === undefined) return undefined;
  const params: Record<string, unknown> = {};
  for (const pair of (tail ?? '').split(',').filter((part) => part.trim() !== '')) {
    const [, name, value] = /^\s*(\w+)\s*=\s*(.+?)\s*$/.exec(pair) ?? [];
    if (name === undefined || value === undefined) return undefined;
    params[name] = typedValue(value);
  }
  const { threshold, ...others } = params;
  return { column, test: { test, params: others, ...(typeof threshold === 'number' ? { threshold } : {}) } };
}

/**
 * `column=test[:param=value,..]` joined by `;`. A column named twice gets both tests, the first decides; `*` is every
 * column; the parameter `threshold` is the test's threshold.
 */
export const DriftTestList = z.string().transform((text, context): DriftTests => {
  const tests: DriftTests = {};
  for (const part of text.split(';').filter((piece) => piece.trim() !== '')) {
    const one = oneTest(part);
    if (one === undefined) {
      context.addIssue({ code: 'custom', message: `"${part}" is not column=test or column=test:param=value,..` });
      return z.NEVER;
    }
    tests[one.column] = [...(tests[one.column] ?? []), one.test];
  }
  return tests;
});

/** `name=value` pairs as a record. */
export const Params = z.array(z.string()).transform((pairs, context): Record<string, unknown> => {
  const params: Record<string, unknown> = {};
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    if (at < 1) {
      context.addIssue({ code: 'custom', message: `"${pair}" is not name=value` });
      return z.NEVER;
    }
    params[pair.slice(0, at).trim()] = typedValues(pair.slice(at + 1).trim());
  }
  return params;
});

const RANGE = /^(-?[\d.]+(?:e[-+]?\d+)?)\.\.(-?[\d.]+(?:e[-+]?\d+)?)(:log)?$/i;

/** `a=1..9`, `rate=0.001..0.1:log` or `kind=x,y,z` each; bounds that are both whole numbers search whole numbers. */
export const SearchRanges = z.array(z.string()).transform((pairs, context): Record<string, SearchRange> => {
  const ranges: Record<string, SearchRange> = {};
  for (const pair of pairs) {
    const [, name, value = ''] = /^\s*(\w+)\s*=\s*(.+?)\s*$/.exec(pair) ?? [];
    const [, low, high, log] = RANGE.exec(value) ?? [];
    const bounds = [Number(low), Number(high)] as const;
    if (name !== undefined && low !== undefined && bounds.every(Number.isFinite)) {
      const isWhole = !/[.e]/i.test(`${low}${high}`);
      ranges[name] = { kind: isWhole ? 'integer' : 'float', low: bounds[0], high: bounds[1], isLog: log !== undefined };
    } else if (name !== undefined && value.includes(',')) {
      ranges[name] = { kind: 'choice', options: value.split(',').map((option) => typedValue(option.trim())) };
    } else {
      context.addIssue({
        code: 'custom',
        message: `"${pair}" is not name=low..high, name=low..high:log or name=a,b,c`,
      });
      return z.NEVER;
    }
  }
  return ranges;
});
