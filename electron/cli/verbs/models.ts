import { z } from 'zod';
import type { ModelVersion } from '../../../shared/contract/models.ts';
import { versionReference } from '../../../shared/ids.ts';
import { metricRecord } from '../metrics.ts';
import { shortNumber, table } from '../table.ts';
import { defineVerb } from '../verb.ts';

const headline = ({ metrics }: ModelVersion): string => {
  const first = metrics.find(({ name }) => name === 'rocAuc' || name === 'rmse') ?? metrics[0];
  return first === undefined ? '' : `${first.name} ${shortNumber(first.value)}`;
};

export const modelsVerb = defineVerb({
  name: 'models',
  summary: 'list the registered models, their versions and aliases',
  input: z.object({}),
  async run(_, session) {
    const models = await (await session.client()).models.list();
    return {
      document: { models },
      text: table(
        ['model', 'aliases', 'task', 'algorithm', 'target', 'test metric', 'created'],
        models.map((model) => [
          versionReference(model),
          model.aliases.join(', '),
          model.task,
          model.algorithm,
          model.target === null
            ? ''
            : `${model.target.column}${model.target.over === null ? '' : ` > ${model.target.over}`}`,
          headline(model),
          model.createdAt,
        ]),
      ),
    };
  },
});

const pointed = (model: ModelVersion, alias: string) => ({
  document: {
    alias,
    model: { name: model.name, version: model.version, id: model.id },
    aliases: model.aliases,
    metrics: metricRecord(model.metrics),
  },
  text: `${model.name}@${alias} is now version ${model.version}`,
});

export const promoteVerb = defineVerb({
  name: 'promote',
  summary: 'point an alias such as champion at a model version',
  positionals: [{ syntax: '<model>', description: 'model, model@version or id' }],
  options: [{ flags: '--to <alias>', description: 'the alias' }],
  input: z.object({ model: z.string(), to: z.string() }),
  async run({ model, to }, session) {
    return pointed(await (await session.client()).models.promote({ model, alias: to }), to);
  },
});

export const rollbackVerb = defineVerb({
  name: 'rollback',
  summary: 'point an alias back at what it named before',
  positionals: [{ syntax: '<alias>', description: 'alias, or model@alias where several models have it' }],
  input: z.object({ alias: z.string() }),
  async run({ alias }, session) {
    const at = alias.lastIndexOf('@');
    const input = at > 0 ? { model: alias.slice(0, at), alias: alias.slice(at + 1) } : { alias };
    return pointed(await (await session.client()).models.rollback(input), input.alias);
  },
});
