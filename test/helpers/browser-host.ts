import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '..', '..');

export interface StartedHost {
  /** The printed address, token included. */
  readonly address: string;
  /** All that was printed until now. */
  output(): string;
  /** Ends it as a Ctrl-C does; answers the exit code. */
  stop(): Promise<number | null>;
}

/** Runs `npm start` as a person does, in a browser window, and waits for the address it prints. */
export async function startBrowserHost(workspace: string, extra: readonly string[] = []): Promise<StartedHost> {
  const child = spawn(
    'npm',
    ['start', '--silent', '--', '--browser', '--no-open', '--workspace', workspace, ...extra],
    {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    },
  );
  let output = '';
  const address = new Promise<string>((done, fail) => {
    const read = (chunk: Buffer) => {
      output += String(chunk);
      const [found] = /http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]+/.exec(output) ?? [];
      if (found !== undefined) done(found);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('close', (code) => fail(new Error(`npm start ended with code ${code}:\n${output}`)));
  });
  const stop = async () => {
    if (child.exitCode !== null || child.pid === undefined) return child.exitCode;
    const ended = new Promise<number | null>((done) => child.once('exit', done));
    // A terminal sends Ctrl-C to the whole group.
    process.kill(-child.pid, 'SIGINT');
    return ended;
  };
  return { address: await address, output: () => output, stop };
}
