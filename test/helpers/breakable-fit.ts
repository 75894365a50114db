/** Fits in processes of their own, which are killed at moments that do not depend on how quick the machine is. */
import { spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** A slowed fit rests so long after each round or epoch: it can not end before it is killed, whatever the machine. */
const REST_MS = 20;
/** A kill comes so long, at most, after the checkpoint it waits for: within the work of the next one, or its writing. */
const LATEST_MS = 900;
const GIVE_UP_MS = 60_000;

/** For the script: the rest it was told to take after each round. */
export function rest(): void {
  const ms = Number(process.env.DRYDOCK_TEST_REST_MS ?? 0);
  if (ms > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** Runs `test/helpers/SCRIPT FOLDER ...ARGS` to its end; answers what it printed. */
export function fitWhole(script: string, folder: string, args: readonly string[]): Promise<string> {
  return start(script, folder, args, 0).printed;
}

/** Starts the same, slowed, and kills it a random while after it has written a checkpoint; answers what it printed. */
export async function fitBroken(
  script: string,
  folder: string,
  args: readonly string[],
  random: () => number,
): Promise<string> {
  const checkpoint = join(folder, 'checkpoint.bin');
  const writtenAt = () => (existsSync(checkpoint) ? statSync(checkpoint).mtimeMs : 0);
  const before = writtenAt();
  const { child, printed } = start(script, folder, args, REST_MS);
  for (let waited = 0; waited < GIVE_UP_MS && child.exitCode === null && writtenAt() === before; waited += 20)
    await wait(20);
  await wait(LATEST_MS * random());
  child.kill('SIGKILL');
  return printed;
}

function start(script: string, folder: string, args: readonly string[], restMs: number) {
  const child = spawn(process.execPath, [resolve(import.meta.dirname, script), folder, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, DRYDOCK_TEST_REST_MS: String(restMs) },
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  return { child, printed: new Promise<string>((done) => child.once('close', () => done(text))) };
}
