import { oc } from '@orpc/contract';
import { z } from 'zod';
import { BundleId, Reference, Sha256, UtcTime } from '../ids.ts';
import { JobStarted } from './jobs.ts';

export const BundleFile = z.object({ path: z.string(), sizeBytes: z.number(), sha256: Sha256, purpose: z.string() });
export type BundleFile = z.infer<typeof BundleFile>;

/** One line of the conformance test; ships inside the bundle too. */
export const VerificationCheck = z.object({
  name: z.string(),
  isOk: z.boolean(),
  /** What was found: "312 of 312 golden answers equal within 1e-6". */
  detail: z.string(),
  seconds: z.number(),
});
export type VerificationCheck = z.infer<typeof VerificationCheck>;

export const VerificationReport = z.object({
  bundle: z.string(),
  isVerified: z.boolean(),
  checks: z.array(VerificationCheck),
  at: UtcTime,
});
export type VerificationReport = z.infer<typeof VerificationReport>;

export const Bundle = z.object({
  id: BundleId,
  model: z.string(),
  modelVersion: z.number(),
  path: z.string(),
  isZip: z.boolean(),
  sizeBytes: z.number(),
  createdAt: UtcTime,
  targets: z.array(z.string()),
  files: z.array(BundleFile),
  verification: VerificationReport.nullable(),
});
export type Bundle = z.infer<typeof Bundle>;

export const ExportTargetInfo = z.object({ target: z.string(), label: z.string(), description: z.string() });
export type ExportTargetInfo = z.infer<typeof ExportTargetInfo>;

/** A bundle or model served from this machine by the same server that ships in bundles. */
export const Endpoint = z.object({
  id: z.string(),
  name: z.string(),
  url: z.string(),
  state: z.enum(['starting', 'ready', 'stopped', 'failed']),
  startedAt: UtcTime,
  requests: z.number(),
  error: z.string().nullable(),
});
export type Endpoint = z.infer<typeof Endpoint>;

export const bundles = {
  targets: oc.output(z.array(ExportTargetInfo)),
  list: oc.output(z.array(Bundle)),
  /** Writes, then verifies. Result document: Bundle. Without `out` it goes into the workspace's `bundles/`. */
  export: oc
    .input(
      z.object({
        model: Reference,
        out: z.string().optional(),
        isZip: z.boolean().default(false),
        targets: z.array(z.string()).default(['oip']),
      }),
    )
    .output(JobStarted),
  /** Result document: VerificationReport. `bundle` is an id or a path to a folder or zip. */
  verify: oc.input(z.object({ bundle: z.string() })).output(JobStarted),
  endpoints: oc.output(z.array(Endpoint)),
  serve: oc
    .input(
      z.object({
        bundle: z.string().optional(),
        model: Reference.optional(),
        port: z.number().int().min(0).max(65535).default(0),
        host: z.string().default('127.0.0.1'),
        token: z.string().nullable().default(null),
      }),
    )
    .output(Endpoint),
  stop: oc.input(z.object({ id: z.string() })).output(Endpoint),
};
