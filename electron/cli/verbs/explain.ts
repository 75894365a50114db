import { z } from 'zod';
import { Explanation, MOST_EXPLAINED_ROWS } from '../../../shared/contract/explanation.ts';
import { METHOD_WORDS, SCALE_WORDS } from '../../../shared/explanation-words.ts';
import { shortNumber, table } from '../table.ts';
import { TypedInteger } from '../typed.ts';
import { defineVerb } from '../verb.ts';

/** Columns of one row that are printed: those that give most. */
const MOST_SHOWN = 5;
const ROWS_SHOWN = 5;

const describe = (explanation: Explanation): string => {
  const { importance, loss, outputs, rows } = explanation;
  const scale = `${SCALE_WORDS[explanation.scale]}${outputs.length === 1 && outputs[0]?.label ? ` for "${outputs[0].label}"` : ''}`;
  return [
    `${explanation.model}@${explanation.modelVersion} on ${explanation.dataset}@${explanation.datasetVersion}: values in ${scale} (${METHOD_WORDS[explanation.method]})`,
    table(
      ['column', 'importance', ...(loss === null ? [] : [`${loss} lost when shuffled`])],
      importance
        .slice(0, 30)
        .map(({ column, importance: value, permuted }) => [
          column,
          shortNumber(value),
          ...(loss === null ? [] : [permuted ? shortNumber(permuted.rise) : '']),
        ]),
    ),
    '',
    ...rows.slice(0, ROWS_SHOWN).flatMap((row) =>
      outputs.map(({ label, base }, output) => {
        const parts = explanation.columns
          .map((column, at) => ({ column, cell: row.cells[at] ?? null, value: row.values[at]?.[output] ?? 0 }))
          .sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
        const said = parts
          .slice(0, MOST_SHOWN)
          .map(
            ({ column, cell, value }) => `${column}=${cell ?? 'missing'} ${value < 0 ? '' : '+'}${shortNumber(value)}`,
          );
        const sum = shortNumber(parts.reduce((total, { value }) => total + value, base));
        const name = `row ${row.row}${outputs.length > 1 ? ` ${label}` : ''}`;
        const rest = parts.length > MOST_SHOWN ? ', ...' : '';
        return `${name}: answer ${shortNumber(row.answers[output])}; ${sum} = base ${shortNumber(base)}, ${said.join(', ')}${rest}`;
      }),
    ),
    ...explanation.notes.map((note) => `note: ${note}`),
  ].join('\n');
};

export const explainVerb = defineVerb({
  name: 'explain',
  summary: 'what each column gives the answer of each row, and how important columns are',
  positionals: [{ syntax: '<model>', description: 'model, model@version, model@alias or id' }],
  options: [
    { flags: '--on <dataset>', description: 'dataset to explain on (default: the rows held out in training)' },
    { flags: '--rows <number>', description: 'rows to explain one by one, the first ones (default 100)' },
    { flags: '--background <dataset>', description: 'rows that stand for columns that are not known' },
  ],
  input: z.object({
    model: z.string(),
    on: z.string().optional(),
    rows: TypedInteger.pipe(z.number().min(1).max(MOST_EXPLAINED_ROWS)).default(100),
    background: z.string().optional(),
  }),
  async run({ model, on, rows, background }, session) {
    const explanation = Explanation.parse(
      await session.job((client) =>
        client.explanation.explain({
          model,
          rows,
          seed: session.options.seed ?? 0,
          ...(on === undefined ? {} : { dataset: on }),
          ...(background === undefined ? {} : { background }),
        }),
      ),
    );
    const [only, ...others] = explanation.outputs;
    const isSingle = only !== undefined && others.length === 0;
    return {
      document: {
        ...explanation,
        features: explanation.columns,
        // One number a row and feature; for several classes a list of one a class.
        base: isSingle ? only.base : explanation.outputs.map(({ base }) => base),
        values: explanation.rows.map((row) => (isSingle ? row.values.map(([value = 0]) => value) : row.values)),
      },
      text: describe(explanation),
    };
  },
});
