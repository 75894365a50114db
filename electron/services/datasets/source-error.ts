import { AppError, toAppError } from '../../../shared/errors.ts';

const KEPT = 'Nothing was changed.';

/** What DuckDB says of files that cannot be read, in words and with a remedy. */
const CAUSES: readonly { readonly says: RegExp; readonly message: string; readonly remedy: string }[] = [
  {
    says: /encryption_config|is encrypted/i,
    message: 'it is encrypted Parquet.',
    remedy: 'Write it again without encryption.',
  },
  {
    says: /No magic bytes found at end/i,
    message: 'it ends early: the footer of the Parquet file is missing.',
    remedy: 'Fetch the file again.',
  },
  {
    says: /Footer length error/i,
    message: 'its footer claims to be longer than the file.',
    remedy: 'Fetch or write the file again.',
  },
  { says: /at least one non-root column/i, message: 'it has no columns.', remedy: 'Choose another file.' },
  {
    says: /decompression failure|Failed to read file|corrupt|snappy|thrift|TProtocol/i,
    message: 'a page of it is damaged.',
    remedy: 'Fetch or write the file again.',
  },
  {
    says: /duplicate key|has duplicate/i,
    message: 'an object has the same key twice.',
    remedy: 'Rename one of the two keys.',
  },
  {
    says: /Malformed JSON|JSON transform/i,
    message: 'it is not valid JSON.',
    remedy: 'Correct the place named, or fetch the file again.',
  },
  {
    says: /sniffing file/i,
    message: 'no delimiter, quote and column count fit its lines.',
    remedy: 'Name the delimiter and the encoding, or save it as CSV in UTF-8.',
  },
  {
    says: /Maximum line size|CSV Error on Line/i,
    message: 'a line cannot be read.',
    remedy: 'Name delimiter and quote, or correct the line named.',
  },
];

/** An error met while reading a file, with the file named; errors that are clear already pass as they are. */
export function sourceError(error: unknown, fileName: string): AppError {
  const known = toAppError(error);
  if (known.code !== 'INTERNAL') return known;
  const cause = CAUSES.find(({ says }) => says.test(known.message));
  if (!cause) return known;
  const place = /(?:in |on )?line:? \d+|record\/value \d+|column "[^"]+"/.exec(known.message)?.[0];
  return new AppError('BAD_INPUT', {
    message: `${fileName}: ${cause.message}${place ? ` (${place})` : ''}`,
    remedy: cause.remedy,
    kept: KEPT,
    details: { file: fileName, found: known.message.split('\n')[0] ?? '' },
    cause: error,
  });
}
