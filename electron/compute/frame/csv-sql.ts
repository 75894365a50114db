import { quoteIdentifier } from './sql-text.ts';

/** A column as it is written to CSV: `value` is SQL of it, `name` its heading. */
export interface CsvColumn {
  readonly value: string;
  readonly name: string;
  readonly isText: boolean;
}

/** What a spreadsheet takes for a formula when a cell begins with it. */
const FORMULA = /^[=+\-@\t\r]/;

/** SQL of a column of a CSV file: text, and a heading, that a spreadsheet would run as a formula gets an apostrophe. */
export function csvColumnSql({ value, name, isText }: CsvColumn): string {
  const heading = quoteIdentifier(FORMULA.test(name) ? `'${name}` : name);
  return isText
    ? `CASE WHEN regexp_matches(${value}, '^[=+\\-@\\t\\r]') THEN '''' || ${value} ELSE ${value} END AS ${heading}`
    : `${value} AS ${heading}`;
}
