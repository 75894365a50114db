/** Shown where there is no value. */
export const NOT_AVAILABLE = 'n/a';

const locale = 'en';
const SIGNIFICANT_DIGITS = 4;
const significant = new Intl.NumberFormat(locale, { maximumSignificantDigits: SIGNIFICANT_DIGITS });
const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
const oneDecimal = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const dateTime = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
const dateOnly = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium' });
const timeOnly = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });
const MINUS = '\u2212';

type Maybe = number | null | undefined;

const isThere = (value: Maybe): value is number => value !== null && value !== undefined && !Number.isNaN(value);
const withMinus = (text: string): string => text.replace('-', MINUS);

/** At most 4 significant digits, thousands separated; very large and small ones in powers of ten. "n/a" when missing. */
export function formatNumber(value: Maybe): string {
  if (!isThere(value)) return NOT_AVAILABLE;
  if (!Number.isFinite(value)) return value > 0 ? '∞' : `${MINUS}∞`;
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e9)) {
    return withMinus(value.toExponential(2))
      .replace('e+', 'e')
      .replace(/\.?0+e/, 'e');
  }
  // Whole figures below a million are counts to a reader: they keep every digit.
  if (Number.isInteger(value) && size < 1e6) return withMinus(whole.format(value));
  return withMinus(significant.format(value));
}

const full = new Intl.NumberFormat(locale, { maximumSignificantDigits: 17 });

/** Every digit a number has, thousands separated: what hovering shows. */
export function formatFull(value: Maybe): string {
  if (!isThere(value)) return NOT_AVAILABLE;
  const size = Math.abs(value);
  if (!Number.isFinite(value) || (size !== 0 && (size < 1e-6 || size >= 1e15))) return withMinus(String(value));
  return withMinus(full.format(value));
}

/** Ticks are round: where four digits would make neighbours equal, one has all of its digits, eight at most. */
export function formatTick(value: number): string {
  const rounded = Number(value.toPrecision(SIGNIFICANT_DIGITS));
  if (Math.abs(rounded - value) <= 1e-9 * Math.abs(value)) return formatNumber(value);
  return withMinus(new Intl.NumberFormat(locale, { maximumSignificantDigits: 8 }).format(value));
}

const decimalsIn = (text: string): number => /\.(\d+)$/.exec(text)?.[1]?.length ?? 0;

/** The ends of an interval with as many decimals each, so that they can be compared: "0.6858", "0.6990"; the larger has at most 4 significant digits. */
export function formatBounds(lower: Maybe, upper: Maybe): readonly [lower: string, upper: string] {
  const texts = [formatNumber(lower), formatNumber(upper)] as const;
  if (!isThere(lower) || !isThere(upper) || texts.some((text) => /[e∞]/.test(text))) return texts;
  const largest = Math.max(Math.abs(lower), Math.abs(upper));
  const allowed = largest === 0 ? 0 : Math.max(0, SIGNIFICANT_DIGITS - 1 - Math.floor(Math.log10(largest)));
  const decimals = Math.min(allowed, Math.max(...texts.map(decimalsIn)));
  const format = new Intl.NumberFormat(locale, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  return [withMinus(format.format(lower)), withMinus(format.format(upper))];
}

/** A count in full: "1,234,567". */
export const formatCount = (value: Maybe): string => (isThere(value) ? withMinus(whole.format(value)) : NOT_AVAILABLE);

/** The sign stays on the line of its number. */
const PERCENT = '\u00a0%';

/** A share of one as a percentage: 0.1234 -> "12.3 %"; a share that is not zero is never shown as 0. */
export function formatShare(value: Maybe): string {
  if (!isThere(value)) return NOT_AVAILABLE;
  const percent = value * 100;
  if (percent !== 0 && Math.abs(percent) < 0.05) return `${percent < 0 ? MINUS : ''}<0.1${PERCENT}`;
  if (percent > 99.95 && percent < 100) return `>99.9${PERCENT}`;
  return `${withMinus(percent === 0 || percent === 100 ? whole.format(percent) : oneDecimal.format(percent))}${PERCENT}`;
}

/** A round share on an axis: 0.1 -> "10 %". */
export const formatShareTick = (value: number): string => `${formatTick(value * 100)}${PERCENT}`;

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** Bytes in powers of 1000: "1.23 MB". */
export function formatBytes(value: Maybe): string {
  if (!isThere(value)) return NOT_AVAILABLE;
  let size = value;
  let unit = 0;
  while (Math.abs(size) >= 999.5 && unit < BYTE_UNITS.length - 1) {
    size /= 1000;
    unit += 1;
  }
  const digits = new Intl.NumberFormat(locale, { maximumSignificantDigits: 3 });
  return `${digits.format(size)} ${BYTE_UNITS[unit]}`;
}

/** Milliseconds for people: "340 ms", "12.3 s", "4 min 05 s", "2 h 10 min". */
export function formatDuration(milliseconds: Maybe): string {
  if (!isThere(milliseconds)) return NOT_AVAILABLE;
  if (milliseconds < 1000) return `${whole.format(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 59.95) return `${seconds < 10 ? oneDecimal.format(seconds) : whole.format(seconds)} s`;
  const total = Math.round(seconds);
  const two = (value: number) => String(value).padStart(2, '0');
  if (total < 3600) return `${Math.floor(total / 60)} min ${two(total % 60)} s`;
  return `${Math.floor(total / 3600)} h ${two(Math.floor((total % 3600) / 60))} min`;
}

/** A speed: "1.2 MB/s" for bytes, "48,210 rows/s" for the rest. */
export const formatRate = (value: Maybe, unit: string): string => {
  if (!isThere(value)) return NOT_AVAILABLE;
  return unit === 'bytes' ? `${formatBytes(value)}/s` : `${formatNumber(value)} ${unit}/s`;
};

const formatWith = (format: Intl.DateTimeFormat, iso: string | null | undefined): string => {
  if (iso === null || iso === undefined) return NOT_AVAILABLE;
  const time = Date.parse(iso);
  return Number.isNaN(time) ? iso : format.format(time);
};

/** A UTC time in the reader's zone: "23 Nov 2026, 14:05". */
export const formatDateTime = (iso: string | null | undefined): string => formatWith(dateTime, iso);
export const formatDate = (iso: string | null | undefined): string => formatWith(dateOnly, iso);
export const formatTime = (iso: string | null | undefined): string => formatWith(timeOnly, iso);
