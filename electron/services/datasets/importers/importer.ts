import type { ImportFormat, ImportOptions, ImportWarning } from '../../../../shared/contract/datasets.ts';
import type { DuckDb } from '../../../compute/frame/duckdb.ts';
import type { SurveyedText } from './csv/text-survey.ts';

/** A source that DuckDB can scan, how it is read, and what was noticed. */
export interface Source {
  /** SQL that can follow FROM. */
  readonly relation: string;
  /** Its columns as DuckDB describes them, where that was asked already: of many columns it takes seconds. */
  readonly described?: readonly { readonly name: string; readonly type: string }[];
  /** Names of the columns as the file has them, in order; may be empty or equal. */
  readonly originalNames: readonly string[];
  readonly options: ImportOptions;
  readonly warnings: readonly ImportWarning[];
  /** SQL of what could not be read (line, column, value, text, reason), to be asked once the relation was read; or null. */
  readonly rejects: string | null;
  /** Mean bytes of a row; for the progress. */
  readonly rowBytes?: number;
  /** Rows of a row group of the stored table, where some number suits the reader. */
  readonly rowGroupSize?: number;
  /** The text whose bytes are to be looked at, for what no row shows of them. */
  readonly surveyed?: SurveyedText;
  /** Reads a file that was not sound once more, its bad parts set aside; for the error that the first reading met. */
  readonly mend?: (error: unknown) => Promise<Source>;
}

/** Where an importer may put files, and what it reads with. */
export interface ImportPlace {
  /** Lives as long as the job. */
  readonly folder: string;
  readonly database: DuckDb;
}

/** The start of a file and its name. */
export interface FileHead {
  readonly fileName: string;
  readonly head: Buffer;
  /** The head as text, in the encoding that was found; empty for binary files. */
  readonly text: string;
}

/** What the first bytes and the name say of a file. */
export interface DetectedFile {
  /** Of the bytes to read: the file itself, or what was unpacked from it. */
  readonly path: string;
  readonly fileName: string;
  /** Of the file as it was given. */
  readonly sizeBytes: number;
  readonly importer: Importer;
  /** Found encoding of text; `utf-8` for binary formats. */
  readonly encoding: string;
  readonly head: Buffer;
  readonly warnings: readonly ImportWarning[];
}

/** A file format: how it is told by its content, and how it is made readable. The conformance suite runs every record. */
export interface Importer {
  readonly format: ImportFormat;
  /** For people: "Parquet". */
  readonly label: string;
  /** Endings of names that promise this format. */
  readonly endings: RegExp;
  /** True for bytes that are not text; such a format is known by its first bytes alone, before any encoding is guessed. */
  readonly isBinary: boolean;
  matches(file: FileHead): boolean;
  /** Throws an AppError that names the file, the place and a remedy where it cannot be read. */
  open(file: DetectedFile, options: ImportOptions, place: ImportPlace): Promise<Source>;
}
