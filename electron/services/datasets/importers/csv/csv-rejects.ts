import { quoteLiteral } from '../../../../compute/frame/sql-text.ts';

/** DuckDB's types in the words of the schema. */
const KINDS: readonly (readonly [string, string])[] = [
  ['BIGINT', 'an integer'],
  ['DOUBLE', 'a number'],
  ['DATE', 'a date'],
  ['TIMESTAMP', 'a time stamp'],
  ['TIMESTAMP WITH TIME ZONE', 'a time stamp with a zone'],
  ['TIME', 'a time of day'],
  ['BOOLEAN', 'true or false'],
];

const kind = `CASE regexp_extract(error_message, 'to ''([A-Z ]+)', 1) ${KINDS.map(([type, words]) => `WHEN ${quoteLiteral(type)} THEN ${quoteLiteral(words)}`).join(' ')} ELSE 'its type' END`;

const widths = `regexp_replace(error_message, 'Expected Number of Columns: (\\d+) Found: (\\d+).*', '\\1 fields expected, \\2 found', 's')`;

/** What DuckDB says of a line, in words. */
const REASON = `CASE error_type::VARCHAR
  WHEN 'CAST' THEN 'cannot be read as ' || ${kind}
  WHEN 'TOO MANY COLUMNS' THEN ${widths}
  WHEN 'MISSING COLUMNS' THEN ${widths}
  WHEN 'UNQUOTED VALUE' THEN CASE WHEN error_message LIKE '%unterminated%' THEN 'a quote opens here and is never closed' ELSE 'text stands beside a quoted value' END
  WHEN 'INVALID ENCODING' THEN 'bytes that are no UTF-8; name the encoding to read the file in it'
  WHEN 'LINE SIZE OVER MAXIMUM' THEN 'the line is longer than 16 MB'
  ELSE split_part(error_message, chr(10), 1) END`;

/**
 * Query of the lines DuckDB could not read, one a line however many of its cells are bad, with the first reason and the
 * value it speaks of. Blank lines are none.
 */
export function rejectsSql(delimiter: string): string {
  const value = `CASE error_type::VARCHAR
    WHEN 'CAST' THEN regexp_extract(error_message, 'Could not convert string "(.*)" to ''', 1, 's')
    WHEN 'INVALID ENCODING' THEN split_part(csv_line, ${quoteLiteral(delimiter)}, column_idx::INTEGER) END`;
  return `SELECT line, arg_min(column_name, column_idx) AS "column", arg_min(${value}, column_idx) AS value,
    any_value(ltrim(csv_line, chr(10) || chr(13))) AS text, arg_min(${REASON}, column_idx) AS reason
    FROM reject_errors WHERE NOT regexp_full_match(csv_line, '\\s*') GROUP BY line`;
}
