import type { DatasetProfile, DatasetVersion } from '../../../shared/contract/datasets.ts';
import type { JobStarted } from '../../../shared/contract/jobs.ts';
import type {
  RuleKindInfo,
  SchemaDocument,
  SchemaVersion,
  ValidationReport,
} from '../../../shared/contract/validation.ts';
import { AppError } from '../../../shared/errors.ts';
import { RULE_KINDS, ruleKind } from '../../compute/rules/rule-kinds.ts';
import type { WorkerJobDefinition } from '../../jobs/job-definition.ts';
import { inferSchema } from './infer-schema.ts';
import type { KeptRows } from './quarantine-rows.ts';
import { failingPredicate, tableShape } from './run-rules.ts';
import type { ValidateTaskParams, ValidateTaskResult } from './validate-task.ts';

/** What the service asks of the rest of the engine. */
export interface ValidationNeeds {
  dataset(reference: string): DatasetVersion;
  profile(reference: string): DatasetProfile;
  /** Path of the stored Parquet file, whose bytes were compared with its name. */
  dataPath(version: DatasetVersion): Promise<string>;
  /** The same path, for a query that names a file which was compared already. */
  pathOf(version: DatasetVersion): string;
  readonly schemas: {
    newest(dataset: string): SchemaVersion | null;
    list(dataset: string): SchemaVersion[];
    add(schema: Omit<SchemaVersion, 'version' | 'createdAt'>): SchemaVersion;
  };
  readonly reports: {
    add(report: ValidationReport): void;
    list(dataset: string): ValidationReport[];
  };
  /** Adopts the files of the rows kept; the answer writes them as a new version of the same dataset. */
  keep(from: DatasetVersion, kept: KeptRows): Promise<() => DatasetVersion>;
  start(params: ValidateParams): JobStarted;
}

export interface ValidateParams {
  readonly dataset: string;
  readonly document?: SchemaDocument | undefined;
  readonly environment: string | null;
  readonly quarantine: boolean;
}

/** Schemas of datasets, and judging datasets by them. */
export class ValidationService {
  readonly #needs: ValidationNeeds;

  constructor(needs: ValidationNeeds) {
    this.#needs = needs;
  }

  ruleKinds(): RuleKindInfo[] {
    return RULE_KINDS.map(({ kind, label, description, appliesTo, needsColumn, fields }) => ({
      kind,
      label,
      description,
      appliesTo: [...appliesTo],
      needsColumn,
      params: [...fields],
    }));
  }

  infer(reference: string): SchemaDocument {
    return inferSchema(this.#needs.profile(reference));
  }

  schema(reference: string): SchemaVersion | null {
    return this.#needs.schemas.newest(this.#needs.dataset(reference).name);
  }

  schemaVersions(reference: string): SchemaVersion[] {
    return this.#needs.schemas.list(this.#needs.dataset(reference).name);
  }

  /** Saves a new version of the schema; every rule is checked first, so a broken one never gets in. */
  setSchema(reference: string, document: SchemaDocument, note: string | null): SchemaVersion {
    const { name } = this.#needs.dataset(reference);
    checkDocument(document);
    return this.#needs.schemas.add({ dataset: name, document, note });
  }

  validate(params: ValidateParams): JobStarted {
    this.#needs.dataset(params.dataset);
    if (params.document) checkDocument(params.document);
    return this.#needs.start(params);
  }

  /** Reports of a dataset, newest first. */
  reports(reference: string): ValidationReport[] {
    return this.#needs.reports.list(this.#needs.dataset(reference).name);
  }

  /** SQL that is true for rows failing a rule of the dataset's newest (or inferred) schema. */
  failingPredicate(reference: string, ruleId: string): string {
    const version = this.#needs.dataset(reference);
    const { document } = this.#documentFor({ dataset: reference, environment: null, quarantine: false });
    const rule = document.rules.find((candidate) => candidate.id === ruleId);
    if (!rule) {
      throw new AppError('NOT_FOUND', {
        message: `The schema of ${version.name} has no rule "${ruleId}".`,
        remedy: `Rules: ${document.rules
          .slice(0, 12)
          .map((candidate) => candidate.id)
          .join(', ')}.`,
      });
    }
    const relation = `read_parquet('${this.#needs.pathOf(version).replaceAll("'", "''")}', file_row_number = true)`;
    return failingPredicate(rule, tableShape(relation, version.columns));
  }

  /** The `validate` job: the rules run in a worker, the report is kept with the dataset. */
  definition(): WorkerJobDefinition<ValidateParams, ValidateTaskParams, ValidateTaskResult, ValidationReport> {
    return {
      place: 'worker',
      kind: 'validate',
      task: 'validate',
      title: ({ dataset }) => `Validate ${dataset}`,
      prepare: async (params) => {
        const version = this.#needs.dataset(params.dataset);
        const { document } = this.#documentFor(params);
        return {
          path: await this.#needs.dataPath(version),
          versionId: version.id,
          columns: version.columns,
          document,
          environment: params.environment,
          quarantine: params.quarantine,
        };
      },
      commit: async (result, params) => {
        const version = this.#needs.dataset(result.versionId);
        const writeKept = result.kept === null ? null : await this.#needs.keep(version, result.kept);
        const failed = result.outcomes.filter((outcome) => outcome.failed > 0);
        const errors = failed.filter((outcome) => outcome.severity === 'error').length;
        const report: ValidationReport = {
          dataset: version.name,
          datasetVersion: version.version,
          schemaVersion: this.#documentFor(params).version,
          environment: params.environment,
          rows: result.rows,
          isValid: errors === 0,
          errors,
          warnings: failed.length - errors,
          seconds: result.seconds,
          at: new Date().toISOString(),
          rules: result.outcomes,
          quarantined: params.quarantine ? (result.kept?.quarantined ?? 0) : null,
          keptVersion: null,
        };
        return () => {
          const written = { ...report, keptVersion: writeKept?.().version ?? null };
          this.#needs.reports.add(written);
          return written;
        };
      },
    };
  }

  /** The document asked for, else the newest of the dataset's name, else what the data themselves suggest. */
  #documentFor(params: ValidateParams): { document: SchemaDocument; version: number | null } {
    if (params.document) return { document: params.document, version: null };
    const version = this.#needs.dataset(params.dataset);
    const newest = this.#needs.schemas.newest(version.name);
    if (newest) return { document: newest.document, version: newest.version };
    return { document: inferSchema(this.#needs.profile(params.dataset)), version: null };
  }
}

/** Throws INVALID_ARGUMENT naming the rule when a rule is of no known kind, has wrong parameters or shares its id. */
function checkDocument(document: SchemaDocument): void {
  const seen = new Set<string>();
  for (const rule of document.rules) {
    if (seen.has(rule.id)) {
      throw new AppError('INVALID_ARGUMENT', {
        message: `Two rules are called "${rule.id}".`,
        remedy: 'Give each rule an id of its own.',
      });
    }
    seen.add(rule.id);
    ruleKind(rule.kind).read(rule);
  }
}
