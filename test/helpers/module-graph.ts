import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { parseSync } from 'vite';

export interface Edge {
  readonly from: string;
  readonly to: string;
  /** True when only types cross: no code runs because of it. */
  readonly isType: boolean;
}

const ROOT = resolve(import.meta.dirname, '..', '..');

/** Folders without sources of this language: `kernel` holds AssemblyScript, with the same ending. */
const LEFT_OUT = ['node_modules', 'dist', 'kernel'];

function* sourcesBelow(folder: string): Generator<string> {
  for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name);
    if (LEFT_OUT.includes(name)) continue;
    if (statSync(path).isDirectory()) yield* sourcesBelow(path);
    else if (/\.tsx?$/.test(name) && !name.endsWith('.d.ts')) yield path;
  }
}

const asName = (path: string): string => relative(ROOT, path).replaceAll('\\', '/');

interface Found {
  readonly request: string;
  readonly isType: boolean;
}

function importsOf(path: string): readonly Found[] {
  const source = readFileSync(path, 'utf8');
  const { module, errors } = parseSync(path, source);
  if (errors.length > 0) throw new Error(`${asName(path)}: ${errors[0]?.message}`);
  return [
    ...module.staticImports.map(({ moduleRequest, entries }) => ({
      request: moduleRequest.value,
      isType: entries.length > 0 && entries.every(({ isType }) => isType),
    })),
    ...module.staticExports.flatMap(({ entries }) =>
      entries.flatMap(({ moduleRequest, isType }) => (moduleRequest ? [{ request: moduleRequest.value, isType }] : [])),
    ),
    ...module.dynamicImports.flatMap(({ moduleRequest: { start, end } }) => {
      const literal = /^['"`](.*)['"`]$/.exec(source.slice(start, end));
      return literal?.[1] === undefined ? [] : [{ request: literal[1], isType: false }];
    }),
  ];
}

/** Every import between source files of these folders, and of packages by their name (`to` is then `package:zod`). */
export function moduleGraph(folders: readonly string[]): {
  readonly files: readonly string[];
  readonly edges: readonly Edge[];
} {
  const paths = folders.flatMap((folder) => [...sourcesBelow(join(ROOT, folder))]);
  const edges = paths.flatMap((path) =>
    importsOf(path).map(({ request, isType }): Edge => {
      const to = request.startsWith('.') ? asName(resolve(dirname(path), request)) : `package:${request}`;
      return { from: asName(path), to, isType };
    }),
  );
  return { files: paths.map(asName), edges };
}

/** Cycles of imports at run time, each as the list of its files; type-only imports make none. */
export function cyclesOf(edges: readonly Edge[]): readonly (readonly string[])[] {
  const next = Map.groupBy(
    edges.filter(({ isType, to }) => !isType && !to.startsWith('package:')),
    ({ from }) => from,
  );
  const state = new Map<string, 'open' | 'done'>();
  const cycles: string[][] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (state.get(file) === 'done') return;
    if (state.get(file) === 'open') {
      cycles.push([...path.slice(path.indexOf(file)), file]);
      return;
    }
    state.set(file, 'open');
    for (const { to } of next.get(file) ?? []) visit(to, [...path, file]);
    state.set(file, 'done');
  };
  for (const file of next.keys()) visit(file, []);
  return cycles;
}
