/** The files of a bundle as its writer and its server agree on them. Types only: the server carries no parser library. */

export const BUNDLE_FORMAT_VERSION = 1;

/** Logical type of a raw column; numbers of all of them but `text` travel as 32-bit floats. */
export type BundleColumnType = 'integer' | 'number' | 'boolean' | 'text' | 'date' | 'timestamp' | 'time' | 'json';

/** A tensor by its Open Inference Protocol datatype; -1 is a free dimension, the first one counts rows. */
export interface BundleTensor {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
}

export interface BundleInput extends BundleTensor {
  /** Type of the raw column behind the tensor; null when the input is no column. */
  readonly columnType: BundleColumnType | null;
}

/** bundle.json. It holds no time: the declared time of an export is part of its signature. */
export interface BundleManifest {
  readonly formatVersion: number;
  readonly name: string;
  readonly version: string;
  readonly task: string;
  readonly algorithm: string;
  /** Null for a model that learnt from no answers. */
  readonly target: { readonly column: string; readonly over: number | null } | null;
  readonly classes: readonly string[] | null;
  readonly model: { readonly path: string; readonly sha256: string; readonly sizeBytes: number };
  readonly inputs: readonly BundleInput[];
  readonly outputs: readonly BundleTensor[];
  readonly targets: readonly string[];
  readonly trainedAt: string;
  readonly generator: { readonly name: string; readonly version: string };
}

/** A tensor with its data, as Open Inference Protocol JSON. */
export interface GoldenTensor {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
  readonly data: readonly (string | number | boolean | null)[];
}

export interface GoldenRequest {
  readonly id: string;
  /** What the row is there for: a held-out row, a missing value, an unknown category. */
  readonly note: string;
  readonly inputs: readonly GoldenTensor[];
  readonly outputs: readonly GoldenTensor[];
}

/** golden.json. A number is equal when |a - b| <= tolerance + relativeTolerance * |b|; all else must be the same. */
export interface GoldenFile {
  readonly formatVersion: number;
  readonly tolerance: number;
  readonly relativeTolerance: number;
  readonly requests: readonly GoldenRequest[];
  /** The complete rows once more as one request, for clients that compare batches. */
  readonly rows: number;
  readonly inputs: readonly GoldenTensor[];
  readonly outputs: readonly GoldenTensor[];
}

/** signature.json: Ed25519 over `signedText`. */
export interface BundleSignature {
  readonly formatVersion: number;
  readonly algorithm: 'Ed25519';
  /** The first 16 hex digits of the SHA-256 of the public key's DER bytes. */
  readonly keyId: string;
  /** SubjectPublicKeyInfo in DER, base64. */
  readonly publicKey: string;
  /** UTC, ISO 8601: when the bundle was exported. */
  readonly createdAt: string;
  readonly signature: string;
}

/** What is signed: the declared time and the sums of all files. */
export const signedText = (createdAt: string, sums: string): string => `drydock bundle 1\n${createdAt}\n${sums}`;

export const BUNDLE_FILES = {
  manifest: 'bundle.json',
  golden: 'golden.json',
  sums: 'SHA256SUMS',
  signature: 'signature.json',
  server: 'server.mjs',
  verifier: 'verify.mjs',
} as const;

/** A package of a lock file that a bundle needs. */
export interface BundlePackage {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  /** Subresource integrity of the package's archive. */
  readonly integrity: string | null;
  /** Its place in the lock file. */
  readonly path: string;
  readonly dependencies: readonly string[];
}
