import type { BundlePackage } from '../../shared/bundle-format.ts';

interface LockedPackage {
  readonly version: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly [key: string]: unknown;
}

export interface LockFile {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

/** The key of a dependency as npm finds it from a package: its own node_modules first, then those above. */
function placeOf(lock: LockFile, from: string, name: string): string | undefined {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const path = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (lock.packages[path]) return path;
    if (folder === '') return undefined;
  }
}

/** A package and all it depends on, by their places in the lock file, sorted. */
export function packagesOf(lock: LockFile, root: string): BundlePackage[] {
  const found = new Map<string, BundlePackage>();
  const walk = (path: string): void => {
    const entry = lock.packages[path];
    if (!entry || found.has(path)) return;
    const needed = Object.keys({ ...entry.dependencies, ...entry.optionalDependencies });
    const places = needed.flatMap((name) => placeOf(lock, path, name) ?? []);
    found.set(path, {
      name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
      version: entry.version,
      license: entry.license ?? 'NOASSERTION',
      integrity: entry.integrity ?? null,
      path,
      dependencies: places,
    });
    for (const place of places) walk(place);
  };
  walk(`node_modules/${root}`);
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/**
 * package.json and package-lock.json of a bundle: onnxruntime-node alone, pinned with its integrity, no address of a
 * registry, no install script.
 */
export function installableLock(lock: LockFile, packages: readonly BundlePackage[]) {
  const version = lock.packages['node_modules/onnxruntime-node']?.version ?? '';
  const dependencies = { 'onnxruntime-node': version };
  const root = {
    name: 'model-bundle',
    version: '1.0.0',
    license: 'Apache-2.0',
    dependencies,
    engines: { node: '>=20' },
  };
  const kept = packages.map(({ path }) => {
    const { resolved: _, dev: __, peer: ___, ...entry } = lock.packages[path] ?? { version: '' };
    return [path, entry] as const;
  });
  const scripts = { start: 'node start.mjs', verify: 'node verify.mjs' };
  return {
    packageJson: {
      name: root.name,
      version: root.version,
      private: true,
      type: 'module',
      license: root.license,
      engines: root.engines,
      scripts,
      dependencies,
      allowScripts: { 'onnxruntime-node': false },
    },
    packageLock: {
      name: root.name,
      version: root.version,
      lockfileVersion: 3,
      requires: true,
      packages: { '': root, ...Object.fromEntries(kept) },
    },
  };
}
