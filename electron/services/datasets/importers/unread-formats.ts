import { isLayersFile } from '../../../../shared/model-files.ts';

/** A format that is known by its first bytes and not read. */
export interface UnreadFormat {
  readonly matches: (head: Buffer, fileName: string) => boolean;
  readonly message: string;
  readonly remedy: string;
  /** What it can be imported as instead. */
  readonly becomes?: 'model';
}

const MODEL_HEAD_BYTES = 65_536;

const starts = (head: Buffer, magic: string): boolean => head.subarray(0, magic.length).toString('latin1') === magic;

/** What is refused by name, with the way out; the first that matches speaks. */
export const UNREAD_FORMATS: readonly UnreadFormat[] = [
  {
    matches: (head) => starts(head, 'PARE'),
    message: 'its footer is encrypted Parquet.',
    remedy: 'Write it again without encryption.',
  },
  {
    matches: (head) => starts(head, 'SQLite format 3\0'),
    message: 'SQLite databases are not read in this version.',
    remedy: 'Export the table as CSV or Parquet.',
  },
  {
    matches: (head) => starts(head, 'PK\x03\x04'),
    message: 'Excel workbooks are not read in this version.',
    remedy: 'Save the sheet as CSV.',
  },
  {
    matches: (head) => starts(head, 'ARROW1'),
    message: 'Arrow files are not read in this version.',
    remedy: 'Write it as Parquet.',
  },
  {
    matches: (head) => head.length >= 4 && head.readUInt32BE(0) === 0xffffffff,
    message: 'Arrow streams are not read in this version.',
    remedy: 'Write it as Parquet.',
  },
  {
    matches: (head) => head.length >= 4 && head.readUInt32BE(0) === 0xd0cf11e0,
    message: 'old Excel files (.xls) are not read.',
    remedy: 'Save the sheet as CSV.',
  },
  {
    matches: (head) => starts(head, '%PDF-'),
    message: 'it is a PDF document, not a table.',
    remedy: 'Ask for the table itself, as CSV or Parquet.',
  },
  {
    matches: (_head, fileName) => /\.onnx$/i.test(fileName),
    message: 'it is a model, not a table.',
    remedy: 'Import it as a model.',
    becomes: 'model',
  },
  {
    matches: (head) => isLayersFile(head.toString('utf8', 0, MODEL_HEAD_BYTES)),
    message: 'it is a model of TensorFlow.js, not a table.',
    remedy: 'Import it as a model, with the files of its weights beside it.',
    becomes: 'model',
  },
];
