import type { AskedRows } from '../../../shared/contract/asked-rows.ts';
import type { Explanation } from '../../../shared/contract/explanation.ts';
import type { JobStarted } from '../../../shared/contract/jobs.ts';
import type { ModelVersion } from '../../../shared/contract/models.ts';
import type { StressReport } from '../../../shared/contract/stress.ts';
import { AppError } from '../../../shared/errors.ts';
import { versionReference } from '../../../shared/ids.ts';
import type { WorkerJobDefinition } from '../../jobs/job-definition.ts';
import type { EvaluationNeeds } from './evaluation-service.ts';
import type { ExplainTaskParams, ExplanationBody } from './explain-task.ts';
import { askedRows, columnInputs, requireInputs, tensorsOnly } from './model-columns.ts';
import type { StressBody, StressTaskParams } from './stress-task.ts';

export interface ExplainParams {
  readonly model: string;
  readonly dataset?: string | undefined;
  readonly rows: number;
  readonly background?: string | undefined;
  readonly seed: number;
}

export type StressParams = Pick<ExplainParams, 'model' | 'dataset' | 'seed'>;

/** What the service asks of the rest of the engine. */
export interface ExplanationNeeds
  extends Pick<EvaluationNeeds, 'model' | 'modelPaths' | 'dataset' | 'dataPath' | 'trainedOn'> {
  start(kind: 'explain' | 'stress', params: ExplainParams | StressParams): JobStarted;
}

/** Why a model answers as it does, column by column, and how well when columns go wrong. */
export class ExplanationService {
  readonly #needs: ExplanationNeeds;

  constructor(needs: ExplanationNeeds) {
    this.#needs = needs;
  }

  explain(params: ExplainParams): JobStarted {
    const model = this.#needs.model(params.model);
    requireColumnModel(model);
    for (const name of [params.dataset, params.background])
      if (name !== undefined) requireInputs(this.#needs.dataset(name), model, this.#needs.trainedOn(model));
    return this.#needs.start('explain', { ...params, model: versionReference(model) });
  }

  stress(params: StressParams): JobStarted {
    const model = this.#needs.model(params.model);
    requireColumnModel(model);
    answeredParts(model);
    if (params.dataset !== undefined)
      requireInputs(this.#needs.dataset(params.dataset), model, this.#needs.trainedOn(model));
    return this.#needs.start('stress', { ...params, model: versionReference(model) });
  }

  definition(): WorkerJobDefinition<ExplainParams, ExplainTaskParams, ExplanationBody, Explanation> {
    return {
      place: 'worker',
      kind: 'explain',
      task: 'explain',
      title: ({ model, dataset }) => `Explain ${model} on ${dataset ?? 'its held-out rows'}`,
      prepare: async (params) => {
        const model = this.#needs.model(params.model);
        const { task } = model;
        if (task === 'tensors') throw tensorsOnly(model);
        return {
          ...(await this.#pathsOf(params, model)),
          backgroundPath:
            params.background === undefined ? null : await this.#needs.dataPath(this.#needs.dataset(params.background)),
          rows: params.rows,
          seed: params.seed,
          task,
          target: model.target,
          classes: model.classes,
          inputs: columnInputs(model),
        };
      },
      commit: async (body, params) => () => ({ ...body, ...this.#about(params) }),
    };
  }

  stressDefinition(): WorkerJobDefinition<StressParams, StressTaskParams, StressBody, StressReport> {
    return {
      place: 'worker',
      kind: 'stress',
      task: 'stress',
      title: ({ model, dataset }) => `Stress ${model} on ${dataset ?? 'its held-out rows'}`,
      prepare: async (params) => {
        const model = this.#needs.model(params.model);
        const paths = await this.#pathsOf(params, model);
        return { ...paths, ...answeredParts(model), inputs: columnInputs(model), seed: params.seed };
      },
      commit: async (body, params) => () => ({ ...body, ...this.#about(params) }),
    };
  }

  /** The model's file, and that of the rows it is asked about. */
  async #pathsOf({ model: reference, dataset }: StressParams, model: ModelVersion) {
    const { onnxPath, files } = await this.#needs.modelPaths(reference);
    const path = dataset === undefined ? files['test'] : await this.#needs.dataPath(this.#needs.dataset(dataset));
    if (path !== undefined) return { onnxPath, path };
    throw new AppError('NOT_FOUND', {
      message: `The held-out rows of ${model.name} are not kept.`,
      remedy: 'Name a dataset.',
    });
  }

  /** What a result was said of, and when. */
  #about(params: StressParams): AskedRows {
    const model = this.#needs.model(params.model);
    return askedRows(model, params.dataset === undefined ? null : this.#needs.dataset(params.dataset));
  }
}

/** What a model answers; refuses one that learnt from no answers, or that takes tensors. */
function answeredParts(model: ModelVersion): Pick<StressTaskParams, 'task' | 'target' | 'classes'> {
  const { name, task, target, classes } = model;
  if (task === 'tensors') throw tensorsOnly(model);
  if (task === 'anomaly' || target === null)
    throw new AppError('INVALID_ARGUMENT', {
      message: `${name} learns from no answers; there is no figure that stress could lower.`,
      remedy: 'Choose a model that predicts something.',
    });
  return { task, target, classes };
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
