/** How a number stands in a table: at most 4 significant digits, thousands separated; whole numbers in full. */
export function shortNumber(value: number | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return 'n/a';
  if (Number.isInteger(value)) return value.toLocaleString('en-US');
  return Math.abs(value) >= 1e6 || Math.abs(value) < 1e-4
    ? value.toExponential(3)
    : value.toLocaleString('en-US', { maximumSignificantDigits: 4 });
}

/** Text for a terminal: names and cells of a stranger's file move no cursor, change no colour and turn no line around. */
export const printable = (text: string): string =>
  text.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, (mark) => {
    if (mark === '\n' || mark === '\t') return mark;
    const code = mark.charCodeAt(0);
    // Unicode has pictures of the first 32.
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : '\ufffd';
  });

const isNumeric = (text: string): boolean => /^[-+]?[\d,]*\.?\d+(e[-+]?\d+)?( ?%)?$|^n\/a$/.test(text);

const LONGEST_CELL = 100;

/** One line, cut where it would push the table off every screen; `--json` has it whole. */
const asCell = (text: string): string => {
  const line = text.replace(/\s+/g, ' ');
  return line.length <= LONGEST_CELL ? line : `${line.slice(0, LONGEST_CELL - 1)}…`;
};

/** Lines of a table: columns padded, columns of numbers aligned right. */
export function table(head: readonly string[], cells: readonly (readonly string[])[]): string {
  if (cells.length === 0) return '(none)';
  const rows = cells.map((row) => row.map(asCell));
  const widths = head.map((title, index) => Math.max(title.length, ...rows.map((row) => (row[index] ?? '').length)));
  const isRight = head.map((_, index) => rows.every((row) => isNumeric(row[index] ?? '')));
  const line = (row: readonly string[]) =>
    row
      .map((cell, index) => (isRight[index] ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0)))
      .join('  ')
      .trimEnd();
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const;

/** 1234567 -> "1.23 MB". */
export function shortBytes(bytes: number): string {
  const power = Math.min(UNITS.length - 1, bytes < 1000 ? 0 : Math.floor(Math.log10(bytes) / 3));
  const amount = bytes / 1000 ** power;
  return `${power === 0 ? amount : amount.toPrecision(3)} ${UNITS[power]}`;
}

/** 75.3 -> "1 min 15 s". */
export function shortDuration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 90
    ? `${minutes} min ${Math.round(seconds % 60)} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
