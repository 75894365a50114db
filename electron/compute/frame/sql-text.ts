/** A name as an SQL identifier: `my "x"` becomes `"my ""x"""`. */
export const quoteIdentifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Text as an SQL literal: `it's` becomes `'it''s'`. A zero byte, which SQL text cannot hold, is written as `chr(0)`. */
export function quoteLiteral(text: string): string {
  const quote = (part: string) => `'${part.replaceAll("'", "''")}'`;
  return text.includes('\0') ? `(${text.split('\0').map(quote).join(' || chr(0) || ')})` : quote(text);
}
