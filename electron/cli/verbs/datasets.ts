import { z } from 'zod';
import { versionReference } from '../../../shared/ids.ts';
import { shortBytes, shortNumber, table } from '../table.ts';
import { defineVerb } from '../verb.ts';

export const datasetsVerb = defineVerb({
  name: 'datasets',
  summary: 'list the datasets',
  input: z.object({}),
  async run(_, session) {
    const datasets = await (await session.client()).datasets.list();
    return {
      document: { datasets },
      text: table(
        ['dataset', 'rows', 'columns', 'size', 'quarantined', 'created'],
        datasets.map((one) => [
          versionReference(one),
          shortNumber(one.rows),
          String(one.columns.length),
          shortBytes(one.sizeBytes),
          shortNumber(one.quarantined),
          one.createdAt,
        ]),
      ),
    };
  },
});
