import { ulid } from 'ulid';
import type { DatasetVersion } from '../../../shared/contract/datasets.ts';
import type { JobStarted } from '../../../shared/contract/jobs.ts';
import type { ModelVersion } from '../../../shared/contract/models.ts';
import type { DriftReport, DriftRequest, DriftTestInfo } from '../../../shared/contract/monitoring.ts';
import { AppError } from '../../../shared/errors.ts';
import { versionReference } from '../../../shared/ids.ts';
import { DRIFT_TESTS, resolveDriftTest } from '../../compute/drift/drift-tests.ts';
import { noSuchColumn } from '../../compute/frame/no-such-column.ts';
import type { WorkerJobDefinition } from '../../jobs/job-definition.ts';
import type { DriftTaskParams, DriftTaskResult } from './drift-task.ts';
import { PREDICTION } from './prediction.ts';

/** What the service asks of the rest of the engine. */
export interface MonitoringNeeds {
  dataset(reference: string): DatasetVersion;
  dataPath(version: DatasetVersion): Promise<string>;
  model(reference: string): ModelVersion;
  modelPaths(reference: string): Promise<{ readonly onnxPath: string }>;
  readonly reports: {
    add(report: DriftReport): void;
    list(): DriftReport[];
    byId(id: string): DriftReport | undefined;
  };
  start(params: DriftRequest): JobStarted;
}

const withoutColumn = ({ name, version, columns }: DatasetVersion, column: string): AppError =>
  noSuchColumn(
    column,
    columns.map((one) => one.name),
    `${name}@${version}`,
  );

/** Watching data, predictions and performance against a reference. */
export class MonitoringService {
  readonly #needs: MonitoringNeeds;

  constructor(needs: MonitoringNeeds) {
    this.#needs = needs;
  }

  tests(): DriftTestInfo[] {
    return DRIFT_TESTS.map(({ test, shortNames, label, appliesTo, judgedBy, threshold, description }) => ({
      test,
      shortNames: [...shortNames],
      label,
      appliesTo,
      judgedBy,
      threshold,
      description,
    }));
  }

  drift(request: DriftRequest): JobStarted {
    this.#compared(request);
    for (const wanted of Object.values(request.tests ?? {}))
      for (const { test, params } of wanted) resolveDriftTest(test).check(params);
    return this.#needs.start(request);
  }

  /** Newest first. */
  reports(): DriftReport[] {
    return this.#needs.reports.list();
  }

  report(id: string): DriftReport {
    const found = this.#needs.reports.byId(id);
    if (found) return found;
    throw new AppError('NOT_FOUND', { message: `There is no drift report ${id}.`, remedy: 'Choose one of the list.' });
  }

  definition(): WorkerJobDefinition<DriftRequest, DriftTaskParams, DriftTaskResult, DriftReport> {
    return {
      place: 'worker',
      kind: 'drift',
      task: 'drift',
      title: ({ reference, current }) => `Compare ${current} with ${reference}`,
      prepare: async (request) => {
        const { reference, current, columns } = this.#compared(request);
        const model = request.model === undefined ? null : this.#needs.model(request.model);
        if (model?.task === 'tensors' || model?.inputs.some(({ type }) => type === 'image'))
          throw new AppError('INVALID_ARGUMENT', {
            message: `${model.name} takes no columns; its answers cannot be compared here.`,
            remedy: 'Compare the datasets without a model.',
          });
        return {
          referencePath: await this.#needs.dataPath(reference),
          currentPath: await this.#needs.dataPath(current),
          columns,
          tests: request.tests ?? {},
          model: model
            ? {
                onnxPath: (await this.#needs.modelPaths(model.id)).onnxPath,
                task: model.task,
                target: model.target,
                classes: model.classes,
                inputs: model.inputs.map(({ name }) => name),
              }
            : null,
          labels:
            request.labels === null
              ? null
              : {
                  path: await this.#needs.dataPath(this.#needs.dataset(request.labels.dataset)),
                  key: request.labels.key,
                },
          chunk: request.chunk,
          time: request.time ?? current.columns.find(({ role }) => role === 'time')?.name ?? null,
        };
      },
      commit: async (result, request) => {
        const { reference, current, notes } = this.#compared(request);
        const model = request.model === undefined ? null : this.#needs.model(request.model);
        const drifted = result.columns.filter(({ isDrifted }) => isDrifted).length;
        const share = result.columns.length === 0 ? 0 : drifted / result.columns.length;
        const report: DriftReport = {
          id: ulid(),
          at: new Date().toISOString(),
          reference: reference.name,
          referenceVersion: reference.version,
          current: current.name,
          currentVersion: current.version,
          model: model ? versionReference(model) : null,
          columns: result.columns,
          prediction: result.prediction,
          drifted,
          share,
          isDrifted: share >= request.shareThreshold || (result.prediction?.isDrifted ?? false),
          chunks: result.chunks,
          estimated: result.estimated,
          notes: [...notes, ...result.notes],
          seconds: result.seconds,
        };
        return () => {
          this.#needs.reports.add(report);
          return report;
        };
      },
    };
  }

  /** Both datasets, the columns to compare and what is worth saying about the others. */
  #compared(request: DriftRequest) {
    const reference = this.#needs.dataset(request.reference);
    const current = this.#needs.dataset(request.current);
    const inCurrent = new Map(current.columns.map((column) => [column.name, column]));
    const inReference = new Set(reference.columns.map((column) => column.name));
    const tested = Object.keys(request.tests ?? {}).filter((name) => name !== '*' && name !== PREDICTION);
    for (const name of [...(request.columns ?? []), ...tested]) {
      if (!inReference.has(name)) throw withoutColumn(reference, name);
      if (!inCurrent.has(name)) throw withoutColumn(current, name);
    }
    for (const name of [request.time, request.labels?.key ?? null])
      if (name !== null && !inCurrent.has(name)) throw withoutColumn(current, name);
    // Ids and moments differ by their nature; they are compared only when they are named.
    const wanted = request.columns === undefined ? null : new Set(request.columns);
    const named = new Set(tested);
    const columns = reference.columns.filter(
      ({ name, role }) =>
        inCurrent.has(name) &&
        (wanted ? wanted.has(name) : named.has(name) || (role !== 'id' && role !== 'time' && role !== 'ignored')),
    );
    const notes: string[] = [];
    const onlyReference = reference.columns.filter(({ name }) => !inCurrent.has(name)).map(({ name }) => name);
    const onlyCurrent = current.columns.filter(({ name }) => !inReference.has(name)).map(({ name }) => name);
    const changed = columns
      .filter((column) => inCurrent.get(column.name)?.type !== column.type)
      .map(({ name }) => name);
    if (onlyReference.length > 0) notes.push(`Only in ${reference.name}: ${onlyReference.join(', ')}.`);
    if (onlyCurrent.length > 0) notes.push(`Only in ${current.name}: ${onlyCurrent.join(', ')}.`);
    if (changed.length > 0) notes.push(`Of another type in ${current.name}: ${changed.join(', ')}.`);
    if (columns.length === 0)
      throw new AppError('INVALID_ARGUMENT', {
        message: `${reference.name} and ${current.name} share no column that can be compared.`,
        remedy: 'Choose datasets with the same columns.',
      });
    return { reference, current, columns: columns.map(({ name, type }) => ({ name, type })), notes };
  }
}
