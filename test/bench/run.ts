/**
 * `npm run bench [NAME...] [-- --rows-scale 0.1 --repeat 3 --data DIR]`: our code beside its peers on the same files in one
 * run, alternating, with ratio and accuracy. Prints a Markdown table; README's table is its output.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { cpus, homedir, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Bench, type BenchData, type Measurement, median, type Peer } from './bench.ts';
import { BENCHES } from './benches.ts';

const PEERS = fileURLToPath(new URL('./peers/', import.meta.url));
const VENVS = process.env['DRYDOCK_VENVS'] ?? join(homedir(), '.cache', 'drydock', 'venvs');
const PYTHON = join(VENVS, 'bench', 'bin', 'python');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'rows-scale': { type: 'string', default: '1' },
    repeat: { type: 'string', default: '3' },
    data: { type: 'string', default: join(homedir(), '.cache', 'drydock', 'bench') },
    json: { type: 'boolean', default: false },
  },
});
const scale = Number(values['rows-scale']);
const repeat = Number(values.repeat);

function peerMeasurement(peer: Peer, folder: string): Measurement | string {
  if (!existsSync(PYTHON)) return 'peers are not installed: run `sh test/bench/peers/setup.sh`';
  const done = spawnSync(
    PYTHON,
    [join(PEERS, 'peers.py'), peer.job, peer.peer, '--data', folder, '--repeat', String(repeat), ...(peer.args ?? [])],
    {
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    },
  );
  const line = done.stdout.trim().split('\n').at(-1) ?? '';
  if (done.status !== 0 || !line.startsWith('{')) return `failed: ${done.stderr.trim().split('\n').at(-1) ?? ''}`;
  const { seconds, figures, rssMb, version } = JSON.parse(line);
  return { seconds, figures, rssMb, version, rows: 0 };
}

function prepareData({ kind, rows }: BenchData): string {
  const wanted = Math.max(1000, Math.round(rows * scale));
  const folder = join(values.data, `${kind}-${wanted}`);
  const ready = join(
    folder,
    kind === 'table' ? 'table.parquet' : kind === 'pair' ? 'current.parquet' : 'higgs.parquet',
  );
  if (existsSync(ready)) return folder;
  mkdirSync(folder, { recursive: true });
  const python = existsSync(PYTHON) ? PYTHON : 'python3';
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
  const folder = prepareData(bench.data);
  const ours = await bench.ours(folder, repeat);
  return bench.peers.map((peer) => {
    const theirs = peerMeasurement(peer, folder);
    return {
      name: bench.name,
      rows: ours.rows,
      ours,
      peer: `${peer.peer}${typeof theirs === 'string' ? '' : ` ${theirs.version ?? ''}`}`,
      theirs,
      ratio: typeof theirs === 'string' ? null : median(theirs.seconds) / median(ours.seconds),
      accuracy: typeof theirs === 'string' ? theirs : bench.accuracy(ours, theirs),
      target: bench.target,
    };
  });
}

const seconds = (value: number): string => (value < 0.1 ? `${(value * 1000).toFixed(1)} ms` : `${value.toFixed(2)} s`);

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
    const theirs = typeof line.theirs === 'string' ? 'n/a' : seconds(median(line.theirs.seconds));
    console.log(
      `| ${line.name} | ${line.rows.toLocaleString('en')} | ${seconds(median(line.ours.seconds))} | ${line.peer} | ${theirs} | ${line.ratio === null ? 'n/a' : `${line.ratio.toFixed(2)}x`} | ${line.accuracy} | ${line.target} |`,
    );
  }
}
if (values.json) console.log(JSON.stringify(lines));
