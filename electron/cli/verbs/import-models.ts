import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { z } from 'zod';
import { ModelVersion, PixelScaling } from '../../../shared/contract/models.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Session } from '../session.ts';
import { shortBytes, shortNumber } from '../table.ts';
import { Names } from '../typed.ts';
import type { Answer } from '../verb.ts';

/** Options of `import` that say of a model what its file does not. */
export const ModelMeaning = {
  columns: Names.optional(),
  labels: z.string().optional(),
  scaling: PixelScaling.optional(),
  target: z.string().min(1).optional(),
};

interface Meaning {
  readonly name: string | undefined;
  readonly columns?: readonly string[] | undefined;
  readonly labels?: string | undefined;
  readonly scaling?: PixelScaling | undefined;
  readonly target?: string | undefined;
  /** Files named beside the models. */
  readonly others: number;
}

/** Labels as typed, or the lines of a file. */
async function labelsOf(text: string | undefined): Promise<string[] | undefined> {
  if (text === undefined) return undefined;
  if (!existsSync(text)) return Names.parse(text);
  const lines = (await readFile(text, 'utf8')).split(/\r?\n/).map((line) => line.trim());
  return lines.filter((line) => line !== '');
}

const describe = (model: ModelVersion): string => {
  const { origin } = model.lineage;
  const inputs = model.inputs.slice(0, 8).map(({ name, type, datatype, shape }) => {
    const kind = type === 'tensor' ? `${datatype ?? ''} [${(shape ?? []).join(', ')}]` : type;
    return `${name.slice(0, 60)}: ${kind}`;
  });
  const more = model.inputs.length > inputs.length ? `, and ${model.inputs.length - inputs.length} more` : '';
  return [
    `${model.name}@${model.version}: ${model.task === 'tensors' ? 'a model of tensors' : model.task}, ${shortNumber(origin?.nodes)} nodes, ${shortNumber(origin?.parameters)} weights, ${shortBytes(model.sizeBytes)}`,
    `  takes ${inputs.join(', ')}${more}`,
    ...(model.classes
      ? [`  answers ${model.classes.slice(0, 8).join(', ')}${model.classes.length > 8 ? ', …' : ''}`]
      : []),
    ...(model.task === 'tensors'
      ? ['  kept for its tensors: name --columns, or --scaling for images, to score datasets with it']
      : []),
  ].join('\n');
};

/** Registers ONNX files as versions of models. */
export async function importModels(files: readonly string[], meaning: Meaning, session: Session): Promise<Answer> {
  if (meaning.others > 0)
    throw new AppError('INVALID_ARGUMENT', {
      message: 'Models and data are named together.',
      remedy: 'Import ONNX files by themselves.',
    });
  const { name, columns, scaling, target } = meaning;
  const labels = await labelsOf(meaning.labels);
  const models: ModelVersion[] = [];
  for (const file of files) {
    const result = await session.job((client) =>
      client.models.import({
        source: { kind: 'path', path: resolve(file) },
        ...(name === undefined ? {} : { name }),
        ...(columns === undefined ? {} : { columns: [...columns] }),
        ...(labels === undefined ? {} : { labels }),
        ...(scaling === undefined ? {} : { scaling }),
        ...(target === undefined ? {} : { target }),
      }),
    );
    models.push(ModelVersion.parse(result));
  }
  return {
    document: { model: models.at(-1), ...(models.length > 1 ? { models } : {}) },
    text: models.map(describe).join('\n'),
  };
}
