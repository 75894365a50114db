import type { ParamInfo } from '../../../shared/contract/param-info.ts';
import type { SearchRange } from '../../../shared/contract/search.ts';
import { parseIntegers } from './parse-integers.ts';
import type { RangeFields } from './training-form.ts';

/** Whether a parameter is set by hand: such a one is not searched. */
export const isFixed = (params: Readonly<Record<string, unknown>>, name: string): boolean =>
  params[name] !== undefined && params[name] !== null;

/** What is wrong with a range as typed. */
export type RangeFault = 'empty' | 'order' | 'log' | 'list';

/** Null where a range can be searched. */
export function rangeFault(fields: RangeFields): RangeFault | null {
  if (fields.kind === 'choice') {
    const options = optionsOf(fields.options);
    if (options.length === 0) return 'empty';
    return options.some((option) => listOf(option) === undefined && /[[\]]/.test(option)) ? 'list' : null;
  }
  const { low, high, isLog } = fields;
  if (low === null || high === null) return 'empty';
  if (low >= high) return 'order';
  return isLog && low <= 0 ? 'log' : null;
}

/** Words parted by commas; a list in brackets is one of them. */
const optionsOf = (text: string): string[] =>
  (text.match(/\[[^\]]*\]|[^,]+/g) ?? []).map((option) => option.trim()).filter((option) => option !== '');

/** "[128, 64]" as whole numbers; undefined for all else. */
const listOf = (option: string): readonly number[] | undefined => {
  const [, inside] = /^\[(.*)\]$/.exec(option) ?? [];
  return inside === undefined ? undefined : parseIntegers(inside);
};

/** A range of an algorithm's record, as boxes hold it. */
export function fieldsOf(range: SearchRange): RangeFields {
  return range.kind === 'choice'
    ? {
        kind: 'choice',
        options: range.options
          .map((option) => (typeof option === 'string' ? option : JSON.stringify(option)))
          .join(', '),
      }
    : { kind: 'numbers', low: range.low, high: range.high, isLog: range.isLog === true };
}

/** Where a parameter without a range of its own is searched first: around its default, or among its words. */
export function firstFields({ type, choices, default: standard }: ParamInfo): RangeFields {
  if (type === 'boolean') return { kind: 'choice', options: 'true, false' };
  if (type === 'text' || type === 'integers') return { kind: 'choice', options: (choices ?? []).join(', ') };
  const middle = typeof standard === 'number' && standard > 0 ? standard : 1;
  const whole = type === 'integer';
  return {
    kind: 'numbers',
    low: whole ? Math.max(1, Math.floor(middle / 4)) : middle / 10,
    high: whole ? Math.ceil(middle * 4) : middle * 10,
    isLog: !whole,
  };
}

/** Words of any kind and lists are searched only where the record says where. */
export const isSearchable = ({ type, choices, search }: ParamInfo): boolean =>
  search !== undefined || type === 'number' || type === 'integer' || type === 'boolean' || choices !== undefined;

function optionOf(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true';
  return listOf(text) ?? (Number.isFinite(Number(text)) ? Number(text) : text);
}

/** The range of the contract; undefined while it is wrong. */
export function rangeOf({ type }: ParamInfo, fields: RangeFields): SearchRange | undefined {
  if (rangeFault(fields) !== null) return undefined;
  if (fields.kind === 'choice') return { kind: 'choice', options: optionsOf(fields.options).map(optionOf) };
  const { low, high, isLog } = fields;
  if (low === null || high === null) return undefined;
  return type === 'integer'
    ? { kind: 'integer', low: Math.round(low), high: Math.round(high), isLog }
    : { kind: 'float', low, high, isLog };
}
