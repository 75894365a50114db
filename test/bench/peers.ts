import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Measurement, Peer } from './bench.ts';

export const PEERS = fileURLToPath(new URL('./peers/', import.meta.url));
const VENVS = process.env['DRYDOCK_VENVS'] ?? join(homedir(), '.cache', 'drydock', 'venvs');

/** The Python of a virtual environment that peers/setup.sh makes. */
export const pythonOf = (environment = 'bench'): string => join(VENVS, environment, 'bin', 'python');

/** Runs a job of peers/peers.py; words where it cannot. */
export function runPeer({ job, peer, args = [] }: Peer, folder: string, repeat: number): Measurement | string {
  if (!existsSync(pythonOf())) return 'peers are not installed: run `sh test/bench/peers/setup.sh`';
  const done = spawnSync(
    pythonOf(),
    [join(PEERS, 'peers.py'), job, peer, '--data', folder, '--repeat', String(repeat), ...args],
    { encoding: 'utf8', maxBuffer: 1 << 26 },
  );
  const line = done.stdout.trim().split('\n').at(-1) ?? '';
  if (done.status !== 0 || !line.startsWith('{')) return `failed: ${done.stderr.trim().split('\n').at(-1) ?? ''}`;
  const { seconds, figures, rssMb, version } = JSON.parse(line);
  return { seconds, figures, rssMb, version, rows: 0 };
}
