import type { ModelVersion } from '../../shared/contract/models.ts';

/** Algorithms whose models are layers with weights that can learn on. */
const NETWORKS: readonly string[] = ['network', 'finetune', 'convnet', 'transfer'];

/** Whether a training may start from a model: a network of ours, or one that came as a file and may hold layers. */
export const canGoOn = ({ algorithm, task, lineage }: Pick<ModelVersion, 'algorithm' | 'task' | 'lineage'>): boolean =>
  task !== 'anomaly' && (NETWORKS.includes(algorithm) || lineage.origin !== null);
