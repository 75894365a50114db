import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { DatasetVersion } from '../../../shared/contract/datasets.ts';
import type { AnsweredImages, EvaluationReport } from '../../../shared/contract/evaluation.ts';
import type { JobStarted } from '../../../shared/contract/jobs.ts';
import { JudgedRows, type JudgedRowsQuery } from '../../../shared/contract/judged-rows.ts';
import type { ModelVersion } from '../../../shared/contract/models.ts';
import { AppError } from '../../../shared/errors.ts';
import { versionReference } from '../../../shared/ids.ts';
import { targetColumns } from '../../../shared/target-columns.ts';
import type { EvaluationBody } from '../../compute/evaluation/scored-rows.ts';
import { DuckDb } from '../../compute/frame/duckdb.ts';
import { noSuchColumn } from '../../compute/frame/no-such-column.ts';
import { quoteIdentifier, quoteLiteral } from '../../compute/frame/sql-text.ts';
import { writeTable } from '../../compute/frame/write-table.ts';
import type { WorkerJobDefinition } from '../../jobs/job-definition.ts';
import { type ImageQuery, readAnsweredImages } from './answered-images.ts';
import type { EvaluateTaskParams } from './evaluate-task.ts';
import type { JudgedRowsParams } from './judged-rows-task.ts';
import { askedRows, columnInputs, requireInputs, type TypedColumn, tensorsOnly } from './model-columns.ts';
import type { PredictTaskParams, PredictTaskResult } from './predict-task.ts';

export interface EvaluateParams {
  readonly model: string;
  readonly dataset?: string | undefined;
  readonly labels: { readonly dataset: string; readonly key: string } | null;
  readonly sensitive: readonly string[];
  readonly findSlices: boolean;
  readonly threshold: number | null;
}

export interface PredictParams {
  readonly model: string;
  readonly dataset?: string | undefined;
  readonly path?: string | undefined;
  readonly out: string;
}

/** What the service asks of the rest of the engine. */
export interface EvaluationNeeds {
  model(reference: string): ModelVersion;
  modelPaths(
    reference: string,
  ): Promise<{ readonly onnxPath: string; readonly files: Readonly<Record<string, string>> }>;
  dataset(reference: string): DatasetVersion;
  dataPath(version: DatasetVersion): Promise<string>;
  /** Columns of the dataset a model was trained on; none where that is not known. */
  trainedOn(model: ModelVersion): readonly TypedColumn[];
  readonly reports: { add(report: EvaluationReport): void; list(model: string, version: number): EvaluationReport[] };
  /** Runs a task in a throw-away worker, without a job. */
  ask(task: string, params: unknown): Promise<unknown>;
  start(kind: 'evaluate' | 'predict', params: unknown): JobStarted;
}

/** Judging models on rows with answers, and scoring rows without. */
export class EvaluationService {
  readonly #needs: EvaluationNeeds;
  #database: Promise<DuckDb> | undefined;

  constructor(needs: EvaluationNeeds) {
    this.#needs = needs;
  }

  evaluate(params: EvaluateParams): JobStarted {
    const model = this.#needs.model(params.model);
    if (params.dataset !== undefined) this.#needs.dataset(params.dataset);
    return this.#needs.start('evaluate', { ...params, model: versionReference(model) });
  }

  predict(params: PredictParams): JobStarted {
    this.#needs.model(params.model);
    if ((params.dataset === undefined) === (params.path === undefined)) {
      throw new AppError('INVALID_ARGUMENT', {
        message: 'Name either a dataset or a file to score.',
        remedy: 'Give one of the two.',
      });
    }
    requireFolder(params.out);
    return this.#needs.start('predict', params);
  }

