import { existsSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { z } from 'zod';
import { DatasetVersion } from '../../../shared/contract/datasets.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Session } from '../session.ts';
import { shortDuration, shortNumber } from '../table.ts';
import { defineVerb } from '../verb.ts';

/** A Parquet file is scored where it lies; any other kind of file is read as an import does, and kept as one. */
async function sourceOf(
  rows: string,
  session: Session,
): Promise<{ source: { path: string } | { dataset: string }; quarantined: number }> {
  if (!existsSync(rows)) return { source: { dataset: rows }, quarantined: 0 };
  const path = resolve(rows);
  if (extname(path).toLowerCase() === '.parquet') return { source: { path }, quarantined: 0 };
  const imported = await session.job((client) =>
    client.datasets.import({ source: { kind: 'path', path }, options: {} }),
  );
  const { name, version, quarantined } = DatasetVersion.parse(imported);
  return { source: { dataset: `${name}@${version}` }, quarantined };
}

const PredictionResult = z.looseObject({
  rows: z.number(),
  rowsPerSecond: z.number(),
  out: z.string(),
  seconds: z.number(),
  unanswered: z.object({ rows: z.number(), firstRow: z.number() }).nullable(),
  engine: z.enum(['onnxRuntime', 'trees']),
  engineReason: z.string().nullable(),
});

export const predictVerb = defineVerb({
  name: 'predict',
  summary: 'score a file or a dataset in batches',
  positionals: [{ syntax: '<model>', description: 'model, model@version, model@alias or id' }],
  options: [
    { flags: '--in <file or dataset>', description: 'rows to score' },
    {
      flags: '--out-of-fold',
      description: 'instead of --in: what models of the folds said of training rows they had not learnt from',
    },
    { flags: '--out <file>', description: 'where predictions go (.csv, .tsv, .jsonl or .parquet)' },
  ],
  input: z.object({
    model: z.string(),
    in: z.string().optional(),
    outOfFold: z.boolean().default(false),
    out: z.string(),
  }),
  async run({ model, in: rows, outOfFold, out }, session) {
    if (outOfFold) {
      const written = await (await session.client()).evaluation.outOfFold({ model, out: resolve(out) });
      return { document: written, text: `${shortNumber(written.rows)} rows: ${written.out}` };
    }
    if (rows === undefined)
      throw new AppError('INVALID_ARGUMENT', {
        message: 'Rows to score are needed.',
        remedy: 'Name a file or a dataset (--in), or ask for what the folds said (--out-of-fold).',
      });
    const { source, quarantined } = await sourceOf(rows, session);
    const result = PredictionResult.parse(
      await session.job((client) => client.evaluation.predict({ model, out: resolve(out), ...source })),
    );
    return {
      document: quarantined === 0 ? result : { ...result, quarantined },
      text: [
        `${shortNumber(result.rows)} rows in ${shortDuration(result.seconds)} (${shortNumber(Math.round(result.rowsPerSecond))} rows/s, by ${result.engine === 'trees' ? 'the engine for trees' : 'ONNX Runtime'}): ${result.out}`,
        ...(result.engineReason === null ? [] : [`  not by the engine for trees: ${result.engineReason}`]),
        ...(result.unanswered === null
          ? []
          : [
              `  ${shortNumber(result.unanswered.rows)} rows have no answer: the model gives no number for them, the first is row ${result.unanswered.firstRow}`,
            ]),
        ...(quarantined === 0
          ? []
          : [
              `  ${shortNumber(quarantined)} rows of ${rows} could not be read and are not scored; they are in quarantine`,
            ]),
      ].join('\n'),
    };
  },
});
