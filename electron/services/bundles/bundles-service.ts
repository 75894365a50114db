import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ulid } from 'ulid';
import type {
  Bundle,
  Endpoint,
  ExportTargetInfo,
  VerificationCheck,
  VerificationReport,
} from '../../../shared/contract/bundles.ts';
import type { ColumnProfile } from '../../../shared/contract/datasets.ts';
import type { EvaluationReport } from '../../../shared/contract/evaluation.ts';
import type { Job, JobStarted } from '../../../shared/contract/jobs.ts';
import type { ModelVersion } from '../../../shared/contract/models.ts';
import type { SchemaDocument } from '../../../shared/contract/validation.ts';
import { AppError, fromWire } from '../../../shared/errors.ts';
import { BundleId, versionReference } from '../../../shared/ids.ts';
import type { WorkerJobDefinition } from '../../jobs/job-definition.ts';
import { bundleName, bundlePlace, placeBundle } from './bundle-place.ts';
import { Endpoints } from './endpoints.ts';
import type { ExportTaskParams, ExportTaskResult } from './export-task.ts';
import { runtimeFolder } from './runtime-folder.ts';
import { ensureSigningKey } from './signing-key.ts';
import { EXPORT_TARGETS, exportTargets } from './targets/export-targets.ts';
import type { VerifyTaskParams } from './verify-task.ts';

/** A model version with the files that belong to it, their bytes checked. */
export interface ExportableModel {
  readonly version: ModelVersion;
  readonly onnxPath: string;
  /** By purpose; `test` holds the held-out rows. */
  readonly files: Readonly<Record<string, string>>;
}

/** What the service asks of the rest of the engine. */
export interface BundlesNeeds {
  /** The workspace's `bundles/`. */
  readonly bundlesFolder: string;
  /** The private key that signs this workspace's bundles; made on first use. */
  readonly keyPath: string;
  readonly programVersion: string;
  model(reference: string): Promise<ExportableModel>;
  /** Profile of the dataset version a model was trained on; empty when it is gone. */
  profile(version: ModelVersion): readonly ColumnProfile[];
  /** Schema of that dataset, null when it has none. */
  schema(version: ModelVersion): SchemaDocument | null;
  /** The newest evaluation on held-out rows, null when there is none. */
  evaluation(version: ModelVersion): EvaluationReport | null;
  readonly bundles: { put(bundle: Bundle): void; list(): Bundle[] };
  start(kind: 'export' | 'verify', params: ExportParams | VerifyParams): JobStarted;
  wait(jobId: JobStarted['jobId']): Promise<Job>;
  audit(entry: {
    readonly event: string;
    readonly subject: string;
    readonly details: Readonly<Record<string, unknown>>;
  }): void;
}

export interface ExportParams {
  readonly model: string;
  readonly out?: string | undefined;
  readonly isZip: boolean;
  readonly targets: readonly string[];
  /** True for the copy that `serve` keeps of a model: it is not listed. */
  readonly isHidden?: boolean;
}

export interface VerifyParams {
  readonly bundle: string;
}

export interface ServeParams {
  readonly bundle?: string | undefined;
  readonly model?: string | undefined;
  readonly port: number;
  readonly host: string;
  readonly token: string | null;
}

/** Bundles: written, verified, served. */
export class BundlesService {
  readonly #needs: BundlesNeeds;
  readonly #endpoints = new Endpoints();

  constructor(needs: BundlesNeeds) {
    this.#needs = needs;
  }

  targets(): ExportTargetInfo[] {
    return EXPORT_TARGETS.map(({ target, label, description }) => ({ target, label, description }));
  }

  /** Newest first. */
  list(): Bundle[] {
    return this.#needs.bundles.list();
  }

  export(params: ExportParams): JobStarted {
    exportTargets(params.targets);
    return this.#needs.start('export', params);
  }

  verify(params: VerifyParams): JobStarted {
    this.#pathOf(params.bundle);
    return this.#needs.start('verify', params);
  }

  endpoints(): Endpoint[] {
    return this.#endpoints.list();
  }

  /** Serves a bundle, or a model by a copy of its bundle that is made once. Answers when the server listens. */
  async serve({ bundle, model, port, host, token }: ServeParams): Promise<Endpoint> {
    if ((bundle === undefined) === (model === undefined)) {
      throw new AppError('INVALID_ARGUMENT', {
        message: 'Say either a bundle or a model to serve.',
        remedy: 'Give one of the two.',
      });
    }
    if (bundle !== undefined) {
      const path = this.#pathOf(bundle);
      const known = this.list().find((other) => other.path === path);
      const name = known ? `${known.model}@${known.modelVersion}` : path;
      return this.#endpoints.serve({ path, name, port, host, token });
    }
    const { version } = await this.#needs.model(model ?? '');
    const path = await this.#servingCopy(version);
    return this.#endpoints.serve({ path, name: versionReference(version), port, host, token });
  }

  stop(id: string): Promise<Endpoint> {
    return this.#endpoints.stop(id);
  }

  /** Ends the servers. */
  close(): Promise<void> {
    return this.#endpoints.close();
  }

