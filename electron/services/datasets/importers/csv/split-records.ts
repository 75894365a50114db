/** One record of delimited text as it is written. */
export interface TextRecord {
  /** 0-based line on which it begins. */
  readonly line: number;
  readonly fields: readonly { readonly text: string; readonly isQuoted: boolean }[];
}

/**
 * Splits the start of a delimited text. A quote counts only where a field begins; a doubled one inside is one. A record
 * that the text's end cuts off is left out when `isCut`. Lines without anything are left out.
 */
export function splitRecords(
  text: string,
  {
    delimiter,
    quote,
    isCut,
  }: { readonly delimiter: string; readonly quote: string | undefined; readonly isCut: boolean },
  most = 2000,
): TextRecord[] {
  const records: TextRecord[] = [];
  let line = 0;
  let at = 0;
  while (at < text.length && records.length < most) {
    const begin = line;
    const fields: { text: string; isQuoted: boolean }[] = [];
    let hasEnded = false;
    while (!hasEnded) {
      if (quote && text[at] === quote) {
        let value = '';
        at += 1;
        for (; at < text.length; at++) {
          if (text[at] === quote) {
            if (text[at + 1] !== quote) break;
            at += 1;
          }
          if (text[at] === '\n') line += 1;
          value += text[at];
        }
        at += 1;
        fields.push({ text: value, isQuoted: true });
        while (at < text.length && !text.startsWith(delimiter, at) && !isLineEnd(text, at)) at += 1;
      } else {
        const from = at;
        while (at < text.length && !text.startsWith(delimiter, at) && !isLineEnd(text, at)) at += 1;
        fields.push({ text: text.slice(from, at), isQuoted: false });
      }
      if (at >= text.length) {
        if (isCut) return records;
        hasEnded = true;
      } else if (isLineEnd(text, at)) {
        at += text.startsWith('\r\n', at) ? 2 : 1;
        line += 1;
        hasEnded = true;
      } else at += delimiter.length;
    }
    if (fields.length > 1 || fields[0]?.isQuoted || fields[0]?.text.trim() !== '')
      records.push({ line: begin, fields });
  }
  return records;
}

const isLineEnd = (text: string, at: number): boolean => text[at] === '\n' || text[at] === '\r';
