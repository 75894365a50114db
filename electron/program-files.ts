import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const here = import.meta.dirname;
const isFromSources = import.meta.filename.endsWith('.ts');

/** The folder that holds package.json: the clone, or the unpacked part of the packaged app. */
function findRoot(): string {
  for (let folder = here; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (folder === dirname(folder)) throw new Error(`No package.json above ${here}.`);
  }
}

const root = findRoot();

export type EntryName = 'engine' | 'worker' | 'probe' | 'cli' | 'start';

/** The file Node runs for an entry: TypeScript as it stands in a clone's sources, the bundled file elsewhere. */
export function entryPoint(name: EntryName): string {
  return isFromSources ? join(root, 'electron', `${name}.ts`) : join(here, `${name}.mjs`);
}

/** A folder or file below resources/, e.g. `sample`. */
export const resourceFolder = (...parts: readonly string[]): string => join(root, 'resources', ...parts);

/** A built file below dist/, e.g. `runtime/server.mjs`. */
export const bundledFile = (path: string): string => join(root, 'dist', path);

/** Where the built page lies. */
export const rendererFolder = (): string => join(root, 'dist', 'renderer');

/** The root of the program, for the one who reports where it runs from. */
export const programFolder = (): string => root;

/** Whether Node runs the sources of a clone as they stand, and not a bundle of them. */
export const runsFromSources = (): boolean => isFromSources;

/** The folder of the bundle's files; only where it is not run from sources. */
export const bundleFolder = (): string => here;

const versionIn = (path: string): string => {
  const { version } = JSON.parse(readFileSync(path, 'utf8')) as { version: string };
  return version;
};

/** Version of the program, from package.json. */
export const programVersion = (): string => versionIn(join(root, 'package.json'));

/** Version of a package with native code, which lies beside the program in a clone and in a package. */
export const packageVersion = (name: string): string => versionIn(join(root, 'node_modules', name, 'package.json'));
