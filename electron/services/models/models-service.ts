import { readFile } from 'node:fs/promises';
import type { EvaluationReport } from '../../../shared/contract/evaluation.ts';
import { InspectedTree, ModelInspection } from '../../../shared/contract/model-inspection.ts';
import type { AuditEntry, ModelVersion } from '../../../shared/contract/models.ts';
import { AppError } from '../../../shared/errors.ts';
import { versionReference } from '../../../shared/ids.ts';
import type { ModelFiles } from '../../store/model-records.ts';
import { resolveReference } from '../../store/resolve-reference.ts';
import type { Workspace } from '../../store/workspace.ts';
import type { ImportedFiles } from './model-imports.ts';

/** Paths of a model version's files, their bytes compared with their names. */
export interface ModelPaths {
  readonly version: ModelVersion;
  readonly onnxPath: string;
  /** Other files by purpose: `test` holds the held-out rows, `linear` the linear model to compare with, `inspection` what was learnt. */
  readonly files: Readonly<Record<string, string>>;
}

/** The registry: versions of models, aliases that point at them, and who moved what when. */
export class ModelsService {
  readonly #workspace: Workspace;

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  /** Newest first. */
  list(): ModelVersion[] {
    return this.#workspace.records.models.all();
  }

  /** By `name` (newest), `name@3`, `name@alias` or id. An unknown one is NOT_FOUND with the nearest names. */
  get(reference: string): ModelVersion {
    return resolveReference(reference, this.list(), 'model', (version, alias) => version.aliases.includes(alias));
  }

  /** What was learnt, as it was saved with the version; null where its algorithm tells nothing. */
  async inspect(reference: string): Promise<ModelInspection | null> {
    const line = await this.#inspectionLine(this.get(reference), 0);
    return line === null ? null : ModelInspection.parse(JSON.parse(line));
  }

  /** One tree of a model of trees, counted from 0; NOT_FOUND where there is none of that number to look at. */
  async tree(reference: string, tree: number): Promise<InspectedTree> {
    const version = this.get(reference);
    const line = await this.#inspectionLine(version, tree + 1);
    if (line === null || line === '') {
      throw new AppError('NOT_FOUND', {
        message: `${version.name}@${version.version} has no tree ${tree} to look at.`,
        remedy: 'Its inspection says how many of its trees are listed.',
      });
    }
    return InspectedTree.parse(JSON.parse(line));
  }

