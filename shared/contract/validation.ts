import { oc } from '@orpc/contract';
import { z } from 'zod';
import { Reference, UtcTime } from '../ids.ts';
import { Cell, ColumnType } from './datasets.ts';
import { JobStarted } from './jobs.ts';

export const Severity = z.enum(['error', 'warning']);
export type Severity = z.infer<typeof Severity>;

/**
 * A rule of a schema. `kind` names a record in electron/compute/rules/rule-kinds.ts (type, presence, range, set, regex,
 * length, uniqueness, rowCount); `params` is checked by that record.
 */
export const Rule = z.object({
  /** Unique in its schema, made from kind and column: "range(age)". */
  id: z.string(),
  kind: z.string(),
  column: z.string().nullable(),
  params: z.record(z.string(), z.unknown()),
  severity: Severity,
  /** Empty: holds everywhere. */
  environments: z.array(z.string()),
});
export type Rule = z.infer<typeof Rule>;

export const SchemaDocument = z.object({
  formatVersion: z.literal(1),
  columns: z.array(z.object({ name: z.string(), type: ColumnType, isRequired: z.boolean() })),
  rules: z.array(Rule),
});
export type SchemaDocument = z.infer<typeof SchemaDocument>;

export const SchemaVersion = z.object({
  dataset: z.string(),
  version: z.number().int().positive(),
  createdAt: UtcTime,
  note: z.string().nullable(),
  document: SchemaDocument,
});
export type SchemaVersion = z.infer<typeof SchemaVersion>;

/** What a rule kind is, for the editor: its parameters are described so that one form serves all kinds. */
export const RuleKindInfo = z.object({
  kind: z.string(),
  label: z.string(),
  description: z.string(),
  appliesTo: z.array(ColumnType),
  needsColumn: z.boolean(),
  params: z.array(
    z.object({
      name: z.string(),
      label: z.string(),
      type: z.enum(['number', 'text', 'list', 'boolean', 'type']),
      isOptional: z.boolean(),
    }),
  ),
});
export type RuleKindInfo = z.infer<typeof RuleKindInfo>;

export const RuleOutcome = z.object({
  /** Rule id. */
  rule: z.string(),
  kind: z.string(),
  column: z.string().nullable(),
  severity: Severity,
  /** One sentence: "age between 0 and 120". */
  description: z.string(),
  failed: z.number(),
  /** failed / rows checked; for rules about the whole table 0 or 1. */
  rate: z.number(),
  /** Row numbers from 1 with the value that failed. At most 20. */
  firstRows: z.array(z.object({ row: z.number(), value: Cell })),
  /** For rules about the whole table: what was found. */
  observed: z.string().nullable(),
});
export type RuleOutcome = z.infer<typeof RuleOutcome>;

export const ValidationReport = z.object({
  dataset: z.string(),
  datasetVersion: z.number(),
  schemaVersion: z.number().nullable(),
  environment: z.string().nullable(),
  rows: z.number(),
  isValid: z.boolean(),
  errors: z.number(),
  warnings: z.number(),
  seconds: z.number(),
  at: UtcTime,
  rules: z.array(RuleOutcome),
  /** Rows moved to quarantine; null when it was not asked for. */
  quarantined: z.number().nullable().default(null),
  /** Version of the dataset that holds the rows kept; null when no row was moved. */
  keptVersion: z.number().nullable().default(null),
});
export type ValidationReport = z.infer<typeof ValidationReport>;

export const validation = {
  ruleKinds: oc.output(z.array(RuleKindInfo)),
  /** Infers from the stored profile; nothing is saved. */
  infer: oc.input(z.object({ dataset: Reference })).output(SchemaDocument),
  /** The newest schema of the dataset's name, or null. */
  schema: oc.input(z.object({ dataset: Reference })).output(SchemaVersion.nullable()),
  schemaVersions: oc.input(z.object({ dataset: Reference })).output(z.array(SchemaVersion)),
  setSchema: oc
    .input(z.object({ dataset: Reference, document: SchemaDocument, note: z.string().nullable().default(null) }))
    .output(SchemaVersion),
  /** Result document: ValidationReport. Without `document` the newest schema is used, or an inferred one when there is none. */
  validate: oc
    .input(
      z.object({
        dataset: Reference,
        document: SchemaDocument.optional(),
        environment: z.string().nullable().default(null),
        /** Rows that fail a rule of severity error go to quarantine; the others become a new version of the dataset. */
        quarantine: z.boolean().default(false),
      }),
    )
    .output(JobStarted),
  /** Newest first. */
  reports: oc.input(z.object({ dataset: Reference })).output(z.array(ValidationReport)),
};
