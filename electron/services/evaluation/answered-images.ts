import type { AnsweredImage, AnsweredImages } from '../../../shared/contract/evaluation.ts';
import { type DuckDb, quoteLiteral } from '../../compute/frame/duckdb.ts';

export interface ImageQuery {
  readonly model: string;
  readonly offset: number;
  readonly limit: number;
  readonly truth?: string | undefined;
  readonly answer?: string | undefined;
  readonly isWrongOnly: boolean;
}

/** A page of a file of answers, in the order in which it was written: what is worth a look first. */
export async function readAnsweredImages(
  database: DuckDb,
  path: string,
  classes: readonly string[],
  { offset, limit, truth, answer, isWrongOnly }: ImageQuery,
): Promise<AnsweredImages> {
  const source = `read_parquet(${quoteLiteral(path)})`;
  const conditions = [
    ...(truth === undefined ? [] : [`truth = ${quoteLiteral(truth)}`]),
    ...(answer === undefined ? [] : [`answer = ${quoteLiteral(answer)}`]),
    ...(isWrongOnly ? ['truth <> answer'] : []),
  ];
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  const [counted] = await database.rows(`SELECT count(*), count(*) FILTER (truth <> answer) FROM ${source} ${where}`);
  const byClass = await database.rows(
    `SELECT truth, count(*), count(*) FILTER (truth <> answer) FROM ${source} GROUP BY truth`,
  );
  const rows = await database.rows(
    `SELECT "row", path, truth, answer, probability, truthProbability, thumbnail, mediaType FROM ${source} ${where} ORDER BY place LIMIT ${limit} OFFSET ${offset}`,
  );
  const found = new Map(byClass.map(([label, images, wrong]) => [String(label), { images, wrong }]));
  return {
    total: Number(counted?.[0] ?? 0),
    wrong: Number(counted?.[1] ?? 0),
    classes: classes.map((label) => ({
      label,
      images: Number(found.get(label)?.images ?? 0),
      wrong: Number(found.get(label)?.wrong ?? 0),
    })),
    images: rows.map(
      ([row, name, rightAnswer, given, probability, truthProbability, thumbnail, mediaType]): AnsweredImage => ({
        row: Number(row),
        path: String(name),
        truth: String(rightAnswer),
        answer: String(given),
        isWrong: rightAnswer !== given,
        probability: Number(probability),
        truthProbability: Number(truthProbability),
        thumbnail: `data:${String(mediaType)};base64,${Buffer.isBuffer(thumbnail) ? thumbnail.toString('base64') : ''}`,
      }),
    ),
  };
}
