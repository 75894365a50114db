import { oc } from '@orpc/contract';
import { z } from 'zod';
import { ColumnType } from '../column-type.ts';
import { DatasetVersionId, Reference, Sha256, UtcTime } from '../ids.ts';
import { JobStarted } from './jobs.ts';

export { ColumnType };

export const ColumnRole = z.enum(['feature', 'target', 'sensitive', 'time', 'id', 'weight', 'ignored']);
export type ColumnRole = z.infer<typeof ColumnRole>;

export const Column = z.object({
  name: z.string(),
  type: ColumnType,
  storageType: z.string(),
  role: ColumnRole,
  /** The name in the file when it had to be changed (empty, duplicate). */
  originalName: z.string().optional(),
});
export type Column = z.infer<typeof Column>;

export const ImportFormat = z.enum(['csv', 'parquet', 'jsonl', 'images']);
export type ImportFormat = z.infer<typeof ImportFormat>;

/** Reading options of text files. What is left out is detected; what was used is kept with the version. */
export const ImportOptions = z.object({
  delimiter: z.string().min(1).max(4).optional(),
  encoding: z.string().optional(),
  decimalMark: z.enum(['.', ',']).optional(),
  hasHeader: z.boolean().optional(),
  /** 0-based line of the header. */
  headerLine: z.number().int().nonnegative().optional(),
  quote: z.string().max(1).optional(),
  escape: z.string().max(1).optional(),
  dateFormat: z.string().optional(),
  timestampFormat: z.string().optional(),
  /** Words read as missing. */
  missingWords: z.array(z.string()).optional(),
  /** Column name to type: overrides what was found. */
  types: z.record(z.string(), ColumnType).optional(),
});
export type ImportOptions = z.infer<typeof ImportOptions>;

/**
 * Where bytes come from: a path the engine can open, or a finished upload of the browser host. Where several files were
 * sent together, `file` is the path of the one that is meant; left out, it is the only file or folder of the upload.
 */
export const ImportSource = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('path'), path: z.string() }),
  z.object({ kind: z.literal('upload'), uploadId: z.string(), file: z.string().optional() }),
]);
export type ImportSource = z.infer<typeof ImportSource>;

/** What was noticed and is worth a person's eye; `column`/`line` say where. */
export const ImportWarning = z.object({
  code: z.string(),
  message: z.string(),
  column: z.string().optional(),
  line: z.number().int().optional(),
});
export type ImportWarning = z.infer<typeof ImportWarning>;

export const DatasetVersion = z.object({
  id: DatasetVersionId,
  name: z.string(),
  version: z.number().int().positive(),
  rows: z.number().int().nonnegative(),
  columns: z.array(Column),
  /** Of the stored Parquet file. */
  hash: Sha256,
  sizeBytes: z.number().int().nonnegative(),
  createdAt: UtcTime,
  source: z.object({
    fileName: z.string(),
    format: ImportFormat,
    sizeBytes: z.number(),
    sha256: Sha256.nullable(),
    options: ImportOptions,
  }),
  quarantined: z.number().int().nonnegative(),
  warnings: z.array(ImportWarning),
  /** For the sample project: a licence and an origin in one line. */
  note: z.string().nullable(),
});
export type DatasetVersion = z.infer<typeof DatasetVersion>;

/** A cell as it travels: 64-bit integers and decimals past double precision as strings of digits; times as ISO 8601. */
export const Cell = z.union([z.string(), z.number(), z.boolean(), z.null()]);
export type Cell = z.infer<typeof Cell>;

export const Histogram = z.object({
  /** `counts.length + 1` ascending edges (timestamps as milliseconds since 1970); bins are [a, b), the last [a, b]. */
  edges: z.array(z.number()),
  counts: z.array(z.number()),
});
export type Histogram = z.infer<typeof Histogram>;

export const ColumnProfile = z.object({
  name: z.string(),
  type: ColumnType,
  role: ColumnRole,
  rows: z.number(),
  missing: z.number(),
  distinct: z.number(),
  /** False when `distinct` is an estimate (HyperLogLog). */
  isDistinctExact: z.boolean(),
  min: Cell,
  max: Cell,
  mean: z.number().nullable(),
  standardDeviation: z.number().nullable(),
  /** Probability as key: {"0.05": .., "0.25": .., "0.5": .., "0.75": .., "0.95": ..}; numbers and times only. */
  quantiles: z.record(z.string(), z.number()).nullable(),
  /** How many sampled rows the quantiles come from; null when they are of all rows. */
  quantileRows: z.number().nullable().default(null),
  histogram: Histogram.nullable(),
  topValues: z.array(z.object({ value: Cell, count: z.number() })).nullable(),
});
export type ColumnProfile = z.infer<typeof ColumnProfile>;

export const DatasetProfile = z.object({ dataset: DatasetVersion, columns: z.array(ColumnProfile) });
export type DatasetProfile = z.infer<typeof DatasetProfile>;

