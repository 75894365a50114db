/** A value inside a JSON object or list, as it is written; `key` is null in a list. */
export interface JsonSlice {
  readonly key: string | null;
  readonly text: string;
}

/** The members of an object or elements of a list, each as it is written, so that no digit of a number is lost. The text has to be valid JSON. */
export function jsonSlices(text: string): JsonSlice[] {
  const slices: JsonSlice[] = [];
  let depth = 0;
  let start = -1;
  let key: string | null = null;
  const end = (at: number) => {
    const value = text.slice(start, at).trim();
    if (start >= 0 && value !== '') slices.push({ key, text: value });
    key = null;
    start = at + 1;
  };
  for (let at = 0; at < text.length; at++) {
    const mark = text[at];
    if (mark === '"') at = endOfString(text, at);
    else if (mark === '{' || mark === '[') {
      if (depth === 0) start = at + 1;
      depth += 1;
    } else if (mark === '}' || mark === ']') {
      depth -= 1;
      if (depth === 0) end(at);
    } else if (depth === 1 && mark === ':') {
      key = String(JSON.parse(text.slice(start, at)));
      start = at + 1;
    } else if (depth === 1 && mark === ',') end(at);
  }
  return slices;
}

/** Where the closing quote of the string that opens at `at` stands. */
function endOfString(text: string, at: number): number {
  for (let i = at + 1; i < text.length; i++) {
    if (text[i] === '\\') i += 1;
    else if (text[i] === '"') return i;
  }
  return text.length;
}

/** A record whose numbers are all finite: those past what a double holds are null, and named. */
export function finiteNumbers(text: string): {
  readonly text: string;
  readonly dropped: readonly { readonly column: string; readonly value: string }[];
} {
  if (!/[eE][+-]?\d{3}/.test(text)) return { text, dropped: [] };
  const dropped: { column: string; value: string }[] = [];
  const members = jsonSlices(text).map(({ key, text: value }) => {
    const finite = value.replaceAll(/"(?:[^"\\]|\\.)*"|-?\d[\d.]*[eE][+-]?\d+/g, (token) => {
      if (token.startsWith('"') || Number.isFinite(Number(token))) return token;
      dropped.push({ column: key ?? '', value: token });
      return 'null';
    });
    return `${JSON.stringify(key)}:${finite}`;
  });
  return dropped.length === 0 ? { text, dropped } : { text: `{${members.join(',')}}`, dropped };
}
