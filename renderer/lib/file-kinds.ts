import { messages } from './messages/messages.ts';

/** A kind of file as a person knows it: what it becomes, or that this version leaves it out. */
export interface FileKind {
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
  {
    kind: 'weights',
    extensions: ['bin', 'onnx_data', 'weights'],
    mediaTypes: ['application/octet-stream'],
    isImported: false,
    count: m.dropWeights,
  },
  { kind: 'model', extensions: ['onnx'], mediaTypes: [], isImported: true, count: m.dropModel },
];

const unknown: FileKind = { kind: 'unknown', extensions: [], mediaTypes: [], isImported: true, count: m.dropOther };

/** JSON that comes with weights. */
const layersModel: FileKind = { kind: 'model', extensions: [], mediaTypes: [], isImported: true, count: m.dropLayers };

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

/** Files of weights belong to a model; JSON beside them is one of TensorFlow.js. Alone they are looked into like any file. */
function withWeights(files: readonly FileKind[]): readonly FileKind[] {
  if (!files.some(({ kind }) => kind === 'weights')) return files;
  const hasModel = files.some(({ kind }) => kind === 'model' || kind === 'jsonl');
  if (!hasModel) return files.map((file) => (file.kind === 'weights' ? unknown : file));
  return files.map((file) => (file.kind === 'jsonl' ? layersModel : file));
}

/** What will happen with these files, before they are released. */
export function forecast(found: readonly FileKind[]): DropForecast {
  const files = withWeights(found);
  const counted = [...kinds, layersModel, unknown]
    .map((kind) => ({ kind, files: files.filter((file) => file === kind).length }))
    .filter(({ files: count }) => count > 0);
  const words = (isTaken: boolean) =>
    counted.filter(({ kind }) => isTakenAlong(kind) === isTaken).map(({ kind, files: count }) => kind.count(count));
  const imported = files.filter((file) => file.isImported);
  const models = imported.filter(({ kind }) => kind === 'model').length;
  return { taken: words(true), leftOut: words(false), datasets: imported.length - models, models };
}

const isTakenAlong = ({ kind, isImported }: FileKind): boolean => isImported || kind === 'weights';
