const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text made safe for HTML content and quoted attributes. */
export const escaped = (text: unknown): string =>
  String(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);

/** HTML from a template: every value is escaped, but those that `html` itself made and lists of them. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

const piece = (value: unknown): string => {
  if (value instanceof Html) return value.text;
  if (Array.isArray(value)) return value.map(piece).join('');
  return value === null || value === undefined || value === false ? '' : escaped(value);
};

export const html = (parts: TemplateStringsArray, ...values: readonly unknown[]): Html =>
  new Html(parts.reduce((text, part, i) => text + piece(values[i - 1]) + part));

/** At most four significant digits, thousands apart by a thin space; "n/a" for no number. */
export function figure(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return 'n/a';
  const digits = Math.abs(value) >= 1000 ? Math.round(value) : Number(value.toPrecision(4));
  return digits
    .toLocaleString('en-US', { maximumSignificantDigits: Math.abs(value) >= 1000 ? 21 : 4 })
    .replaceAll(',', '\u202f');
}

export const count = (value: number): string => value.toLocaleString('en-US').replaceAll(',', '\u202f');