/** What the first bytes say, for the drop overlay and the import form; nothing is stored. */
export const ImportPreview = z.object({
  fileName: z.string(),
  format: ImportFormat,
  sizeBytes: z.number(),
  suggestedName: z.string(),
  options: ImportOptions,
  columns: z.array(z.object({ name: z.string(), type: ColumnType })),
  rows: z.array(z.array(Cell)),
  warnings: z.array(ImportWarning),
});
export type ImportPreview = z.infer<typeof ImportPreview>;

export const QuarantinedRow = z.object({
  /** Data row from 1 (0 when unknown), and line of the file from 1 (null for binary formats). */
  row: z.number(),
  line: z.number().nullable(),
  column: z.string().nullable(),
  value: z.string().nullable(),
  reason: z.string(),
  /** The line as it stood, shortened. */
  text: z.string().nullable(),
});
export type QuarantinedRow = z.infer<typeof QuarantinedRow>;

/** One condition on rows; several are joined by AND. `rule` keeps the rows that fail a validation rule. */
export const RowFilter = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('compare'),
    column: z.string(),
    operator: z.enum(['=', '!=', '<', '<=', '>', '>=', 'contains']),
    value: z.union([z.string(), z.number(), z.boolean()]),
  }),
  z.object({ kind: z.literal('missing'), column: z.string(), isMissing: z.boolean() }),
  z.object({ kind: z.literal('rule'), ruleId: z.string() }),
]);
export type RowFilter = z.infer<typeof RowFilter>;

/** Columns of rows that are shown: of more the first ones; any may be filtered and sorted by. */
export const MOST_ROW_COLUMNS = 2000;

const RowQuery = z.object({
  dataset: Reference,
  offset: z.number().int().nonnegative().default(0),
  limit: z.number().int().positive().max(1000).default(100),
  filters: z.array(RowFilter).default([]),
  sort: z.object({ column: z.string(), isDescending: z.boolean() }).nullable().default(null),
});

export const DatasetImages = z.object({
  total: z.number(),
  /** Every class with its images, the largest first; empty without a target column. */
  labels: z.array(z.object({ label: z.string(), images: z.number() })),
  images: z.array(
    z.object({
      /** From 0. */
      row: z.number(),
      path: z.string().nullable(),
      label: z.string().nullable(),
      sizeBytes: z.number(),
      /** The image as it is, as a data URL; null for one of more than half a megabyte, or of a kind that pages do not show. */
      url: z.string().nullable(),
    }),
  ),
});
export type DatasetImages = z.infer<typeof DatasetImages>;

export const datasets = {
  list: oc.output(z.array(DatasetVersion)),
  get: oc.input(z.object({ dataset: Reference })).output(DatasetVersion),
  versions: oc.input(z.object({ dataset: Reference })).output(z.array(DatasetVersion)),
  /** Of all columns, or of those that are named, or of so many from a place on: of 50,000 it is 50 MB. */
  profile: oc
    .input(
      z.object({
        dataset: Reference,
        names: z.array(z.string()).optional(),
        offset: z.number().int().nonnegative().optional(),
        limit: z.number().int().positive().optional(),
      }),
    )
    .output(DatasetProfile),
  rows: oc
    .input(RowQuery)
    .output(z.object({ columns: z.array(z.string()), rows: z.array(z.array(Cell)), matching: z.number() })),
  /** Images of a dataset that has a column of them, in the order of its rows; `label` filters by class. */
  images: oc
    .input(
      z.object({
        dataset: Reference,
        offset: z.number().int().nonnegative().default(0),
        limit: z.number().int().positive().max(200).default(60),
        label: z.string().optional(),
      }),
    )
    .output(DatasetImages),
  quarantine: oc
    .input(
      z.object({
        dataset: Reference,
        offset: z.number().int().default(0),
        limit: z.number().int().max(1000).default(100),
      }),
    )
    .output(z.object({ total: z.number(), rows: z.array(QuarantinedRow) })),
  setRole: oc.input(z.object({ dataset: Reference, column: z.string(), role: ColumnRole })).output(DatasetVersion),
  preview: oc
    .input(z.object({ source: ImportSource, format: ImportFormat.optional(), options: ImportOptions.default({}) }))
    .output(ImportPreview),
  /** Starts an import; the result document is a DatasetVersion. An existing name gets a new version. */
  import: oc
    .input(
      z.object({
        source: ImportSource,
        name: z.string().min(1).max(200).optional(),
        format: ImportFormat.optional(),
        options: ImportOptions.default({}),
      }),
    )
    .output(JobStarted),
  /** Writes the filtered rows as CSV (formulas escaped) or Parquet into the workspace's `exports/` and answers where. */
  exportRows: oc
    .input(
      z.object({ dataset: Reference, filters: z.array(RowFilter).default([]), format: z.enum(['csv', 'parquet']) }),
    )
    .output(z.object({ path: z.string(), fileName: z.string(), rows: z.number() })),
};
