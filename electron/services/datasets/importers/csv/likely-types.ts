import type { ColumnType, ImportWarning } from '../../../../../shared/contract/datasets.ts';
import type { DuckDb } from '../../../../compute/frame/duckdb.ts';
import type { Dialect } from './csv-dialect.ts';
import { type ColumnSample, formatOf, sampleColumns } from './sample-columns.ts';

/** A column is numbers or days in spite of a few words when this share of at least so many cells reads as such. */
const FEWEST_CELLS = 20;
const LARGEST_BAD_SHARE = 0.05;

export interface LikelyTypes {
  readonly types: ReadonlyMap<string, ColumnType>;
  /** Words that stand for a missing number or day in some column. */
  readonly missingWords: readonly string[];
  readonly warnings: readonly ImportWarning[];
}

interface Reading extends Pick<Dialect, 'columns' | 'decimalMark' | 'dateFormat' | 'timestampFormat'> {
  isForced(column: string): boolean;
  /** A person chose the order of day and month. */
  readonly isDateFormatChosen: boolean;
  /** Chosen by a person; then none are looked for. */
  readonly missingWords: readonly string[] | undefined;
}

/**
 * Corrects what DuckDB's sniffer gives up on, from a sample of cells as text: one word among numbers or days makes it call
 * the column text, so do blanks around numbers; integers past 64 bits become doubles that lose digits; "yes", "N" and "F"
 * become truth values, although a model has to take and answer the words of the file. Says what is
 * doubtful in every column that it leaves alone. `sample` is a query that answers every cell as text.
 */
export async function likelyTypes(database: DuckDb, sample: string, reading: Reading): Promise<LikelyTypes> {
  // One format of days is known a file: where several columns are days, some may be written otherwise.
  const several = new Set(
    ['DATE', 'TIMESTAMP'].filter((type) => reading.columns.filter((other) => other.type === type).length > 1),
  );
  const mayBeAmbiguous = (type: string): boolean => !reading.isDateFormatChosen && hasAmbiguousFormat(type, reading);
  const columns = reading.columns.filter(
    ({ name, type }) =>
      !reading.isForced(name) && (/^(VARCHAR|DOUBLE|BOOLEAN)$/.test(type) || mayBeAmbiguous(type) || several.has(type)),
  );
  const samples = await sampleColumns(database, sample, columns, reading);
  const types = new Map<string, ColumnType>();
  const warnings: ImportWarning[] = [];
  const missing = new Set<string>();
  const kept: ColumnSample[] = [];
  const warn = (code: string, column: string, message: string) => warnings.push({ code, column, message });
  for (const column of samples) {
    const { name } = column;
    if (column.type === 'BOOLEAN') {
      if (column.notTruths > 0) types.set(name, 'text');
      continue;
    }
    if (column.type === 'DATE' || column.type === 'TIMESTAMP') {
      const format = formatOf(column.type, reading);
      if (column.otherFormats > column.cells * LARGEST_BAD_SHARE) {
        types.set(name, 'text');
        warn('otherDateFormat', name, `${name} is not written ${format} as other columns are; it is kept as text.`);
      } else if (mayBeAmbiguous(column.type) && isAmbiguous(column))
        warn(
          'ambiguousDates',
          name,
          `${name}: no day is past 12, so day and month cannot be told apart; they are read as ${format}. Choose the other date format if that is wrong.`,
        );
      continue;
    }
    if (column.longIntegers > 0) {
      if (column.type !== 'DOUBLE') continue;
      types.set(name, 'text');
      warn(
        'longIntegers',
        name,
        `${name} holds integers of more than 16 digits; it is kept as text so that no digit is lost.`,
      );
      continue;
    }
    if (column.type === 'DOUBLE') continue;
    const likely = likelyType(column);
    if (likely === null) {
      kept.push(column);
      continue;
    }
    types.set(name, likely.type);
    if (!likely.isAll)
      warn(
        'fewBadValues',
        name,
        `${name} is read as ${likely.type}; rows whose value is none are in quarantine. Choose text to keep them.`,
      );
    if (column.words.length > 0 && reading.missingWords === undefined) {
      for (const word of column.words) missing.add(word);
      warn(
        'missingWords',
        name,
        `${name} is read as ${likely.type}; ${listed(column.words)} ${column.words.length === 1 ? 'counts' : 'count'} as missing.`,
      );
    }
  }
  // A word that some column keeps as a word cannot stand for a missing value in another: DuckDB knows one list a file.
  const disputed = new Set(kept.flatMap(({ words }) => words).filter((word) => missing.has(word)));
  for (const word of disputed) missing.delete(word);
  for (const { name, words } of samples) {
    const disputedHere = !types.has(name) ? [] : words.filter((word) => disputed.has(word));
    if (disputedHere.length === 0) continue;
    types.delete(name);
    const at = warnings.findIndex(({ code, column }) => code === 'missingWords' && column === name);
    if (at >= 0) warnings.splice(at, 1);
    warn(
      'missingWords',
      name,
      `${name} would be numbers but for ${listed(disputedHere)}, which other columns hold as words; it is kept as text. Name the words that count as missing to change that.`,
    );
  }
  for (const column of kept)
    warnings.push(...doubts(reading.missingWords === undefined ? column : { ...column, words: [] }));
  return { types, missingWords: [...missing], warnings };
}

