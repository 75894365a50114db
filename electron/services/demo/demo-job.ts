import { join } from 'node:path';
import type { ContractRouterClient } from '@orpc/contract';
import { Bundle } from '../../../shared/contract/bundles.ts';
import type { Contract } from '../../../shared/contract/contract.ts';
import { DatasetVersion } from '../../../shared/contract/datasets.ts';
import type { Job, JobStarted } from '../../../shared/contract/jobs.ts';
import { DriftReport } from '../../../shared/contract/monitoring.ts';
import type { DemoResult, DemoStep } from '../../../shared/contract/system.ts';
import { TrainingResult } from '../../../shared/contract/training.ts';
import { ValidationReport } from '../../../shared/contract/validation.ts';
import { AppError, fromWire } from '../../../shared/errors.ts';
import { versionReference } from '../../../shared/ids.ts';
import { thinPeriods } from '../../../shared/thin-periods.ts';
import type { EngineJobDefinition } from '../../jobs/job-definition.ts';
import type { TaskContext } from '../../jobs/task.ts';
import { SAMPLE_PROJECTS, type SampleProject } from './sample-projects.ts';

interface DemoParams {
  readonly project: 'flights' | 'census';
}

interface DemoNeeds {
  /** The contract's own calls, so that the demo walks the path a person walks. */
  readonly client: ContractRouterClient<Contract>;
  /** Answers the job once it has ended. */
  readonly wait: (jobId: JobStarted['jobId']) => Promise<Job>;
  readonly cancel: (jobId: JobStarted['jobId']) => Promise<unknown>;
  /** resources/sample. */
  readonly sampleFolder: string;
}

const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;
const decimals = (value: number | null | undefined): string =>
  value === null || value === undefined ? 'n/a' : value.toFixed(3);

/** The main job on a sample project, step by step: import, validate, train, evaluate, register, drift, export, verify. */
export function demoJob(needs: DemoNeeds): EngineJobDefinition<DemoParams, DemoResult> {
  return {
    place: 'engine',
    kind: 'demo',
    title: ({ project }) => `Sample project: ${project}`,
    run: async ({ project }, context) => {
      const sample = SAMPLE_PROJECTS.find((candidate) => candidate.name === project);
      if (!sample) throw new AppError('NOT_FOUND', { message: `There is no sample project "${project}".` });
      return new Demo(needs, sample, context).run();
    },
  };
}

const STEP_COUNT = 8;

class Demo {
  readonly #needs: DemoNeeds;
  readonly #sample: SampleProject;
  readonly #context: TaskContext;
  readonly #steps: DemoStep[] = [];

  constructor(needs: DemoNeeds, sample: SampleProject, context: TaskContext) {
    this.#needs = needs;
    this.#sample = sample;
    this.#context = context;
  }

