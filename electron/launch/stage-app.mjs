import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { DIST, packageFile, ROOT } from './places.mjs';

const STAGE = join(DIST, 'app');
const own = `${process.platform}/${process.arch}`;

/** Packages that are not bundled, and which of their files run here; all others are inside dist/electron. */
const PACKAGES = [
  [
    'better-sqlite3',
    (path) => !/^(src|deps)\//.test(path) && (!path.startsWith('prebuilds/') || path.includes(own.replace('/', '-'))),
  ],
  ['@duckdb/node-api', () => true],
  ['@duckdb/node-bindings', () => true],
  [`@duckdb/node-bindings-${own.replace('/', '-')}`, () => true],
  ['sharp', (path) => !path.startsWith('src/')],
  ['@img/colour', () => true],
  ['detect-libc', () => true],
  ['semver', () => true],
  ...imagePackages(),
  ['onnxruntime-common', () => true],
  [
    'onnxruntime-node',
    (path) =>
      !/^bin\/napi-v\d+\/./.test(path) || path.includes(own) || own.startsWith(path.split('/').slice(2).join('/')),
  ],
];

/** The decoder of images comes as packages of the platform; which of them there are differs from system to system. */
function imagePackages() {
  return readdirSync(packageFile('@img'))
    .filter((name) => name.startsWith('sharp-'))
    .map((name) => [`@img/${name}`, () => true]);
}

function copyPackage(name, isWanted) {
  const from = packageFile(...name.split('/'));
  cpSync(from, join(STAGE, 'node_modules', ...name.split('/')), {
    recursive: true,
    filter: (path) => {
      const inside = relative(from, path).replaceAll('\\', '/');
      return !inside.startsWith('node_modules') && (inside === '' || isWanted(inside));
    },
  });
}

/** Lays out in dist/app what a package ships. */
export function stageApp() {
  rmSync(STAGE, { recursive: true, force: true });
  mkdirSync(STAGE, { recursive: true });
  const isSmall = (path) => !path.endsWith('.map');
  for (const part of ['renderer', 'runtime'])
    cpSync(join(DIST, part), join(STAGE, 'dist', part), { recursive: true, filter: isSmall });
  const programs = JSON.parse(readFileSync(join(DIST, 'electron', 'files.json'), 'utf8')).filter(isSmall);
  for (const file of programs) cpSync(join(DIST, 'electron', file), join(STAGE, 'dist', 'electron', file));
  cpSync(join(ROOT, 'resources'), join(STAGE, 'resources'), { recursive: true });
  for (const [name, isWanted] of PACKAGES) copyPackage(name, isWanted);
  const { name, version, description, license, main } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const author = 'Drydock contributors';
  writeFileSync(
    join(STAGE, 'package.json'),
    JSON.stringify({ name, version, description, license, author, type: 'module', main }, null, 2),
  );
}
