import { join } from 'node:path';
import type { DuckDBAppender } from '@duckdb/node-api';
import { DuckDb, quoteIdentifier, quoteLiteral } from '../frame/duckdb.ts';
import type { Scores } from '../onnx/scorer.ts';
import { decodeImage, thumbnail } from './decode-image.ts';
import { readImageBytes } from './read-images.ts';

/** More answers than this are not kept one by one: the wrong ones come first. */
const MOST_KEPT = 20_000;
/** Longest side of a small picture. */
const THUMBNAIL_SIDE = 64;

export interface AnsweredImages {
  /** The Parquet file of the images and the column that holds them. */
  readonly path: string;
  readonly column: string;
  /** Row numbers in that file, ascending; targets and scores belong to them. */
  readonly rows: Uint32Array;
  readonly targets: Float64Array;
  readonly classes: readonly string[];
  readonly scores: Extract<Scores, { kind: 'classes' }>;
}

/**
 * Writes what a model answered for each image: row, path, truth, answer, both probabilities, and a small picture. Wrong
 * answers come first, the surest of them at the top; then right ones, the least sure first. At most 20,000 are kept.
 */
export async function writeImageAnswers(
  answered: AnsweredImages,
  out: string,
  context: { readonly signal: AbortSignal; readonly folder: string },
): Promise<void> {
  const kept = inOrderOfInterest(answered).slice(0, MOST_KEPT);
  const placeOf = new Map(kept.map(({ index }, place) => [index, place]));
  const indices = kept.map(({ index }) => index).sort((a, b) => a - b);
  await using database = await DuckDb.open({
    spillFolder: join(context.folder, 'answers-spill'),
    signal: context.signal,
  });
  await database.run(
    'CREATE TABLE answers (place INTEGER, "row" INTEGER, truth VARCHAR, answer VARCHAR, probability FLOAT, truthProbability FLOAT, thumbnail BLOB, mediaType VARCHAR)',
  );
  const appender = await database.connection.createAppender('answers');
  const rows = Uint32Array.from(indices, (index) => answered.rows[index] ?? 0);
  let at = 0;
  for await (const bytes of readImageBytes(answered.path, answered.column, rows, context.signal)) {
    const index = indices[at] ?? 0;
    const one = kept[placeOf.get(index) ?? 0];
    const small = await thumbnail(await decodeImage(bytes), THUMBNAIL_SIDE);
    appender.appendInteger(placeOf.get(index) ?? 0);
    appender.appendInteger(rows[at] ?? 0);
    appendAnswer(appender, one);
    appender.appendBlob(small.bytes);
    appender.appendVarchar(small.mediaType);
    appender.endRow();
    at += 1;
  }
  appender.closeSync();
  const names = (await database.describe(`SELECT * FROM read_parquet(${quoteLiteral(answered.path)})`)).map(
    ({ name }) => name,
  );
  const path = names.includes('path') ? `s.${quoteIdentifier('path')}` : '"row"::VARCHAR';
  await database.writeParquet(
    `SELECT a.*, ${path} AS path FROM answers a JOIN read_parquet(${quoteLiteral(answered.path)}, file_row_number = true) s ON a."row" = s.file_row_number ORDER BY place`,
    out,
    { rowGroupSize: 2048 },
  );
}

interface Answer {
  readonly index: number;
  readonly truth: string;
  readonly answer: string;
  readonly probability: number;
  readonly truthProbability: number;
}

function appendAnswer(appender: DuckDBAppender, answer: Answer | undefined): void {
  appender.appendVarchar(answer?.truth ?? '');
  appender.appendVarchar(answer?.answer ?? '');
  appender.appendFloat(answer?.probability ?? 0);
  appender.appendFloat(answer?.truthProbability ?? 0);
}

function inOrderOfInterest({ rows, targets, classes, scores }: AnsweredImages): Answer[] {
  const share = (index: number, k: number): number => scores.probabilities[index * scores.classes + k] ?? 0;
  const answers = Array.from(rows, (_, index): Answer => {
    const answer = scores.labels[index] ?? '';
    const target = targets[index] ?? 0;
    return {
      index,
      answer,
      truth: classes[target] ?? '',
      probability: share(index, classes.indexOf(answer)),
      truthProbability: share(index, target),
    };
  });
  const isWrong = ({ answer, truth }: Answer): boolean => answer !== truth;
  return answers.sort(
    (a, b) =>
      Number(isWrong(b)) - Number(isWrong(a)) ||
      (isWrong(a) ? b.probability - a.probability : a.probability - b.probability) ||
      a.index - b.index,
  );
}
