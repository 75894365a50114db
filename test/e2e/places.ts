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
    { name: 'models-compare', path: '/models/compare' },
    { name: 'deploy', path: '/deploy' },
    { name: 'monitor', path: '/monitor' },
    { name: 'jobs', path: '/jobs' },
    { name: 'settings', path: '/settings' },
  ];
  // The data a model was trained on have a schema and roles; the model with groups has something to say of fairness.
  const trained = models.map(({ lineage }) => lineage.dataset);
  const dataset = datasets.find(({ name }) => trained.includes(name)) ?? datasets[0];
  if (dataset !== undefined) {
    const path = `/data/${encodeURIComponent(dataset.name)}`;
    places.push(
      { name: 'dataset-overview', path },
      { name: 'dataset-rows', path: `${path}/rows` },
      { name: 'dataset-schema', path: `${path}/schema` },
    );
  }
  const [model] = models.toSorted((a, b) => a.createdAt.localeCompare(b.createdAt));
  if (model !== undefined) {
    const path = `/models/${encodeURIComponent(model.name)}/${model.version}`;
    places.push(
      { name: 'model-performance', path },
      { name: 'model-lineage', path: `${path}/lineage` },
      { name: 'job', path: `/jobs/${model.lineage.jobId}` },
      { name: 'train-result', path: `/train?job=${model.lineage.jobId}` },
    );
  }
  const [judged] = models.filter(({ lineage }) => lineage.dataset?.startsWith('census'));
  if (judged !== undefined) {
    const path = `/models/${encodeURIComponent(judged.name)}/${judged.version}`;
    for (const part of ['fairness', 'explain', 'stress', 'inside'])
      places.push({ name: `model-${part}`, path: `${path}/${part}` });
  }
  const report = reports.find(({ chunks }) => chunks.length > 0) ?? reports[0];
  if (report !== undefined) places.push({ name: 'drift-report', path: `/monitor/${report.id}` });
  return places;
}
