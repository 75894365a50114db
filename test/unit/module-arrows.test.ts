import { describe, expect, it } from 'vitest';
import { cyclesOf, type Edge, moduleGraph } from '../helpers/module-graph.ts';

const { files, edges } = moduleGraph(['electron', 'renderer', 'shared']);

/** Files beside the entries that anything outside of compute and runtime may use; they use nothing but shared. */
const LEAVES = ['electron/program-files.ts', 'electron/page-files.ts', 'electron/engine-supervisor.ts'];

/** Entries compose: they may reach everything their arrow allows. */
const ENTRIES = [
  'electron/main.ts',
  'electron/preload.ts',
  'electron/start.ts',
  'electron/cli.ts',
  'electron/engine.ts',
  'electron/engine-core.ts',
  'electron/worker.ts',
  'electron/probe.ts',
];

/** Layer of a file inside electron/ -> layers it may import beside itself and shared. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  compute: [],
  runtime: ['compute'],
  store: ['compute'],
  jobs: ['store', 'services'],
  services: ['compute', 'store', 'jobs'],
  api: ['services', 'jobs'],
  host: ['api', 'services', 'compute', 'store', 'jobs'],
  shell: [],
  start: ['host', 'store'],
  cli: ['host', 'api', 'services', 'store', 'jobs', 'engine'],
};

const partOf = (file: string): string => file.split('/')[0] ?? '';
const layerOf = (file: string): string =>
  ENTRIES.includes(file) || LEAVES.includes(file) ? 'entry' : (file.split('/')[1] ?? '');
const show = (found: readonly Edge[]): readonly string[] => found.map(({ from, to }) => `${from} -> ${to}`);
const inside = edges.filter(({ to }) => !to.startsWith('package:'));
const packages = edges.filter(({ to }) => to.startsWith('package:'));

describe('modules', () => {
  it('name only files that exist', () => {
    expect(
      show(
        inside.filter(
          ({ to, from }) =>
            !files.includes(to) &&
            !/\.(css|svg|png|wasm|json|mjs|js)(\?\w+)?$/.test(to) &&
            !from.endsWith('vite.config.ts'),
        ),
      ),
    ).toEqual([]);
  });

  it('point from the page and from the engine to shared, never at each other, and shared points at nothing', () => {
    const wrong = inside.filter(({ from, to }) => partOf(from) !== partOf(to) && partOf(to) !== 'shared');
    expect(show(wrong.filter(({ to }) => ['electron', 'renderer', 'shared', 'test'].includes(partOf(to))))).toEqual([]);
  });

  it('keep the arrows inside electron/', () => {
    const wrong = inside.filter(({ from, to }) => {
      if (partOf(from) !== 'electron' || partOf(to) !== 'electron') return false;
      const layer = layerOf(from);
      if (layer === 'entry') return LEAVES.includes(from) && !LEAVES.includes(to);
      if (LEAVES.includes(to)) return layer === 'compute' || layer === 'runtime';
      if (to === 'electron/engine-core.ts') return layer !== 'cli';
      return layer !== layerOf(to) && !ALLOWED[layer]?.includes(layerOf(to));
    });
    expect(show(wrong)).toEqual([]);
  });

  it('never lead from one domain of the services to another', () => {
    const domainOf = (file: string) => /^electron\/services\/([^/]+)\//.exec(file)?.[1];
    const wrong = inside.filter(({ from, to }) => {
      const [own, other] = [domainOf(from), domainOf(to)];
      return own !== undefined && other !== undefined && own !== other;
    });
    expect(show(wrong)).toEqual([]);
  });

  it('never lead from one feature of the page to another', () => {
    const featureOf = (file: string) => /^renderer\/features\/([^/]+)\//.exec(file)?.[1];
    const wrong = inside.filter(({ from, to }) => {
      const [own, other] = [featureOf(from), featureOf(to)];
      return own !== undefined && other !== undefined && own !== other;
    });
    expect(show(wrong)).toEqual([]);
  });

  it('form no cycle', () => {
    expect(cyclesOf(edges)).toEqual([]);
  });
});

describe('packages', () => {
  it('of Electron are imported by the shell, main and preload alone', () => {
    const wrong = packages.filter(
      ({ from, to }) =>
        to === 'package:electron' &&
        !from.startsWith('electron/shell/') &&
        !['electron/main.ts', 'electron/preload.ts'].includes(from),
    );
    expect(show(wrong)).toEqual([]);
  });

  it('of Node stay out of the page and of shared', () => {
    const wrong = packages.filter(
      ({ from, to }) =>
        to.startsWith('package:node:') && partOf(from) !== 'electron' && !from.endsWith('vite.config.ts'),
    );
    expect(show(wrong)).toEqual([]);
  });

  it('with a native ONNX Runtime are loaded in tasks and in the bundle server, never by the engine itself', () => {
    const wrong = packages.filter(
      ({ from, to, isType }) =>
        to === 'package:onnxruntime-node' &&
        !isType &&
        !/^electron\/(runtime|compute)\/|^electron\/probe\.ts$|-task\.ts$|-probe\.ts$|^electron\/services\/[^/]+\/(estimators|sessions?)\//.test(
          from,
        ),
    );
    expect(show(wrong)).toEqual([]);
  });
});
