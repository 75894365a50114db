const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text that is safe inside an element or an attribute: names and values come from files of strangers. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');

const STYLE = `
:root { color-scheme: light dark; --ink: #1b2430; --dim: #5b6673; --line: #d5dbe1; --paper: #fff; --accent: #1f6fb2; --reference: #98a2ad; --alarm: #c22b2b; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaee; --dim: #9aa5b1; --line: #37414c; --paper: #151a20; --accent: #6db3f2; --reference: #7d8894; --alarm: #ff7b72; } }
body { margin: 0 auto; max-width: 72rem; padding: 2rem 1.5rem; background: var(--paper); color: var(--ink); font: 14px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; } p { margin: .25rem 0 1rem; color: var(--dim); }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; } th, td { text-align: left; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: middle; }
th { font-weight: 600; color: var(--dim); } td.n, th.n { text-align: right; } .no { color: var(--alarm); font-weight: 600; } svg { display: block; } svg text { fill: var(--dim); font: 10px system-ui, sans-serif; }
.bar { fill: var(--accent); } .reference { fill: var(--reference); } .alarm { fill: var(--alarm); } .axis { stroke: var(--line); } .curve { fill: none; stroke: var(--accent); stroke-width: 2; } .diagonal { stroke: var(--reference); stroke-dasharray: 3 3; } .interval { stroke: var(--accent); stroke-width: 2; }
.charts { display: flex; flex-wrap: wrap; gap: 1.5rem; } figure { margin: 0; } figcaption { font-weight: 600; margin-bottom: .25rem; }
`;

/** A page that needs nothing but itself: styles and charts inline, no script, and a policy that forbids the network. */
export function page(title: string, summary: string, sections: readonly string[]): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title><style>${STYLE}</style></head>
<body><main><h1>${escapeHtml(title)}</h1><p>${escapeHtml(summary)}</p>
${sections.join('\n')}
</main></body></html>
`;
}

export const section = (heading: string, body: string): string =>
  `<section><h2>${escapeHtml(heading)}</h2>${body}</section>`;

/** A cell that is markup already (a chart); all other cells are escaped. */
export interface Markup {
  readonly html: string;
}

const cellOf = (cell: string | number | Markup): string => {
  if (typeof cell === 'number') return `<td class="n" title="${cell}">${escapeHtml(shown(cell))}</td>`;
  return typeof cell === 'string' ? `<td>${escapeHtml(cell)}</td>` : `<td>${cell.html}</td>`;
};

const shown = (value: number): string =>
  Number.isInteger(value)
    ? value.toLocaleString('en-US')
    : value.toLocaleString('en-US', { maximumSignificantDigits: 4 });

/** A table; numbers stand right, at most four significant digits, with the full value on hover. */
export function htmlTable(head: readonly string[], rows: readonly (readonly (string | number | Markup)[])[]): string {
  const isNumeric = head.map((_, index) => rows.length > 0 && rows.every((row) => typeof row[index] === 'number'));
  const titles = head.map(
    (title, index) => `<th scope="col"${isNumeric[index] ? ' class="n"' : ''}>${escapeHtml(title)}</th>`,
  );
  return `<table><thead><tr>${titles.join('')}</tr></thead><tbody>${rows.map((row) => `<tr>${row.map(cellOf).join('')}</tr>`).join('\n')}</tbody></table>`;
}

/** "yes"/"no"-like word, in the alarm colour when it is bad news. */
export const verdict = (word: string, isBad: boolean): Markup => ({
  html: isBad ? `<span class="no">${escapeHtml(word)}</span>` : escapeHtml(word),
});