function likelyType(
  column: ColumnSample,
): { readonly type: 'integer' | 'number' | 'date'; readonly isAll: boolean } | null {
  const { cells, integers, numbers, infinite, dates } = column;
  if (numbers > 0 && numbers + infinite === cells)
    return { type: integers === cells ? 'integer' : 'number', isAll: true };
  if (dates > 0 && dates === cells) return { type: 'date', isAll: true };
  if (cells < FEWEST_CELLS) return null;
  const isMost = (good: number) => cells - good <= cells * LARGEST_BAD_SHARE;
  if (isMost(integers) && integers === numbers && infinite === 0) return { type: 'integer', isAll: false };
  if (isMost(numbers + infinite)) return { type: 'number', isAll: false };
  return isMost(dates) ? { type: 'date', isAll: false } : null;
}

/** `%d/%m` or `%m/%d` before a year. */
const hasAmbiguousFormat = (type: string, reading: Reading): boolean =>
  /^%[dm]\W%[dm]\W/i.test(formatOf(type, reading) ?? '');

/** Neither part of the day is past 12 in any row looked at. */
const isAmbiguous = ({ cells, firstPast12, secondPast12 }: ColumnSample): boolean =>
  cells > 0 && firstPast12 === 0 && secondPast12 === 0;

function doubts(column: ColumnSample): ImportWarning[] {
  const { name, cells, words } = column;
  const say = (code: string, message: string): ImportWarning => ({ code, column: name, message });
  const found: ImportWarning[] = [];
  if (cells > 0 && column.tidyNumbers === cells && column.invisible.length > 0)
    found.push(
      say(
        'invisibleCharacters',
        `${name} would be numbers but for invisible characters (${column.invisible.join(', ')}); it is kept as text. Remove them from the file to read it as numbers.`,
      ),
    );
  if (column.zoned > 0 && column.unzoned > 0)
    found.push(
      say('mixedZones', `${name} holds times with a zone and times without one; it is kept as text, no time is moved.`),
    );
  if (cells > 0 && column.slashedDays === cells && column.firstPast12 > 0 && column.secondPast12 > 0)
    found.push(
      say('mixedDateOrder', `${name} holds days written day first and days written month first; it is kept as text.`),
    );
  if (words.length > 0)
    found.push(
      say(
        'wordsKept',
        `${name} holds ${listed(words)}, ${words.length === 1 ? 'kept as a word. Name it as a missing word to read it as missing.' : 'kept as words. Name them as missing words to read them as missing.'}`,
      ),
    );
  if (column.padded > 0) found.push(say('blanksKept', `${name} has blanks around words in some cells; they are kept.`));
  return found;
}

const listed = (words: readonly string[]): string => words.map((word) => `"${word}"`).join(', ');
