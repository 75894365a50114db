const MARKS: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Lines of a hover, one below the other. The drawing library takes them as HTML: names come from data, so none is left in. */
export const hoverText = (...lines: readonly string[]): string =>
  lines
    .join('\n')
    .replace(/[&<>"']/g, (mark) => MARKS[mark] ?? '')
    .replaceAll('\n', '<br/>');
