import { appendFileSync, existsSync, readFileSync } from 'node:fs';

/**
 * What a file holds that is written a document a line; nothing where there is no file. A last line that was torn by a kill is
 * left out, and ended, so that what follows is not glued to it.
 */
export function readJsonLines<Line>(path: string): Line[] {
  if (!existsSync(path)) return [];
  const text = readFileSync(path, 'utf8');
  if (text !== '' && !text.endsWith('\n')) appendFileSync(path, '\n');
  return text.split('\n').flatMap((line) => parsed<Line>(line));
}

export const appendJsonLine = (path: string, line: unknown): void => appendFileSync(path, `${JSON.stringify(line)}\n`);

function parsed<Line>(line: string): Line[] {
  if (line === '') return [];
  try {
    return [JSON.parse(line) as Line];
  } catch {
    return [];
  }
}