  /** The `export` job: written, signed and verified in a worker, then moved to its place. */
  exportDefinition(): WorkerJobDefinition<ExportParams, ExportTaskParams, ExportTaskResult, Bundle> {
    return {
      place: 'worker',
      kind: 'export',
      task: 'export',
      title: ({ model, isHidden }) => (isHidden ? 'Prepare a model for serving' : `Export ${model}`),
      prepare: async (params, job) => {
        const { version, onnxPath, files } = await this.#needs.model(params.model);
        const { isZip } = await this.#place(params, version);
        return {
          version: { ...version, aliases: [] },
          onnxPath,
          testPath: files['test'] ?? null,
          profile: this.#needs.profile(version),
          schema: this.#needs.schema(version),
          evaluation: this.#needs.evaluation(version),
          targets: params.targets,
          isZip,
          runtimeFolder: await runtimeFolder(),
          keyPath: this.#needs.keyPath,
          keyId: ensureSigningKey(this.#needs.keyPath),
          generatorVersion: this.#needs.programVersion,
          createdAt: job.startedAt ?? job.createdAt,
        };
      },
      commit: async (result, params, job) => {
        const { version } = await this.#needs.model(params.model);
        const { path, isZip } = await this.#place(params, version);
        await placeBundle(result.path, path);
        const verification = report(path, result.checks);
        const before = this.list().find((other) => other.path === path);
        const bundle: Bundle = {
          id: before?.id ?? BundleId.parse(ulid()),
          model: version.name,
          modelVersion: version.version,
          path,
          isZip,
          sizeBytes: result.sizeBytes,
          createdAt: job.startedAt ?? job.createdAt,
          targets: exportTargets(params.targets).map(({ target }) => target),
          files: [...result.files],
          verification,
        };
        return () => {
          if (params.isHidden === true) return bundle;
          this.#needs.bundles.put(bundle);
          this.#needs.audit({
            event: 'bundle.exported',
            subject: versionReference(version),
            details: { path, model: version.hash, isVerified: verification.isVerified },
          });
          return bundle;
        };
      },
    };
  }

  /** The `verify` job: the conformance test in a worker, over a folder or zip anywhere. */
  verifyDefinition(): WorkerJobDefinition<
    VerifyParams,
    VerifyTaskParams,
    readonly VerificationCheck[],
    VerificationReport
  > {
    return {
      place: 'worker',
      kind: 'verify',
      task: 'verify',
      title: ({ bundle }) => `Verify ${bundle}`,
      prepare: async ({ bundle }) => ({
        path: this.#pathOf(bundle),
        runtimeFolder: await runtimeFolder(),
        keyId: ensureSigningKey(this.#needs.keyPath),
      }),
      commit: async (checks, { bundle }) => {
        const path = this.#pathOf(bundle);
        const verification = report(path, checks);
        const known = this.list().find((other) => other.path === path);
        return () => {
          if (known) this.#needs.bundles.put({ ...known, verification });
          this.#needs.audit({
            event: 'bundle.verified',
            subject: path,
            details: { isVerified: verification.isVerified },
          });
          return verification;
        };
      },
    };
  }

  /** Of a bundle's id or path. Throws NOT_FOUND. */
  #pathOf(bundle: string): string {
    const path = this.list().find(({ id }) => id === bundle)?.path ?? resolve(bundle);
    if (existsSync(path)) return path;
    const names = this.list()
      .slice(0, 5)
      .map((other) => other.path);
    throw new AppError('NOT_FOUND', {
      message: `There is no bundle at ${path}.`,
      remedy: names.length > 0 ? `Bundles of this workspace: ${names.join(', ')}.` : 'Export a model first.',
    });
  }

  #place({ out, isZip }: ExportParams, version: ModelVersion) {
    const { bundlesFolder } = this.#needs;
    return bundlePlace({ out, isZip, bundlesFolder, name: bundleName(version.name, version.version) });
  }

  /** A bundle of the model made for serving; made again when the model or the program has changed. */
  async #servingCopy(version: ModelVersion): Promise<string> {
    const { bundlesFolder, programVersion } = this.#needs;
    const path = join(bundlesFolder, '.serving', `${version.hash.slice(0, 16)}-${programVersion}`);
    if (existsSync(path)) return path;
    const fresh = `${path}.${ulid()}`;
    const { jobId } = this.#needs.start('export', {
      model: version.id,
      out: fresh,
      isZip: false,
      targets: ['oip'],
      isHidden: true,
    });
    const job = await this.#needs.wait(jobId);
    if (job.state !== 'succeeded') throw fromWire(job.error ?? { code: 'CANCELLED', message: 'Cancelled.' });
    if (existsSync(path)) await rm(fresh, { recursive: true, force: true });
    else await rename(fresh, path);
    return path;
  }
}

const report = (bundle: string, checks: readonly VerificationCheck[]): VerificationReport => ({
  bundle,
  isVerified: checks.length > 0 && checks.every(({ isOk }) => isOk),
  checks: [...checks],
  at: new Date().toISOString(),
});
