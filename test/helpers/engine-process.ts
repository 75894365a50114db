import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { MessageFromEngine } from '../../shared/engine-messages.ts';
import { type ContractConnection, connectTo } from './contract-client.ts';

const ROOT = resolve(import.meta.dirname, '..', '..');

/** An engine in a process of its own, as every host starts it, and a connection to it. */
export interface EngineProcess extends ContractConnection {
  readonly process: ChildProcess;
  /** Process ids of its workers. Linux only. */
  workers(): number[];
  /** Ends it as a crash does; answers when it is gone. */
  kill(): Promise<void>;
  /** Ends it as a host does. */
  stop(): Promise<void>;
}

/** Starts an engine on a workspace. `execArgv` goes to Node, `env` over this process's own environment. */
export async function startEngine(
  workspace: string,
  execArgv: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<EngineProcess> {
  const child = spawn(process.execPath, [...execArgv, join(ROOT, 'electron', 'engine.ts'), '--workspace', workspace], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    serialization: 'advanced',
    env: { ...process.env, ...env },
  });
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  const address = await new Promise<string>((done, fail) => {
    child.once('exit', (code) => fail(new Error(`The engine ended with code ${code}.`)));
    child.on('message', (message: MessageFromEngine) => {
      if (message.kind === 'ready') done(`${message.url}/?token=${message.token}`);
      if (message.kind === 'failed') fail(new Error(message.error.message));
    });
  });
  const end = (signal: NodeJS.Signals) => {
    child.kill(signal);
    return ended;
  };
  return {
    ...(await connectTo(address)),
    process: child,
    workers: () => childrenOf(child.pid),
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
  };
}

/** Text of a file of /proc, null when its process has ended meanwhile. */
function processFile(pid: string, name: string): string | null {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH')) return null;
    throw error;
  }
}

/** Process ids of what a process has started. Linux only. */
export function childrenOf(parent: number | undefined): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => processFile(name, 'stat')?.split(') ')[1]?.split(' ')[1] === String(parent))
    .map(Number);
}

/** False too for a process that has ended and waits for its parent to look. Linux only. */
export const isAlive = (pid: number): boolean =>
  existsSync(`/proc/${pid}`) && processFile(String(pid), 'stat')?.includes(') Z ') === false;
