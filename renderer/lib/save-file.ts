/** Hands a text or bytes to the person as a file of that name. */
export function saveFile(fileName: string, content: Blob): void {
  const address = URL.createObjectURL(content);
  followDownload(address, fileName);
  // The browser reads the address after this turn.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** Downloads what an address answers, under that name. */
export function followDownload(address: string, fileName: string): void {
  const anchor = document.createElement('a');
  anchor.href = address;
  anchor.download = fileName;
  anchor.click();
}

/** A title as the stem of a file name: letters, digits and dashes. */
export const fileStem = (title: string): string =>
  title
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60) || 'drydock';
