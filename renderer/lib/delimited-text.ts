export type TableCell = string | number | boolean | null;

export interface PlainTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly TableCell[])[];
}

/** A text that a spreadsheet would run as a formula gets an apostrophe in front. */
const harmless = (text: string): string => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);

function csvCell(cell: TableCell): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  const text = harmless(cell);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** RFC 4180, with formulas made harmless; numbers at full precision. */
export const toCsv = ({ columns, rows }: PlainTable): string =>
  `${[columns, ...rows].map((row) => row.map(csvCell).join(',')).join('\r\n')}\r\n`;

/** For the clipboard: pastes into a spreadsheet as cells. */
export const toTabSeparated = ({ columns, rows }: PlainTable): string =>
  [columns, ...rows]
    .map((row) => row.map((cell) => String(cell ?? '').replace(/[\t\r\n]+/g, ' ')).join('\t'))
    .join('\n');
