import { isLayersFile } from '../../shared/model-files.ts';
import type { DroppedItem, FilePart } from './dropped-items.ts';
import { type FileKind, kindOfName } from './file-kinds.ts';

/** What comes of some of the files: one dataset, or one model with the files of its weights. */
export interface SortedFiles {
  readonly kind: 'dataset' | 'model';
  readonly name: string;
  /** The first is the one meant, or all are of one folder. */
  readonly parts: readonly FilePart[];
  /** The folder, where it is taken as a whole. */
  readonly folder: File | null;
  readonly isFolder: boolean;
}

export interface Sorted {
  readonly taken: readonly SortedFiles[];
  readonly leftOut: readonly string[];
}

const HEAD_BYTES = 65_536;
const TABLES = new Set(['csv', 'jsonl', 'parquet']);
const nameOf = (path: string): string => path.split('/').at(-1) ?? path;
const isOf = (kinds: (kind: FileKind) => boolean) => (part: FilePart) => kinds(kindOfName(part.path));
const isPicture = isOf(({ kind }) => kind === 'image');
const isTable = isOf(({ kind }) => TABLES.has(kind));
const isWeights = ({ path }: FilePart): boolean => /\.(bin|data|onnx_data|weights)$/i.test(path);

async function isModel({ path, file }: FilePart): Promise<boolean> {
  if (kindOfName(path).kind === 'model') return true;
  return /\.json$/i.test(path) && isLayersFile(await file.slice(0, HEAD_BYTES).text());
}

/** Each table becomes a dataset, each model takes the files of weights that came along. */
async function sortLoose(files: readonly FilePart[]): Promise<Sorted> {
  const areModels = await Promise.all(files.map(isModel));
  const models = files.filter((_, index) => areModels[index]);
  const weights = models.length > 0 ? files.filter((file) => isWeights(file)) : [];
  const others = files.filter((file) => !models.includes(file) && !weights.includes(file));
  const tables = others.filter(isOf(({ isImported }) => isImported));
  const one = (kind: SortedFiles['kind'], parts: readonly FilePart[]): SortedFiles => ({
    kind,
    name: nameOf(parts[0]?.path ?? ''),
    parts,
    folder: null,
    isFolder: false,
  });
  return {
    taken: [
      ...tables.map((file) => one('dataset', [file])),
      ...models.map((model) => one('model', [model, ...weights])),
    ],
    leftOut: others.filter((file) => !tables.includes(file)).map(({ path }) => path),
  };
}

/**
 * A folder of pictures is one dataset, its folders the classes. One with models gives these; of any other, each table
 * counts for itself. What is neither is left out: nobody chose it.
 */
async function sortFolder(item: Extract<DroppedItem, { kind: 'folder' }>): Promise<Sorted> {
  const { name, handle, files } = item;
  const pictures = files.filter(isPicture);
  if (pictures.length > files.filter(isTable).length)
    return { taken: [{ kind: 'dataset', name, parts: files, folder: handle, isFolder: true }], leftOut: [] };
  const sorted = await sortLoose(files);
  const models = sorted.taken.filter(({ kind }) => kind === 'model');
  const taken = models.length > 0 ? models : sorted.taken.filter(({ parts }) => parts.every(isTable));
  const used = new Set(taken.flatMap(({ parts }) => parts));
  const leftOut = files.filter((file) => !used.has(file)).map(({ path }) => path);
  return taken.length > 0 ? { taken, leftOut } : { taken: [], leftOut: [`${name}/`] };
}

/** Says what becomes of all that was dropped or chosen at once. */
export async function sortFiles(items: readonly DroppedItem[]): Promise<Sorted> {
  const loose = items.flatMap((item) => (item.kind === 'file' ? [{ path: item.file.name, file: item.file }] : []));
  const folders = items.filter((item) => item.kind === 'folder');
  const sorted = [await sortLoose(loose), ...(await Promise.all(folders.map(sortFolder)))];
  return { taken: sorted.flatMap(({ taken }) => taken), leftOut: sorted.flatMap(({ leftOut }) => leftOut) };
}
