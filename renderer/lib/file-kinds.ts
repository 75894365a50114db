import { messages } from './messages/messages.ts';

/** A kind of file as a person knows it: what it becomes, or that this version leaves it out. */
interface FileKind {
  readonly kind: string;
  readonly extensions: readonly string[];
  readonly mediaTypes: readonly string[];
  readonly isImported: boolean;
  readonly count: (files: number) => string;
}

const m = messages.frame;
const leftOut = (word: string) => (files: number) => m.dropUnsupported(files, word);

const kinds: readonly FileKind[] = [
  {
    kind: 'csv',
    extensions: ['csv', 'tsv', 'txt', 'tab', 'dat', 'data'],
    mediaTypes: ['text/csv', 'text/tab-separated-values', 'text/plain', 'application/vnd.ms-excel'],
    isImported: true,
    count: m.dropCsv,
  },
  {
    kind: 'jsonl',
    extensions: ['jsonl', 'ndjson', 'json'],
    mediaTypes: ['application/x-ndjson', 'application/jsonl', 'application/json'],
    isImported: true,
    count: m.dropJsonl,
  },
  {
    kind: 'parquet',
    extensions: ['parquet', 'pq'],
    mediaTypes: ['application/vnd.apache.parquet'],
    isImported: true,
    count: m.dropParquet,
  },
  {
    kind: 'image',
    extensions: ['png', 'jpg', 'jpeg', 'gif', 'webp', 'svg', 'bmp', 'tif', 'tiff'],
    mediaTypes: ['image/'],
    isImported: false,
    count: leftOut(m.kindImage),
  },
  {
    kind: 'media',
    extensions: ['mp3', 'wav', 'mp4', 'mov', 'mkv'],
    mediaTypes: ['audio/', 'video/'],
    isImported: false,
    count: leftOut(m.kindMedia),
  },
  {
    kind: 'sheet',
    extensions: ['xlsx', 'xls', 'ods'],
    mediaTypes: [
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      'application/vnd.oasis.opendocument.spreadsheet',
    ],
    isImported: false,
    count: leftOut(m.kindSheet),
  },
  {
    kind: 'document',
    extensions: ['pdf', 'doc', 'docx'],
    mediaTypes: [
      'application/pdf',
      'application/msword',
      'application/vnd.openxmlformats-officedocument.wordprocessingml',
    ],
    isImported: false,
    count: leftOut(m.kindDocument),
  },
  {
    kind: 'zip',
    extensions: ['zip'],
    mediaTypes: ['application/zip', 'application/x-zip-compressed'],
    isImported: true,
    count: m.dropZip,
  },
  {
    kind: 'archive',
    extensions: ['tar', '7z', 'rar'],
    mediaTypes: ['application/x-tar', 'application/x-7z-compressed', 'application/vnd.rar'],
    isImported: false,
    count: leftOut(m.kindArchive),
  },
  {
    kind: 'page',
    extensions: ['html', 'htm'],
    mediaTypes: ['text/html'],
    isImported: false,
    count: leftOut(m.kindPage),
  },
  { kind: 'model', extensions: ['onnx'], mediaTypes: [], isImported: true, count: m.dropModel },
];

const unknown: FileKind = { kind: 'unknown', extensions: [], mediaTypes: [], isImported: true, count: m.dropOther };

/** The kind by the name; compressed files count as what they hold; an unknown ending is read by its content. */
export function kindOfName(fileName: string): FileKind {
  const [ending = ''] = fileName
    .toLowerCase()
    .replace(/\.(gz|zst)$/, '')
    .split('.')
    .slice(-1);
  return kinds.find((kind) => kind.extensions.includes(ending)) ?? unknown;
}

/** The kind by the media type, all that is known of a file while it hovers. */
export const kindOfMediaType = (mediaType: string): FileKind =>
  mediaType === ''
    ? unknown
    : (kinds.find((kind) =>
        kind.mediaTypes.some((known) => (known.endsWith('/') ? mediaType.startsWith(known) : mediaType === known)),
      ) ?? unknown);

export interface DropForecast {
  /** "2 CSV or TSV files", in the order of the kinds. */
  readonly taken: readonly string[];
  readonly leftOut: readonly string[];
  /** How many datasets and models come of it. */
  readonly datasets: number;
  readonly models: number;
}

/** What will happen with these files, before they are released. */
export function forecast(files: readonly FileKind[]): DropForecast {
  const counted = [...kinds, unknown]
    .map((kind) => ({ kind, files: files.filter((file) => file.kind === kind.kind).length }))
    .filter(({ files: count }) => count > 0);
  const words = (isImported: boolean) =>
    counted.filter(({ kind }) => kind.isImported === isImported).map(({ kind, files: count }) => kind.count(count));
  const imported = files.filter((file) => file.isImported);
  const models = imported.filter(({ kind }) => kind === 'model').length;
  return { taken: words(true), leftOut: words(false), datasets: imported.length - models, models };
}
