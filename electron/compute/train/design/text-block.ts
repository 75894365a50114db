import { frameColumn, type TextColumn } from '../../frame/frame.ts';
import type { GraphBuilder } from '../../onnx/graph-builder.ts';
import { type DesignBlock, meaningOf } from './design-block.ts';

/** Cells of at least this many words on average, with more distinct ones than this, are prose. */
const PROSE_WORDS = 4;
const FEWEST_TEXTS = 100;
/** n-grams kept, by the number of rows that hold them: more would only meet in the same buckets. */
const GRAMS_A_BUCKET = 2;
/** One that stands in a single row teaches nothing. */
const FEWEST_ROWS = 2;
/** The cells of all training rows take no more than this. */
const MOST_BYTES = 2 ** 29;
/** Longest run of words that is looked at. */
const LONGEST_GRAM = 2;
/** Length of each row's vector, so that prose weighs as much as a handful of scaled numbers. */
const ROW_NORM = 4;
const LEAST_NORM = 1e-12;
/** StringSplit is a node of this version and later. */
const OPSET = 20;

/** Words as the exported graph parts them: at spaces. */
const wordsOf = (text: string): string[] => text.split(' ').filter((word) => word !== '');

/** Whether a column holds sentences rather than names. */
export function isProse({ codes, dictionary }: TextColumn): boolean {
  if (dictionary.length <= FEWEST_TEXTS) return false;
  const counts = dictionary.map((text) => wordsOf(text).length);
  let [words, cells] = [0, 0];
  for (const code of codes) {
    if (code < 0) continue;
    words += counts[code] ?? 0;
    cells += 1;
  }
  return cells > 0 && words / cells >= PROSE_WORDS;
}

/** A run of words as it is counted: lower case, without signs at the ends of words. */
const gramKey = (words: readonly string[]): string =>
  words.map((word) => word.toLowerCase().replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '')).join(' ');

/** 32-bit FNV-1a of UTF-16 units. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** The runs of one and two words of a text, in order, as the words stand there. */
function gramsOf(text: string): string[][] {
  const words = wordsOf(text);
  const grams: string[][] = [];
  for (let length = 1; length <= LONGEST_GRAM; length++)
    for (let i = 0; i + length <= words.length; i++) grams.push(words.slice(i, i + length));
  return grams;
}

/**
 * Prose as hashed n-grams: runs of one and two words seen in at least two training rows fall into buckets by their hash
 * (lower case, signs at the ends taken off); a row's cell is ln(1 + count) times the bucket's inverse document frequency,
 * and the row is brought to one length. ONNX has no hash of text, so the graph carries the runs seen in training with
 * their buckets; others count nothing. A missing or empty text is all zeros.
 */
