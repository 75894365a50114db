import { z } from 'zod';

/** A 26-character ULID: sorts by the time it was made. */
const ulid = z.string().regex(/^[0-9A-HJKMNP-TV-Z]{26}$/, 'must be a ULID');

export const DatasetVersionId = ulid.brand<'DatasetVersionId'>();
export type DatasetVersionId = z.infer<typeof DatasetVersionId>;
export const ModelVersionId = ulid.brand<'ModelVersionId'>();
export type ModelVersionId = z.infer<typeof ModelVersionId>;
export const JobId = ulid.brand<'JobId'>();
export type JobId = z.infer<typeof JobId>;
export const BundleId = ulid.brand<'BundleId'>();
export type BundleId = z.infer<typeof BundleId>;

/** A content hash: lower-case hexadecimal SHA-256. */
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in lower-case hex');
export type Sha256 = z.infer<typeof Sha256>;

/** UTC time as ISO 8601 with a `Z`. */
export const UtcTime = z.iso.datetime();

/**
 * How a person names a thing: `name`, `name@version`, `name@alias` or an id.
 * Resolved by the service of the domain; an unknown one is answered with the nearest names.
 */
export const Reference = z.string().min(1).max(300);
export type Reference = z.infer<typeof Reference>;

/** The reference of one version, which means the same tomorrow; a bare name means the newest, an alias may be moved. */
export const versionReference = ({ name, version }: { readonly name: string; readonly version: number }): string =>
  `${name}@${version}`;
