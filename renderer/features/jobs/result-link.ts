import type { Job } from '../../../shared/contract/jobs.ts';

const field = (document: unknown, name: string): unknown =>
  typeof document === 'object' && document !== null
    ? Object.entries(document).find(([key]) => key === name)?.[1]
    : undefined;
const text = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number'
    ? encodeURIComponent(String(value)).replaceAll('%40', '@')
    : undefined;

const dataset = (name: unknown, version: unknown, tab = ''): string | undefined => {
  const [named, numbered] = [text(name), text(version)];
  return named === undefined ? undefined : `/data/${named}${numbered === undefined ? '' : `@${numbered}`}${tab}`;
};
const model = (name: unknown, version: unknown, tab = ''): string | undefined => {
  const [named, numbered] = [text(name), text(version)];
  return named === undefined || numbered === undefined ? undefined : `/models/${named}/${numbered}${tab}`;
};

/** Where the result of a job is shown; undefined when it has no place of its own. */
export function resultLink({ kind, state, result }: Pick<Job, 'kind' | 'state' | 'result'>): string | undefined {
  if (state !== 'succeeded' || result === null) return undefined;
  switch (kind) {
    case 'import':
    case 'profile':
      return dataset(field(result, 'name'), field(result, 'version'));
    case 'validate':
      return dataset(field(result, 'dataset'), field(result, 'datasetVersion'), '/schema');
    case 'train':
    case 'detect':
      return model(field(field(result, 'model'), 'name'), field(field(result, 'model'), 'version'));
    case 'importModel':
      return model(field(result, 'name'), field(result, 'version'));
    case 'evaluate':
      return model(field(result, 'model'), field(result, 'modelVersion'));
    case 'explain':
      return model(field(result, 'model'), field(result, 'modelVersion'), '/explain');
    case 'stress':
      return model(field(result, 'model'), field(result, 'modelVersion'), '/stress');
    case 'drift': {
      const id = text(field(result, 'id'));
      return id === undefined ? undefined : `/monitor/${id}`;
    }
    case 'export':
    case 'verify':
      return '/deploy';
    case 'demo':
      return '/';
    case 'predict':
      return undefined;
  }
}