  async run(): Promise<DemoResult> {
    const began = performance.now();
    const { client } = this.#needs;
    const sample = this.#sample;
    const dataset = sample.training.dataset;

    await this.#step('import', async () => {
      const version = await this.#import(sample.training.file, dataset);
      return [
        `${version.rows} rows, ${version.columns.length} columns`,
        { dataset: version.name, version: version.version, rows: version.rows, hash: version.hash },
      ];
    });

    await this.#step('validate', async () => {
      const document = await client.validation.infer({ dataset });
      await client.validation.setSchema({ dataset, document, note: 'Inferred from the sample' });
      const report = ValidationReport.parse(await this.#job(client.validation.validate({ dataset })));
      return [
        `${report.rules.length} rules, ${report.errors} errors, ${report.warnings} warnings`,
        { isValid: report.isValid, errors: report.errors, warnings: report.warnings },
      ];
    });

    const trained = await this.#step('train', async () => {
      const result = TrainingResult.parse(
        await this.#job(
          client.training.train({
            dataset,
            target: sample.target,
            split: sample.split,
            sensitive: [...sample.sensitive],
            exclude: [...sample.exclude],
            name: dataset,
            seed: 1,
          }),
        ),
      );
      const leaks = result.excluded.map((column) => column.column);
      return [
        `${result.model.algorithm} on ${result.trainRows} rows${leaks.length > 0 ? `; left out: ${leaks.join(', ')}` : ''}`,
        {
          model: result.model.name,
          version: result.model.version,
          excluded: result.excluded,
          rowsPerSecond: result.rowsPerSecond,
          leaderboard: result.leaderboard,
        },
        result,
      ];
    });
    const model = versionReference(trained.model);

    await this.#step('evaluate', async () => {
      const report = (await client.evaluation.reports({ model }))[0];
      const auc = report?.metrics.find((metric) => metric.name === 'rocAuc');
      const gaps = report?.gaps.filter((gap) => gap.value !== null).length ?? 0;
      return [
        `AUC ${decimals(auc?.value)} [${decimals(auc?.lower)}, ${decimals(auc?.upper)}] on ${report?.rows ?? 0} held-out rows${gaps > 0 ? `, ${gaps} fairness gaps measured` : ''}`,
        { metrics: report?.metrics ?? [], gaps: report?.gaps ?? [] },
      ];
    });

    await this.#step('register', async () => {
      const promoted = await client.models.promote({ model, alias: 'production' });
      return [
        `${model} is now production`,
        { model: promoted.name, version: promoted.version, aliases: promoted.aliases },
      ];
    });

    await this.#step('drift', async () => {
      const delivery = await this.#import(sample.delivery.file, sample.delivery.dataset);
      if (sample.labels) await this.#import(sample.labels.file, sample.labels.dataset);
      const report = DriftReport.parse(
        await this.#job(
          client.monitoring.drift({
            reference: dataset,
            current: delivery.name,
            model,
            labels: sample.labels ? { dataset: sample.labels.dataset, key: sample.labels.key } : null,
            chunk: sample.chunk,
            time: sample.time,
          }),
        ),
      );
      const isThin = thinPeriods(report.chunks);
      const performance = report.chunks.flatMap((chunk, index) =>
        chunk.performance && !isThin[index]
          ? [`${chunk.label} ${chunk.performance.metric} ${decimals(chunk.performance.value)}`]
          : [],
      );
      return [
        `${report.drifted} of ${report.columns.length} columns drifted (${percent(report.share)})${performance.length > 0 ? `; ${performance.join(', ')}` : ''}`,
        {
          report: report.id,
          share: report.share,
          isDrifted: report.isDrifted,
          columns: report.columns.filter((column) => column.isDrifted).map((column) => column.column),
          chunks: report.chunks.map(({ label, share, performance }) => ({ label, share, performance })),
        },
      ];
    });

    const bundle = await this.#step('export', async () => {
      const exported = Bundle.parse(await this.#job(client.bundles.export({ model })));
      return [
        `${exported.files.length} files, ${(exported.sizeBytes / 1e6).toFixed(1)} MB`,
        { bundle: exported.path, files: exported.files.length },
        exported,
      ];
    });

    await this.#step('verify', async () => {
      const report = bundle.verification;
      if (!report?.isVerified) {
        const failed =
          report?.checks.filter((check) => !check.isOk).map((check) => `${check.name}: ${check.detail}`) ?? [];
        throw new AppError('NOT_VERIFIED', {
          message: `The bundle did not verify. ${failed.join('; ')}`,
          kept: `The bundle stays at ${bundle.path}.`,
        });
      }
      return [`${report.checks.length} checks passed`, { checks: report.checks }];
    });

    return { steps: this.#steps, bundle: bundle.path, model, seconds: (performance.now() - began) / 1000 };
  }

  async #step(step: string, work: () => Promise<readonly [string, Record<string, unknown>]>): Promise<undefined>;
  async #step<Value>(
    step: string,
    work: () => Promise<readonly [string, Record<string, unknown>, Value]>,
  ): Promise<Value>;
  async #step<Value>(
    step: string,
    work: () => Promise<readonly [string, Record<string, unknown>, Value?]>,
  ): Promise<Value | undefined> {
    this.#context.signal.throwIfAborted();
    const tell = () =>
      this.#context.progress({
        stage: step,
        done: this.#steps.length,
        total: STEP_COUNT,
        unit: 'steps',
        rate: null,
        etaMs: null,
      });
    tell();
    const began = performance.now();
    const [summary, details, value] = await work();
    const seconds = (performance.now() - began) / 1000;
    this.#steps.push({ step, seconds, summary, details });
    this.#context.log(`${step}: ${summary} (${seconds.toFixed(1)} s)`);
    tell();
    return value;
  }

  /** Imports a sample file; one that is already there with the same bytes is used as it is. */
  async #import(file: string, name: string): Promise<DatasetVersion> {
    const path = join(this.#needs.sampleFolder, file);
    return DatasetVersion.parse(
      await this.#job(this.#needs.client.datasets.import({ source: { kind: 'path', path }, name, options: {} })),
    );
  }

  /** Waits for a job that a call started, cancels it when the demo is cancelled, answers its result document. */
  async #job(started: Promise<JobStarted>): Promise<unknown> {
    const { jobId } = await started;
    const cancel = () => void this.#needs.cancel(jobId);
    this.#context.signal.addEventListener('abort', cancel, { once: true });
    try {
      const job = await this.#needs.wait(jobId);
      if (job.state === 'succeeded') return job.result;
      if (job.state === 'cancelled') throw new AppError('CANCELLED', { message: `${job.title} was cancelled.` });
      throw fromWire(job.error);
    } finally {
      this.#context.signal.removeEventListener('abort', cancel);
    }
  }
}