  /** A line of the inspection's file: the whole is the first, a tree each of the others; empty past the last. */
  async #inspectionLine({ id }: ModelVersion, line: number): Promise<string | null> {
    const { artifacts, records } = this.#workspace;
    const file = records.models.files(id)['inspection'];
    if (file === undefined) return null;
    const bytes = await readFile(await artifacts.verified('models', file.hash, file.extension));
    let start = 0;
    for (let before = 0; before < line; before++) {
      const end = bytes.indexOf(10, start);
      if (end < 0) return '';
      start = end + 1;
    }
    const end = bytes.indexOf(10, start);
    return bytes.toString('utf8', start, end < 0 ? bytes.length : end);
  }

  nextVersion(name: string): number {
    return this.#workspace.records.models.nextVersion(name);
  }

  /** Adds a trained version; part of the transaction that commits a training. */
  register(version: ModelVersion, files: ModelFiles): void {
    this.#workspace.records.models.add(version, files);
    this.#workspace.audit.append({
      event: 'model.registered',
      subject: versionReference(version),
      details: {
        hash: version.hash,
        ...(version.lineage.dataset === null
          ? { file: version.lineage.origin?.fileName ?? '', fileHash: version.lineage.origin?.sha256 ?? '' }
          : { dataset: `${version.lineage.dataset}@${version.lineage.datasetVersion}` }),
        algorithm: version.algorithm,
      },
    });
  }

  /** Moves a trained model's files into the store; answers what registers it with its first report. */
  async adopt(trained: {
    readonly version: ModelVersion;
    /** Null for a model that has no answers to be judged by. */
    readonly report: EvaluationReport | null;
    readonly onnxPath: string;
    readonly testPath: string;
    readonly linearPath: string | null;
    readonly inspectionPath: string | null;
    readonly answersPath?: string | undefined;
    readonly outOfFoldPath?: string | undefined;
  }): Promise<() => ModelVersion> {
    const { artifacts, records } = this.#workspace;
    const onnx = await artifacts.adopt({ kind: 'models', temporaryPath: trained.onnxPath, extension: '.onnx' });
    const test = await artifacts.adopt({ kind: 'models', temporaryPath: trained.testPath, extension: '.parquet' });
    const linear =
      trained.linearPath === null
        ? null
        : await artifacts.adopt({ kind: 'models', temporaryPath: trained.linearPath, extension: '.onnx' });
    const inspection =
      trained.inspectionPath === null
        ? null
        : await artifacts.adopt({ kind: 'models', temporaryPath: trained.inspectionPath, extension: '.json' });
    const answers =
      trained.answersPath === undefined
        ? null
        : await artifacts.adopt({ kind: 'models', temporaryPath: trained.answersPath, extension: '.parquet' });
    const outOfFold =
      trained.outOfFoldPath === undefined
        ? null
        : await artifacts.adopt({ kind: 'models', temporaryPath: trained.outOfFoldPath, extension: '.parquet' });
    return () => {
      // Another training of the same name may have ended while files were flushed.
      const number = this.nextVersion(trained.version.name);
      const version = { ...trained.version, version: number, hash: onnx.hash, sizeBytes: onnx.sizeBytes };
      this.register(version, {
        test: { hash: test.hash, extension: '.parquet' },
        ...(linear ? { linear: { hash: linear.hash, extension: '.onnx' } } : {}),
        ...(outOfFold ? { outOfFold: { hash: outOfFold.hash, extension: '.parquet' } } : {}),
        ...(answers ? { answers: { hash: answers.hash, extension: '.parquet' } } : {}),
        ...(inspection ? { inspection: { hash: inspection.hash, extension: '.json' } } : {}),
      });
      if (trained.report) records.evaluations.add({ ...trained.report, modelVersion: number });
      return version;
    };
  }

  /** Moves the file of a model that was made elsewhere into the store; answers what registers it. */
  async adoptImported(version: ModelVersion, { onnxPath, inspectionPath }: ImportedFiles): Promise<() => ModelVersion> {
    const { artifacts } = this.#workspace;
    const onnx = await artifacts.adopt({ kind: 'models', temporaryPath: onnxPath, extension: '.onnx' });
    const inspection =
      inspectionPath === null
        ? null
        : await artifacts.adopt({ kind: 'models', temporaryPath: inspectionPath, extension: '.json' });
    return () => {
      const number = this.nextVersion(version.name);
      const registered = { ...version, version: number, hash: onnx.hash, sizeBytes: onnx.sizeBytes };
      this.register(registered, inspection ? { inspection: { hash: inspection.hash, extension: '.json' } } : {});
      return registered;
    };
  }

  promote(reference: string, alias: string): ModelVersion {
    const version = this.get(reference);
    this.#workspace.transaction(() => {
      this.#workspace.records.models.moveAlias(version.name, alias, version.version);
      this.#workspace.audit.append({
        event: 'model.promoted',
        subject: versionReference(version),
        details: { alias },
      });
    });
    return this.get(version.id);
  }

  /** Points an alias back at what it named before its last move. */
  rollback(alias: string, model?: string): ModelVersion {
    const holders = this.#workspace.records.models.modelsWithAlias(alias);
    const name = model ?? (holders.length === 1 ? holders[0] : undefined);
    if (name === undefined || !holders.includes(name)) {
      throw new AppError(holders.length > 1 && model === undefined ? 'INVALID_ARGUMENT' : 'NOT_FOUND', {
        message:
          holders.length > 1 && model === undefined
            ? `Several models have the alias "${alias}": ${holders.join(', ')}.`
            : `${model ?? 'No model'} has ${model === undefined ? 'the' : 'no'} alias "${alias}".`,
        remedy: holders.length > 0 ? 'Say which model.' : 'Promote a model first.',
      });
    }
    const version = this.#workspace.transaction(() => {
      const before = this.#workspace.records.models.undoAlias(name, alias);
      if (before === undefined) {
        throw new AppError('CONFLICT', {
          message: `"${alias}" of ${name} has never pointed anywhere else.`,
          remedy: 'There is nothing to roll back to.',
        });
      }
      this.#workspace.audit.append({ event: 'model.rolledBack', subject: `${name}@${before}`, details: { alias } });
      return before;
    });
    return this.get(`${name}@${version}`);
  }

  audit(limit: number, subject?: string): { isChainIntact: boolean; entries: AuditEntry[] } {
    return { isChainIntact: this.#workspace.audit.isIntact(), entries: this.#workspace.audit.list(limit, subject) };
  }

  /** Where the files of a version lie. Throws CORRUPT when one was changed under us. */
  async paths(reference: string): Promise<ModelPaths> {
    const version = this.get(reference);
    const { artifacts, records } = this.#workspace;
    const files: Record<string, string> = {};
    for (const [purpose, file] of Object.entries(records.models.files(version.id))) {
      files[purpose] = await artifacts.verified('models', file.hash, file.extension);
    }
    return { version, onnxPath: await artifacts.verified('models', version.hash, '.onnx'), files };
  }
}
