import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';

const CLI = resolve(import.meta.dirname, '..', '..', 'electron', 'cli.ts');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  stdout(): string;
  stderr(): string;
}

/** Starts `drydock ...` as a process of its own. */
export function startCommand(
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Running {
  const child = spawn(process.execPath, [CLI, ...args], {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => (stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (stderr += String(chunk)));
  const ended = new Promise<Ended>((done) => child.once('close', (code) => done({ code, stdout, stderr })));
  return { child, ended, stdout: () => stdout, stderr: () => stderr };
}

/** Runs `drydock ...` to its end. */
export const runCommand = (
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<Ended> => startCommand(args, options).ended;

/** Runs `drydock ... --json` on a workspace; `answer` is its document, null where it printed none. */
export async function ask(workspace: string, args: readonly string[]) {
  const { code, stdout, stderr } = await runCommand([...args, '--workspace', workspace, '--json', '--quiet']);
  return { code, stderr, answer: stdout === '' ? null : JSON.parse(stdout) };
}

/** The document of a command that must end well; fails with what it said otherwise. */
export async function answerOf(workspace: string, args: readonly string[]): Promise<unknown> {
  const { code, answer, stderr } = await ask(workspace, args);
  if (code !== 0) throw new Error(`drydock ${args.join(' ')} ended with ${code}: ${stderr}${JSON.stringify(answer)}`);
  return answer;
}
