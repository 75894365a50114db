/**
 * `npm run bench [NAME...] [-- --rows-scale 0.1 --repeat 3 --data DIR --full]`: our code, then its peers, on the same files
 * in one run, with ratio, memory and accuracy. Prints a Markdown table; README's table is its output.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { cpus, homedir, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Bench, type BenchData, type Measurement, median } from './bench.ts';
import { BENCHES } from './benches.ts';
import { PEERS, pythonOf, runPeer } from './peers.ts';

const OURS = fileURLToPath(new URL('./ours.ts', import.meta.url));

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'rows-scale': { type: 'string', default: '1' },
    repeat: { type: 'string', default: '3' },
    data: { type: 'string', default: join(homedir(), '.cache', 'drydock', 'bench') },
    json: { type: 'boolean', default: false },
    full: { type: 'boolean', default: false },
  },
});
const scale = Number(values['rows-scale']);
const repeat = Number(values.repeat);

/** Our side in a process of its own: its memory is its own, and nothing is warm from the benchmark before. */
function runOurs({ name }: Bench, folder: string): Measurement {
  const done = spawnSync(process.execPath, [OURS, name, folder, String(repeat)], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const line = done.stdout.trim().split('\n').at(-1) ?? '';
  if (done.status !== 0 || !line.startsWith('{')) throw new Error(`Our side of ${name} failed.`);
  return JSON.parse(line);
}

/** What is written last of each kind of data. */
const LAST_FILE: Readonly<Record<BenchData['kind'], string>> = {
  table: 'table.parquet',
  pair: 'current.parquet',
  higgs: 'higgs.parquet',
  linear: 'wide-y.f64',
};

function prepareData({ kind, rows }: BenchData): string {
  const wanted = Math.max(1000, Math.round(rows * scale));
  const folder = join(values.data, `${kind}-${wanted}`);
  const ready = join(folder, LAST_FILE[kind]);
  if (existsSync(ready)) return folder;
  mkdirSync(folder, { recursive: true });
  const python = existsSync(pythonOf()) ? pythonOf() : 'python3';
  const made = spawnSync(python, [join(PEERS, 'make_data.py'), kind, '--rows', String(wanted), '--out', folder], {
    stdio: 'inherit',
  });
  if (made.status !== 0) throw new Error(`Could not make ${kind}: run \`sh test/bench/peers/setup.sh\` first.`);
  return folder;
}

interface Line {
  readonly name: string;
  readonly rows: number;
  readonly ours: Measurement;
  readonly peer: string;
  readonly theirs: Measurement | string;
  readonly ratio: number | null;
  readonly accuracy: string;
  readonly target: string;
}

async function measure(bench: Bench): Promise<Line[]> {
  const data = values.full ? (bench.fullData ?? bench.data) : bench.data;
  const folder = data === null ? '' : prepareData(data);
  const ours = runOurs(bench, folder);
  const lines: Line[] = [];
  if (bench.peers.length === 0) {
    const { name, target } = bench;
    const accuracy = bench.accuracy(ours, ours);
    lines.push({ name, rows: ours.rows, ours, peer: 'none', theirs: '', ratio: null, accuracy, target });
  }
  for (const peer of bench.peers) {
    const theirs = (await bench.measurePeer?.(peer, repeat)) ?? runPeer(peer, folder, repeat);
    lines.push({
      name: bench.name,
      rows: ours.rows,
      ours,
      peer: `${peer.peer}${typeof theirs === 'string' ? '' : ` ${theirs.version ?? ''}`}`,
      theirs,
      ratio: typeof theirs === 'string' ? null : median(theirs.seconds) / median(ours.seconds),
      accuracy: typeof theirs === 'string' ? theirs : bench.accuracy(ours, theirs),
      target: bench.target,
    });
  }
  return lines;
}

const seconds = (value: number): string =>
  value < 1e-3
    ? `${(value * 1e6).toFixed(0)} µs`
    : value < 0.1
      ? `${(value * 1000).toFixed(1)} ms`
      : `${value.toFixed(2)} s`;
const took = ({ seconds: all, rssMb }: Measurement): string =>
  seconds(median(all)) + (rssMb === undefined ? '' : `, ${(rssMb / 1024).toFixed(1)} GB`);

const chosen = BENCHES.filter((bench) => positionals.length === 0 || positionals.includes(bench.name));
const [load] = loadavg();
console.log(
  `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, Node ${process.version}, load ${load?.toFixed(2)}, ${new Date().toISOString().slice(0, 10)}\n`,
);
console.log(
  '| job | rows | Drydock | peer | peer took | ratio | accuracy | target |\n|---|---|---|---|---|---|---|---|',
);
const lines: Line[] = [];
for (const bench of chosen) {
  for (const line of await measure(bench)) {
    lines.push(line);
    const theirs = typeof line.theirs === 'string' ? 'n/a' : took(line.theirs);
    console.log(
      `| ${line.name} | ${line.rows.toLocaleString('en')} | ${took(line.ours)} | ${line.peer} | ${theirs} | ${line.ratio === null ? 'n/a' : `${line.ratio.toFixed(2)}x`} | ${line.accuracy} | ${line.target} |`,
    );
  }
}
if (values.json) console.log(JSON.stringify(lines));
