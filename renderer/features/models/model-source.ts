import type { EvaluationReport } from '../../../shared/contract/evaluation.ts';
import type { Lineage } from '../../../shared/contract/models.ts';
import { formatCount } from '../../lib/format.ts';
import { modelsMessages } from './messages.ts';

/** What a version was made from, in a few words: its dataset, or the file it was imported from. */
export const modelSource = ({ dataset, datasetVersion, origin }: Lineage): string =>
  dataset === null ? (origin?.fileName ?? '') : `${dataset} v${datasetVersion}`;

type OnRows = Pick<EvaluationReport, 'part' | 'rows' | 'dataset' | 'datasetVersion'>;

/** The rows that a report is about: those held out of training, or all of a dataset. */
export const judgedRows = ({ part, rows, dataset, datasetVersion }: OnRows): string =>
  part === 'test'
    ? modelsMessages.heldOut(formatCount(rows))
    : modelsMessages.onDataset(`${dataset} v${datasetVersion}`, formatCount(rows));
