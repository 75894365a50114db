import type { Explanation } from '../../../shared/contract/explanation.ts';
import type { JobStarted } from '../../../shared/contract/jobs.ts';
import type { ModelVersion } from '../../../shared/contract/models.ts';
import { AppError } from '../../../shared/errors.ts';
import type { WorkerJobDefinition } from '../../jobs/job-definition.ts';
import type { EvaluationNeeds } from './evaluation-service.ts';
import type { ExplainTaskParams, ExplanationBody } from './explain-task.ts';
import { columnInputs, requireInputs, tensorsOnly } from './model-columns.ts';

export interface ExplainParams {
  readonly model: string;
  readonly dataset?: string | undefined;
  readonly rows: number;
  readonly background?: string | undefined;
  readonly seed: number;
}

/** What the service asks of the rest of the engine. */
export interface ExplanationNeeds extends Pick<EvaluationNeeds, 'model' | 'modelPaths' | 'dataset' | 'dataPath'> {
  start(kind: 'explain', params: ExplainParams): JobStarted;
}

/** Why a model answers as it does, column by column. */
export class ExplanationService {
  readonly #needs: ExplanationNeeds;

  constructor(needs: ExplanationNeeds) {
    this.#needs = needs;
  }

  explain(params: ExplainParams): JobStarted {
    const model = this.#needs.model(params.model);
    requireColumnModel(model);
    for (const name of [params.dataset, params.background])
      if (name !== undefined) requireInputs(this.#needs.dataset(name), model);
    return this.#needs.start('explain', params);
  }

  definition(): WorkerJobDefinition<ExplainParams, ExplainTaskParams, ExplanationBody, Explanation> {
    return {
      place: 'worker',
      kind: 'explain',
      task: 'explain',
      title: ({ model, dataset }) => `Explain ${model} on ${dataset ?? 'its held-out rows'}`,
      prepare: async (params) => {
        const model = this.#needs.model(params.model);
        const { onnxPath, files } = await this.#needs.modelPaths(params.model);
        const pathOf = (name: string) => this.#needs.dataPath(this.#needs.dataset(name));
        const path = params.dataset === undefined ? files['test'] : await pathOf(params.dataset);
        if (path === undefined)
          throw new AppError('NOT_FOUND', {
            message: `The held-out rows of ${model.name} are not kept.`,
            remedy: 'Name a dataset to explain on.',
          });
        const { task } = model;
        if (task === 'tensors') throw tensorsOnly(model);
        return {
          onnxPath,
          path,
          backgroundPath: params.background === undefined ? null : await pathOf(params.background),
          rows: params.rows,
          seed: params.seed,
          task,
          target: model.target,
          classes: model.classes,
          inputs: columnInputs(model),
        };
      },
      commit: async (body, params) => {
        const model = this.#needs.model(params.model);
        const on = params.dataset === undefined ? null : this.#needs.dataset(params.dataset);
        return () => ({
          ...body,
          model: model.name,
          modelVersion: model.version,
          dataset: on?.name ?? model.lineage.dataset ?? '',
          datasetVersion: on?.version ?? model.lineage.datasetVersion ?? 0,
          part: on ? ('all' as const) : ('test' as const),
          at: new Date().toISOString(),
        });
      },
    };
  }
}

/** Only answers that follow from columns can be attributed to columns. */
function requireColumnModel(model: ModelVersion): void {
  if (model.task === 'tensors') throw tensorsOnly(model);
  if (model.inputs.some(({ type }) => type === 'image'))
    throw new AppError('INVALID_ARGUMENT', {
      message: `${model.name} takes images; explanations are there for models of columns.`,
      remedy: 'Look at its answers, wrong ones first, with `drydock evaluate MODEL --images 50`.',
    });
}
