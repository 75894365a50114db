import type { ContractConnection } from '../helpers/contract-client.ts';

export interface PlaceToSee {
  readonly name: string;
  readonly path: string;
}

/** Every place of the window with an address, filled from what the workspace holds. */
export async function placesToSee({ client }: ContractConnection): Promise<readonly PlaceToSee[]> {
  const [datasets, models, reports] = await Promise.all([
    client.datasets.list(),
    client.models.list(),
    client.monitoring.reports(),
  ]);
  const places: PlaceToSee[] = [
    { name: 'start', path: '/' },
    { name: 'data', path: '/data' },
    { name: 'import', path: '/data/import' },
    { name: 'train', path: '/train' },
    { name: 'models', path: '/models' },
    { name: 'deploy', path: '/deploy' },
    { name: 'monitor', path: '/monitor' },
    { name: 'jobs', path: '/jobs' },
    { name: 'settings', path: '/settings' },
  ];
  const [dataset] = datasets;
  if (dataset !== undefined) {
    const path = `/data/${encodeURIComponent(dataset.name)}`;
    places.push(
      { name: 'dataset-overview', path },
      { name: 'dataset-rows', path: `${path}/rows` },
      { name: 'dataset-schema', path: `${path}/schema` },
    );
  }
  const [model] = models;
  if (model !== undefined) {
    const path = `/models/${encodeURIComponent(model.name)}/${model.version}`;
    places.push(
      { name: 'model-performance', path },
      { name: 'model-fairness', path: `${path}/fairness` },
      { name: 'model-lineage', path: `${path}/lineage` },
    );
  }
  const [report] = reports;
  if (report !== undefined) places.push({ name: 'drift-report', path: `/monitor/${report.id}` });
  return places;
}