  /** Writes what models of the folds said of rows they had not learnt from, as the ending of the file's name says. */
  async outOfFold({ model: reference, out }: { readonly model: string; readonly out: string }) {
    const { name } = this.#needs.model(reference);
    const path = (await this.#needs.modelPaths(reference)).files['outOfFold'];
    if (path === undefined)
      throw new AppError('NOT_FOUND', {
        message: `${name} was not judged by folds, so nothing was said out of them.`,
        remedy: 'Train it with folds (--folds).',
      });
    requireFolder(out);
    this.#database ??= DuckDb.open({ memoryLimit: '512MB', threads: 1 });
    const database = await this.#database;
    const source = `read_parquet(${quoteLiteral(path)})`;
    const names = (await database.describe(`SELECT * FROM ${source}`)).map((column) => quoteIdentifier(column.name));
    await writeTable(database, resolve(out), {
      columns: names.length,
      query: (from, to) => `SELECT ${names.slice(from, to).join(', ')} FROM ${source} ORDER BY row`,
    });
    const [[rows] = []] = await database.rows(`SELECT count(*) FROM ${source}`);
    return { rows: Number(rows), out: resolve(out) };
  }

  /** Newest first. */
  reports(reference: string): EvaluationReport[] {
    const { name, version } = this.#needs.model(reference);
    return this.#needs.reports.list(name, version);
  }

  /** A page of held-out images with what was answered, from the file that the training left. */
  async images(query: ImageQuery): Promise<AnsweredImages> {
    const model = this.#needs.model(query.model);
    const { files } = await this.#needs.modelPaths(query.model);
    const path = files['answers'];
    if (path === undefined)
      throw new AppError('NOT_FOUND', {
        message: `${model.name} has no held-out images to show.`,
        remedy: 'Choose a model that was trained on images.',
      });
    this.#database ??= DuckDb.open({ memoryLimit: '512MB', threads: 1 });
    return readAnsweredImages(await this.#database, path, model.classes ?? [], query);
  }

  /** A page of held-out rows of columns with what is answered, the worst first. */
  async rows({ model: reference, ...query }: JudgedRowsQuery): Promise<JudgedRows> {
    const model = this.#needs.model(reference);
    const { onnxPath, files } = await this.#needs.modelPaths(reference);
    const path = files['test'];
    const { task, target, classes, inputs } = model;
    const isOfRows = task === 'binary' || task === 'multiclass' || task === 'regression';
    const hasImages = inputs.some(({ type }) => type === 'image');
    if (path === undefined || target === null || !isOfRows || hasImages)
      throw new AppError('NOT_FOUND', {
        message: `${model.name} has no held-out rows with answers to show.`,
        remedy: 'Choose a model of columns that was trained with one target.',
      });
    const params: JudgedRowsParams = { ...query, onnxPath, path, task, target, classes, inputs: columnInputs(model) };
    return JudgedRows.parse(await this.#needs.ask('judgedRows', params));
  }

  async close(): Promise<void> {
    await (await this.#database)?.close();
  }

  definition(): WorkerJobDefinition<EvaluateParams, EvaluateTaskParams, EvaluationBody, EvaluationReport> {
    return {
      place: 'worker',
      kind: 'evaluate',
      task: 'evaluate',
      title: ({ model, dataset }) => `Evaluate ${model} on ${dataset ?? 'its held-out rows'}`,
      prepare: async (params) => {
        const model = this.#needs.model(params.model);
        const { onnxPath, files } = await this.#needs.modelPaths(params.model);
        const on = params.dataset === undefined ? null : this.#needs.dataset(params.dataset);
        const path = on ? await this.#needs.dataPath(on) : files['test'];
        if (path === undefined)
          throw new AppError('NOT_FOUND', {
            message: `The held-out rows of ${model.name} are not kept.`,
            remedy: 'Name a dataset to evaluate on.',
          });
        const labels =
          params.labels === null
            ? null
            : { path: await this.#needs.dataPath(this.#needs.dataset(params.labels.dataset)), key: params.labels.key };
        if (model.target === null || model.task === 'anomaly') throw unjudged(model);
        if (model.task === 'tensors') throw tensorsOnly(model);
        if (on) this.#requireColumns(on, model, params);
        return {
          onnxPath,
          path,
          labels,
          heldOutPath: files['test'] ?? null,
          linearPath: files['linear'] ?? null,
          weights: this.#weightsOf(model, on),
          weightsOfModel: model.weights,
          task: model.task,
          target: model.target,
          classes: model.classes,
          inputs: columnInputs(model),
          image: imageColumn(model, on),
          sensitive:
            params.sensitive.length > 0
              ? params.sensitive
              : model.sensitive.filter((name) => on === null || on.columns.some((column) => column.name === name)),
          findSlices: params.findSlices,
          threshold: params.threshold,
        };
      },
      commit: async (body, params) => {
        const model = this.#needs.model(params.model);
        const on = params.dataset === undefined ? null : this.#needs.dataset(params.dataset);
        const report: EvaluationReport = { ...body, ...askedRows(model, on) };
        return () => {
          this.#needs.reports.add(report);
          return report;
        };
      },
    };
  }

  predictDefinition(): WorkerJobDefinition<PredictParams, PredictTaskParams, PredictTaskResult, PredictTaskResult> {
    return {
      place: 'worker',
      kind: 'predict',
      keepsCheckpoint: true,
      task: 'predict',
      title: ({ model, dataset, path }) => `Score ${dataset ?? path ?? ''} with ${model}`,
      prepare: async (params) => {
        const model = this.#needs.model(params.model);
        if (model.task === 'tensors') throw tensorsOnly(model);
        const { onnxPath } = await this.#needs.modelPaths(params.model);
        const on = params.dataset === undefined ? null : this.#needs.dataset(params.dataset);
        const trained = this.#needs.trainedOn(model);
        if (on) requireInputs(on, model, trained);
        const path = on === null ? params.path : await this.#needs.dataPath(on);
        if (path === undefined || !path.endsWith('.parquet')) {
          throw new AppError('UNSUPPORTED_FORMAT', {
            message: `${path ?? 'The file'} is no Parquet file.`,
            remedy: 'Import it first, then score the dataset.',
          });
        }
        return {
          onnxPath,
          path,
          inputs: columnInputs(model),
          trained,
          image: imageColumn(model, on),
          classes: model.classes,
          anomalyThreshold: model.anomaly?.threshold ?? null,
          hasLabels: model.task === 'multilabel',
          out: resolve(params.out),
        };
      },
      commit: async (result) => () => result,
    };
  }

  /** The column of weights the model was trained with, where the rows have it. */
  #weightsOf({ weights }: ModelVersion, on: DatasetVersion | null): string | null {
    return weights !== null && (on === null || on.columns.some(({ name }) => name === weights)) ? weights : null;
  }

  /** Every input of the model must be a column of the dataset; the answer may be in the labels' dataset. */
  #requireColumns(dataset: DatasetVersion, model: ModelVersion, params: EvaluateParams): void {
    const names = new Set(dataset.columns.map((column) => column.name));
    requireInputs(dataset, model, this.#needs.trainedOn(model));
    const unknown = [...params.sensitive, ...(params.labels === null ? [] : [params.labels.key])].find(
      (name) => !names.has(name),
    );
    if (unknown !== undefined) throw noSuchColumn(unknown, [...names], dataset.name);
    const answers =
      params.labels === null
        ? names
        : new Set(this.#needs.dataset(params.labels.dataset).columns.map((column) => column.name));
    const target = (model.target ? targetColumns(model.target) : []).find((column) => !answers.has(column));
    if (target !== undefined) {
      throw new AppError('BAD_INPUT', {
        message: `The answers ("${target}") are not in ${params.labels?.dataset ?? dataset.name}.`,
        remedy: 'Name the dataset that holds them, with the key that joins them.',
      });
    }
  }
}

const unjudged = ({ name, version }: ModelVersion): AppError =>
  new AppError('INVALID_ARGUMENT', {
    message: `${name}@${version} scores how unusual a row is; there are no answers to judge it by.`,
    remedy: 'Score rows with `drydock predict`, or watch its scores with `drydock drift --model`.',
  });

/** The column of images to score: the dataset's own, else the one of training. Null for a model that takes none. */
function imageColumn({ name, inputs }: ModelVersion, on: DatasetVersion | null): string | null {
  const input = inputs.find(({ type }) => type === 'image');
  if (!input) return null;
  if (on === null) return input.column ?? 'image';
  const column = on.columns.find((one) => one.type === 'image');
  if (column) return column.name;
  throw new AppError('BAD_INPUT', {
    message: `${on.name} has no images, which ${name} takes.`,
    remedy: 'Choose a dataset that was imported from images.',
  });
}

function requireFolder(out: string): void {
  const folder = dirname(resolve(out));
  if (existsSync(folder)) return;
  throw new AppError('INVALID_ARGUMENT', {
    message: `There is no folder ${folder} to write the answers to.`,
    remedy: 'Make it first, or name another file.',
  });
}
