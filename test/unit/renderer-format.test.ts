import { describe, expect, it } from 'vitest';
import { hoverText } from '../../renderer/components/charts/hover-text.ts';
import {
  formatBounds,
  formatBytes,
  formatCount,
  formatDuration,
  formatFull,
  formatNumber,
  formatRate,
  formatShare,
  formatShareTick,
  formatTick,
} from '../../renderer/lib/format.ts';
import { counted } from '../../renderer/lib/messages/counted.ts';

describe('figures on screen', () => {
  it('have at most four significant digits, thousands separated', () => {
    expect(formatNumber(0.123456)).toBe('0.1235');
    expect(formatNumber(41.4199)).toBe('41.42');
    expect(formatNumber(1234.5678)).toBe('1,235');
    expect(formatNumber(-0.5)).toBe('\u22120.5');
  });

  it('keep every digit of a whole figure below a million', () => {
    expect(formatNumber(166158)).toBe('166,158');
    expect(formatCount(166158)).toBe('166,158');
  });

  it('go to powers of ten when they are very large or very small', () => {
    expect(formatNumber(1.5e12)).toBe('1.5e12');
    expect(formatNumber(0.0000123)).toBe('1.23e-5'.replace('-', '\u2212'));
  });

  it('say n/a when there is none', () => {
    for (const missing of [null, undefined, Number.NaN]) {
      expect(formatNumber(missing)).toBe('n/a');
      expect(formatShare(missing)).toBe('n/a');
      expect(formatBytes(missing)).toBe('n/a');
      expect(formatDuration(missing)).toBe('n/a');
    }
    expect(formatNumber(Number.POSITIVE_INFINITY)).toBe('∞');
  });
});

describe('the ends of an interval', () => {
  it('have as many decimals each', () => {
    expect(formatBounds(0.6858, 0.69896)).toEqual(['0.6858', '0.6990']);
    expect(formatBounds(-0.002102, 0.02944)).toEqual(['\u22120.00210', '0.02944']);
    expect(formatBounds(0.04008, 0.22868)).toEqual(['0.0401', '0.2287']);
    expect(formatBounds(1234, 1300.5)).toEqual(['1,234', '1,301']);
    expect(formatBounds(null, 0.5)).toEqual(['n/a', '0.5']);
  });
});

describe('a share', () => {
  it('is a percentage with one decimal', () => {
    expect(formatShare(0.1234)).toBe('12.3\u00a0%');
    expect(formatShare(0)).toBe('0\u00a0%');
    expect(formatShare(1)).toBe('100\u00a0%');
  });

  it('on an axis is as round as its step', () => {
    expect([0, 0.1, 0.3, 0.125, 1].map(formatShareTick)).toEqual(
      ['0', '10', '30', '12.5', '100'].map((text) => `${text}\u00a0%`),
    );
  });

  it('that is not zero is never shown as zero, and one that is not all never as all', () => {
    expect(formatShare(0.00001)).toBe('<0.1\u00a0%');
    expect(formatShare(0.99999)).toBe('>99.9\u00a0%');
  });
});

describe('bytes, times and rates', () => {
  it('take the unit that fits', () => {
    expect(formatBytes(999)).toBe('999 B');
    expect(formatBytes(1_234_567)).toBe('1.23 MB');
    expect(formatBytes(999_999)).toBe('1 MB');
    expect(formatDuration(340)).toBe('340 ms');
    expect(formatDuration(12_340)).toBe('12 s');
    expect(formatDuration(245_000)).toBe('4 min 05 s');
    expect(formatDuration(59_990)).toBe('1 min 00 s');
    expect(formatDuration(7_800_000)).toBe('2 h 10 min');
    expect(formatRate(2_100_000, 'bytes')).toBe('2.1 MB/s');
    expect(formatRate(48_210, 'rows')).toBe('48,210 rows/s');
  });
});

describe('every digit, on hover', () => {
  it('is there, thousands separated', () => {
    expect(formatFull(0.123456789012)).toBe('0.123456789012');
    expect(formatFull(1234567.25)).toBe('1,234,567.25');
    expect(formatFull(-1e-9)).toBe('\u22121e-9');
    expect(formatFull(null)).toBe('n/a');
  });
});

describe('what hovering over a chart says', () => {
  it('is one line below the other, and names from data stay words', () => {
    expect(hoverText('a\nb', '<img src=x onerror="alert(1)">')).toBe(
      'a<br/>b<br/>&lt;img src=x onerror=&quot;alert(1)&quot;&gt;',
    );
  });
});

describe('ticks of an axis', () => {
  it('are short, but neighbours are never written alike', () => {
    expect(formatTick(0.25)).toBe('0.25');
    expect(formatTick(0.90345)).toBe('0.90345');
    expect(formatTick(0.9034)).toBe('0.9034');
    expect(formatTick(1e12)).toBe('1e12');
  });
});

describe('a count with its noun', () => {
  it('is of one thing or of several', () => {
    expect([counted('1', 'row'), counted('1,234', 'row'), counted(0, 'row')]).toEqual([
      '1 row',
      '1,234 rows',
      '0 rows',
    ]);
    expect([counted(1, 'zip of images', 'zips of images'), counted(2, 'zip of images', 'zips of images')]).toEqual([
      '1 zip of images',
      '2 zips of images',
    ]);
  });
});
