import { createHash } from 'node:crypto';
import type { BundleManifest, BundlePackage } from '../../../shared/bundle-format.ts';

/** packages.json in dist/runtime. */
export interface RuntimePackages {
  /** Their files lie in the bundle. */
  readonly carried: readonly BundlePackage[];
  /** `npm ci` installs them from the bundle's lock file. */
  readonly installed: readonly BundlePackage[];
}

export interface SbomFile {
  readonly path: string;
  readonly sha256: string;
}

const fileHash = ({ sha256 }: SbomFile) => [{ alg: 'SHA-256', content: sha256 }];

/** SPDX expressions with an operator are expressions, single ids are ids. */
const licencesOf = (license: string) =>
  /\s/.test(license) ? [{ expression: license.replace(/^\((.*)\)$/, '$1') }] : [{ license: { id: license } }];

const purl = ({ name, version }: BundlePackage): string => `pkg:npm/${name.replace('@', '%40')}@${version}`;

/** Integrity is base64 of a SHA-512; CycloneDX wants hex. */
const archiveHash = (integrity: string | null) =>
  integrity?.startsWith('sha512-')
    ? [{ alg: 'SHA-512', content: Buffer.from(integrity.slice(7), 'base64').toString('hex') }]
    : [];

const packageComponent = (entry: BundlePackage, isCarried: boolean, files: readonly SbomFile[]) => ({
  type: 'library',
  'bom-ref': entry.path,
  name: entry.name,
  version: entry.version,
  scope: isCarried ? 'required' : 'optional',
  licenses: licencesOf(entry.license),
  purl: purl(entry),
  ...(isCarried ? {} : { hashes: archiveHash(entry.integrity) }),
  ...(isCarried
    ? { components: files.map((file) => ({ type: 'file', name: file.path, hashes: fileHash(file) })) }
    : {}),
});

/** A UUID made of a hash, so that equal bundles have equal serial numbers. */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  const variant = ((Number.parseInt(hex.slice(16, 18), 16) & 0x3f) | 0x80).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(18, 20)}-${hex.slice(20, 32)}`;
}

/** sbom.cdx.json (CycloneDX 1.6): the model, the server, what they carry and what `npm ci` adds. It holds no time. */
export function bundleSbom(manifest: BundleManifest, packages: RuntimePackages, files: readonly SbomFile[]) {
  const fileOf = (path: string) => files.filter((file) => file.path === path);
  const own = ['server.mjs', 'start.mjs', 'verify.mjs'];
  const { generator } = manifest;
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf(files.map(({ path, sha256 }) => `${sha256} ${path}`).join('\n'))}`,
    version: 1,
    metadata: {
      tools: { components: [{ type: 'application', name: generator.name, version: generator.version }] },
      component: { type: 'application', 'bom-ref': 'bundle', name: manifest.name, version: manifest.version },
    },
    components: [
      {
        type: 'machine-learning-model',
        'bom-ref': 'model.onnx',
        name: manifest.name,
        version: manifest.version,
        hashes: [{ alg: 'SHA-256', content: manifest.model.sha256 }],
        modelCard: {
          modelParameters: {
            task: manifest.task,
            architectureFamily: manifest.algorithm,
            inputs: manifest.inputs.map(({ name, datatype }) => ({ format: `${name}: ${datatype}` })),
            outputs: manifest.outputs.map(({ name, datatype }) => ({ format: `${name}: ${datatype}` })),
          },
        },
      },
      {
        type: 'application',
        'bom-ref': 'server',
        name: `${generator.name}-server`,
        version: generator.version,
        scope: 'required',
        licenses: [{ license: { id: 'Apache-2.0' } }],
        components: own.flatMap(fileOf).map((file) => ({ type: 'file', name: file.path, hashes: fileHash(file) })),
      },
      ...packages.carried.map((entry) =>
        packageComponent(
          entry,
          true,
          files.filter(({ path }) => path.startsWith('wasm/')),
        ),
      ),
      ...packages.installed.map((entry) => packageComponent(entry, false, [])),
    ],
    dependencies: [
      { ref: 'bundle', dependsOn: ['model.onnx', 'server'] },
      { ref: 'server', dependsOn: [...packages.carried.map(({ path }) => path), 'node_modules/onnxruntime-node'] },
      ...packages.installed.map(({ path, dependencies }) => ({ ref: path, dependsOn: dependencies })),
    ],
  };
}
