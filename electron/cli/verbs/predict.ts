import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { shortDuration, shortNumber } from '../table.ts';
import { defineVerb } from '../verb.ts';

const PredictionResult = z.looseObject({
  rows: z.number(),
  rowsPerSecond: z.number(),
  out: z.string(),
  seconds: z.number(),
});

export const predictVerb = defineVerb({
  name: 'predict',
  summary: 'score a file or a dataset in batches',
  positionals: [{ syntax: '<model>', description: 'model, model@version, model@alias or id' }],
  options: [
    { flags: '--in <file or dataset>', description: 'rows to score' },
    { flags: '--out <file>', description: 'where predictions go (.csv or .parquet)' },
  ],
  input: z.object({ model: z.string(), in: z.string(), out: z.string() }),
  async run({ model, in: rows, out }, session) {
    const source = existsSync(rows) ? { path: resolve(rows) } : { dataset: rows };
    const result = PredictionResult.parse(
      await session.job((client) => client.evaluation.predict({ model, out: resolve(out), ...source })),
    );
    return {
      document: result,
      text: `${shortNumber(result.rows)} rows in ${shortDuration(result.seconds)} (${shortNumber(Math.round(result.rowsPerSecond))} rows/s): ${result.out}`,
    };
  },
});
