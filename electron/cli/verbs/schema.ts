import { z } from 'zod';
import { SchemaDocument } from '../../../shared/contract/validation.ts';
import { readDocument } from '../input-file.ts';
import { writeText } from '../report-file.ts';
import { table } from '../table.ts';
import { defineVerb } from '../verb.ts';

const describe = ({ columns, rules }: SchemaDocument): string =>
  `${columns.length} columns, ${rules.length} rules\n${table(
    ['rule', 'severity', 'parameters'],
    rules.map(({ id, severity, params }) => [id, severity, JSON.stringify(params)]),
  )}`;

export const schemaInferVerb = defineVerb({
  name: 'schema infer',
  summary: 'infer a schema from a dataset',
  positionals: [{ syntax: '<dataset>', description: 'dataset, dataset@version or id' }],
  options: [{ flags: '--out <file>', description: 'write the schema document there' }],
  input: z.object({ dataset: z.string(), out: z.string().optional() }),
  async run({ dataset, out }, session) {
    const document = await (await session.client()).validation.infer({ dataset });
    const text = `${JSON.stringify(document, null, 2)}\n`;
    const written = out === undefined ? '' : `\nwritten: ${await writeText(out, text, 'The schema')}`;
    return { document, text: `${describe(document)}${written}` };
  },
});

export const schemaSetVerb = defineVerb({
  name: 'schema set',
  summary: 'attach a schema document to a dataset as its new version',
  positionals: [
    { syntax: '<dataset>', description: 'dataset, dataset@version or id' },
    { syntax: '<file>', description: 'schema document (JSON)' },
  ],
  input: z.object({ dataset: z.string(), file: z.string() }),
  async run({ dataset, file }, session) {
    const document = await readDocument(file, SchemaDocument);
    const saved = await (await session.client()).validation.setSchema({ dataset, document });
    return {
      document: { ...saved.document, dataset: saved.dataset, version: saved.version, createdAt: saved.createdAt },
      text: `schema ${saved.version} of ${saved.dataset}: ${describe(saved.document)}`,
    };
  },
});
