import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import type { TrainingManifest } from '../../../shared/contract/models.ts';
import type { Reproduction } from '../../../shared/contract/training.ts';
import { bundleFolder, packageVersion, programFolder, programVersion, runsFromSources } from '../../program-files.ts';

/** What a training's numbers may depend on, beside its request and its data. */
export type Surroundings = Pick<TrainingManifest, 'codeVersion' | 'code' | 'platform' | 'processor' | 'packages'>;

/** Sources that decide what is learnt, by the name under which their hash is kept. */
const SOURCES: Readonly<Record<string, string>> = {
  compute: 'electron/compute',
  training: 'electron/services/training',
  shared: 'shared',
};
/** The compiled kernels of the trees are told apart from the rest: they are WebAssembly. */
const KERNELS = /-binary\.ts$/;
/** Packages with native code that turn rows into numbers. */
const NATIVE = ['onnxruntime-node', '@duckdb/node-api', 'sharp'];
const GIT_MS = 5000;

/** The code, the packages and the machine that this process computes with. */
export async function surroundings(): Promise<Surroundings> {
  return {
    codeVersion: programVersion(),
    code: {
      ...(await commitOf(programFolder())),
      hashes: runsFromSources() ? await sourceHashes() : await bundleHash(),
    },
    platform: `${process.platform}-${process.arch}`,
    processor: cpus()[0]?.model.trim() ?? '',
    packages: {
      node: process.version,
      ...Object.fromEntries(NATIVE.map((name) => [name, packageVersion(name)])),
    },
  };
}

/** What is not as it was. Two commits of equal code are no difference. */
export function surroundingDifferences(then: Surroundings, now: Surroundings): Reproduction['differences'] {
  const named = (code: Surroundings['code'], hash: string | undefined): string | undefined =>
    hash === undefined
      ? undefined
      : `${hash.slice(0, 12)}${code?.commit ? ` of commit ${code.commit.slice(0, 10)}${code.isChanged ? ', changed' : ''}` : ''}`;
  const pairs: (readonly [string, string | undefined, string | undefined])[] = [
    ['program version', then.codeVersion, now.codeVersion],
    ['platform', then.platform, now.platform],
    ...keysOf(then.packages, now.packages).map((name) => [name, then.packages[name], now.packages[name]] as const),
  ];
  // Manifests of before this was kept say nothing of it.
  if (then.processor !== '') pairs.push(['processor', then.processor, now.processor]);
  if (then.code && now.code) {
    const [before, after] = [then.code, now.code];
    for (const part of keysOf(before.hashes, after.hashes))
      if (before.hashes[part] !== after.hashes[part])
        pairs.push([`code of ${part}`, named(before, before.hashes[part]), named(after, after.hashes[part])]);
  }
  return pairs.flatMap(([what, original = 'not there', again = 'not there']) =>
    original === again ? [] : [{ what, original, again }],
  );
}

const keysOf = (a: object, b: object): string[] => Object.keys({ ...a, ...b });

/** The commit of a clone and whether its code was changed since; null where there is no clone, or no git. */
async function commitOf(folder: string): Promise<{ readonly commit: string | null; readonly isChanged: boolean }> {
  const none = { commit: null, isChanged: false };
  if (!runsFromSources() || !existsSync(join(folder, '.git'))) return none;
  const git = async (...args: readonly string[]): Promise<string> =>
    (await promisify(execFile)('git', ['-C', folder, ...args], { timeout: GIT_MS })).stdout.trim();
  try {
    const commit = await git('rev-parse', 'HEAD');
    const changed = await git('status', '--porcelain', '--', ...Object.values(SOURCES), 'package-lock.json');
    return { commit, isChanged: changed !== '' };
  } catch {
    // The hashes say as much; the commit only tells a person where to look.
    return none;
  }
}

async function sourceHashes(): Promise<Record<string, string>> {
  const root = programFolder();
  const hashes: Record<string, string> = {};
  for (const [name, folder] of Object.entries(SOURCES)) {
    const files = await filesBelow(join(root, folder));
    const kernels = files.filter((file) => KERNELS.test(file));
    if (kernels.length > 0) hashes['tree kernels'] = await hashOf(root, kernels);
    hashes[name] = await hashOf(
      root,
      files.filter((file) => !KERNELS.test(file)),
    );
  }
  return hashes;
}

/** Of a packaged program: the files of its build, sources and kernels in one. */
async function bundleHash(): Promise<Record<string, string>> {
  const folder = bundleFolder();
  const files = (await filesBelow(folder)).filter((file) => file.endsWith('.mjs'));
  return { 'the build': await hashOf(folder, files) };
}

async function filesBelow(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** SHA-256 of names and bytes, in order of name; lines end alike wherever the files were checked out. */
async function hashOf(root: string, files: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  const named = files.map((file) => ({ file, name: relative(root, file).split(sep).join('/') }));
  for (const { file, name } of named.sort((a, b) => (a.name < b.name ? -1 : 1)))
    hash.update(`${name}\n`).update((await readFile(file, 'utf8')).replaceAll('\r\n', '\n'));
  return hash.digest('hex');
}
