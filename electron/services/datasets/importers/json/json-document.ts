import { readFile, stat } from 'node:fs/promises';
import { AppError } from '../../../../../shared/errors.ts';
import { type JsonSlice, jsonSlices } from './json-slices.ts';

/** Largest file that is read as one value. */
const LARGEST_BYTES = 256_000_000;
const LAYOUTS =
  'Layouts that are understood: one object a line, one list of objects, an object with one such list in it, an object of columns.';

/** Rows of a file that is one JSON value, each as JSON text, and where they were found; no rows found is null. */
export interface DocumentRows {
  readonly rows: readonly string[];
  readonly found: string | null;
}

const refuse = (fileName: string, what: string): AppError =>
  new AppError('BAD_INPUT', {
    message: `${fileName}: ${what}`,
    remedy: LAYOUTS,
    kept: 'Nothing was changed.',
    details: { file: fileName },
  });

/** Finds the rows of a file that is one list or one object. Throws BAD_INPUT where it is no JSON, naming the place. */
export async function readDocument(path: string, fileName: string): Promise<DocumentRows> {
  if ((await stat(path)).size > LARGEST_BYTES)
    throw refuse(fileName, `it is one JSON value of more than ${LARGEST_BYTES / 1e6} MB.`);
  const text = (await readFile(path, 'utf8')).replace(/^\ufeff/, '');
  const value = parse(text, fileName);
  if (Array.isArray(value)) return { rows: rowTexts(jsonSlices(text), fileName), found: null };
  const members = jsonSlices(text);
  const lists = members.filter((member) => isListOfObjects(member));
  const [list] = lists;
  if (list && lists.length === 1)
    return { rows: jsonSlices(list.text).map((row) => row.text), found: `The rows are those of "${list.key}".` };
  if (lists.length > 1)
    throw refuse(fileName, `rows may be in ${lists.map(({ key }) => `"${key}"`).join(' or ')}; keep one of them.`);
  const columns = columnsOf(members);
  if (columns) return { rows: columns, found: 'The file is an object of columns; they were turned into rows.' };
  return { rows: [text.replaceAll(/[\r\n]+/g, ' ')], found: 'The file is one object; it is one row.' };
}

function parse(text: string, fileName: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    const before = text.slice(0, oddWord(text) ?? Number(/position (\d+)/.exec(words)?.[1] ?? text.length));
    const line = before.split('\n').length;
    const column = before.length - before.lastIndexOf('\n');
    throw new AppError('BAD_INPUT', {
      message: `${fileName}: it is not valid JSON at line ${line}, column ${column}: ${text.length > before.length ? `"${text.slice(before.length, before.length + 12)}"` : 'it ends early'}.`,
      remedy: 'Correct the place named; NaN and Infinity are written null in JSON.',
      kept: 'Nothing was changed.',
      details: { file: fileName, line, column },
      cause: error,
    });
  }
}

/** Where the first bare word stands that JSON does not know, such as NaN. */
function oddWord(text: string): number | undefined {
  for (const token of text.matchAll(/"(?:[^"\\]|\\.)*"|[A-Za-z]+/g))
    if (!/^("|true$|false$|null$|[eE]$)/.test(token[0])) return token.index;
  return undefined;
}

function rowTexts(slices: readonly JsonSlice[], fileName: string): string[] {
  const odd = slices.findIndex(({ text }) => !text.startsWith('{'));
  if (odd >= 0) throw refuse(fileName, `element ${odd + 1} of the list is not an object.`);
  return slices.map(({ text }) => text.replaceAll(/[\r\n]+/g, ' '));
}

const isListOfObjects = ({ text }: JsonSlice): boolean => {
  if (!text.startsWith('[')) return false;
  const elements = jsonSlices(text);
  return elements.length > 0 && elements.every((element) => element.text.startsWith('{'));
};

/** Rows of `{"a": {"0": 1, "1": 2}, ...}` or `{"a": [1, 2], ...}`; undefined where the columns do not agree. */
function columnsOf(members: readonly JsonSlice[]): string[] | undefined {
  const columns = members.map(({ key, text }) => ({
    key,
    isObject: text.startsWith('{'),
    cells: /^[[{]/.test(text) ? jsonSlices(text) : undefined,
  }));
  const [first] = columns;
  const keys = first?.cells?.map(({ key }) => key);
  if (!keys || keys.length === 0) return undefined;
  const agrees = columns.every(
    ({ cells, isObject }) =>
      isObject === first?.isObject &&
      cells?.length === keys.length &&
      cells.every(({ key }, index) => key === keys[index]),
  );
  // An object of lists of equal length is a table of columns; one list alone is more likely a cell.
  if (!agrees || (columns.length < 2 && first?.isObject === false)) return undefined;
  return keys.map(
    (_key, row) =>
      `{${columns.map(({ key, cells }) => `${JSON.stringify(key)}:${cells?.[row]?.text ?? 'null'}`).join(',')}}`,
  );
}