export function learnText(column: string, values: TextColumn, wanted: number): DesignBlock {
  const buckets = Math.max(1, Math.min(wanted, Math.floor(MOST_BYTES / 4 / Math.max(1, values.codes.length))));
  const rowsOfText = new Float64Array(values.dictionary.length);
  for (const code of values.codes) if (code >= 0) rowsOfText[code] = (rowsOfText[code] ?? 0) + 1;
  const rowsWith = new Map<string, { readonly words: readonly string[]; rows: number }>();
  for (const [code, text] of values.dictionary.entries()) {
    const rows = rowsOfText[code] ?? 0;
    if (rows === 0) continue;
    for (const [written, words] of new Map(gramsOf(text).map((gram) => [gram.join('\0'), gram]))) {
      const found = rowsWith.get(written);
      if (found) found.rows += rows;
      else rowsWith.set(written, { words, rows });
    }
  }
  const kept = [...rowsWith]
    .filter(([, { rows, words }]) => rows >= FEWEST_ROWS && gramKey(words).trim() !== '')
    .sort(([a, x], [b, y]) => y.rows - x.rows || (a < b ? -1 : 1))
    .slice(0, GRAMS_A_BUCKET * buckets);
  const bucketOf = new Map(kept.map(([written, { words }]) => [written, hashOf(gramKey(words)) % buckets]));
  const width = Math.max(-1, ...bucketOf.values()) + 1;
  const rowsInBucket = new Float64Array(width);
  for (const [code, text] of values.dictionary.entries()) {
    const rows = rowsOfText[code] ?? 0;
    if (rows === 0) continue;
    const seen = new Set(gramsOf(text).map((gram) => bucketOf.get(gram.join('\0'))));
    for (const bucket of seen) if (bucket !== undefined) rowsInBucket[bucket] = (rowsInBucket[bucket] ?? 0) + rows;
  }
  const all = rowsOfText.reduce((sum, rows) => sum + rows, 0);
  // Smoothed as if one more row held every run: never zero, never infinite.
  const rarity = Float32Array.from(rowsInBucket, (rows) => Math.log((1 + all) / (1 + rows)) + 1);
  return {
    inputs: [{ column, type: 'string' }],
    opset: OPSET,
    labels: Array.from({ length: width }, (_, bucket) => `${column}: words of bucket ${bucket + 1}`),
    meanings: Array.from({ length: width }, (_, bucket) => meaningOf(column, 'text', { word: `bucket ${bucket + 1}` })),
    encode(frame, matrix, stride, at) {
      const given = frameColumn(frame, column);
      if (given.kind !== 'text') throw new RangeError(`Column "${column}" holds numbers where text was trained on.`);
      const cells = new Map<number, Float32Array>();
      for (let row = 0; row < frame.rows; row++) {
        const code = given.codes[row] ?? -1;
        if (code < 0) continue;
        let cell = cells.get(code);
        if (!cell) {
          cell = rowOf(given.dictionary[code] ?? '', bucketOf, rarity);
          cells.set(code, cell);
        }
        matrix.set(cell, row * stride + at);
      }
    },
    nodes: (graph) =>
      textNodes(
        graph,
        column,
        kept.map(([written, { words }]) => ({ words, bucket: bucketOf.get(written) ?? 0 })),
        rarity,
      ),
  };
}

interface Gram {
  readonly words: readonly string[];
  readonly bucket: number;
}

function textNodes(graph: GraphBuilder, column: string, grams: readonly Gram[], rarity: Float32Array): string {
  const single = grams.filter(({ words }) => words.length === 1);
  const double = grams.filter(({ words }) => words.length === 2);
  const pool = [...single, ...double];
  const words = graph.add('StringSplit', [graph.add('Reshape', [column, graph.integers([-1])])]);
  // Its second result, the number of words, is not asked for but has to have a name.
  graph.nodes.at(-1)?.output.push(graph.fresh());
  const counts = graph.add('TfIdfVectorizer', [words], {
    mode: 'TF',
    min_gram_length: 1,
    max_gram_length: double.length > 0 ? LONGEST_GRAM : 1,
    max_skip_count: 0,
    ngram_counts: double.length > 0 ? [0, single.length] : [0],
    ngram_indexes: pool.map(({ bucket }) => bucket),
    pool_strings: pool.flatMap((gram) => [...gram.words]),
  });
  const cells = graph.add('Mul', [
    graph.add('Log', [graph.add('Add', [counts, graph.float(1)])]),
    graph.floats(rarity),
  ]);
  const squares = graph.add('ReduceSum', [graph.add('Mul', [cells, cells]), graph.integers([1])], { keepdims: 1 });
  const norm = graph.add('Max', [graph.add('Sqrt', [squares]), graph.float(LEAST_NORM)]);
  return graph.add('Mul', [graph.add('Div', [cells, norm]), graph.float(ROW_NORM)]);
}

function rowOf(text: string, bucketOf: ReadonlyMap<string, number>, rarity: Float32Array): Float32Array {
  const cells = new Float32Array(rarity.length);
  for (const gram of gramsOf(text)) {
    const bucket = bucketOf.get(gram.join('\0'));
    if (bucket !== undefined) cells[bucket] = (cells[bucket] ?? 0) + 1;
  }
  let squares = 0;
  for (let i = 0; i < cells.length; i++) {
    const cell = Math.fround(Math.log1p(cells[i] ?? 0) * (rarity[i] ?? 0));
    cells[i] = cell;
    squares += cell * cell;
  }
  const norm = ROW_NORM / Math.max(Math.sqrt(squares), LEAST_NORM);
  return cells.map((cell) => cell * norm);
}
