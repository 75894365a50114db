import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { VerificationCheck } from '../../../shared/contract/bundles.ts';
import { AppError } from '../../../shared/errors.ts';
import { nativePackageFolder } from './bundle-server.ts';

export interface VerifierOptions {
  readonly runtimeFolder: string;
  readonly bundleFolder: string;
  readonly keyId: string;
  readonly signal: AbortSignal;
  tell(check: VerificationCheck): void;
}

const sumOf = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

/**
 * A bundle's own server is let onto the native engine only when it is byte for byte ours: a foreign one runs on
 * WebAssembly, where Node confines it to its folder.
 */
function isOurServer({ runtimeFolder, bundleFolder }: VerifierOptions): boolean {
  const theirs = join(bundleFolder, 'server.mjs');
  return existsSync(theirs) && sumOf(theirs) === sumOf(join(runtimeFolder, 'server.mjs'));
}

/** Runs the conformance test that ships in every bundle, our copy of it, over a bundle's folder. */
export async function runVerifier(options: VerifierOptions): Promise<VerificationCheck[]> {
  const nativePackage = isOurServer(options) ? nativePackageFolder() : undefined;
  const child = spawn(
    process.execPath,
    [
      join(options.runtimeFolder, 'verify.mjs'),
      options.bundleFolder,
      '--json',
      '--key',
      options.keyId,
      ...(nativePackage === undefined ? ['--engine', 'wasm'] : ['--onnxruntime-node', nativePackage]),
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], signal: options.signal, killSignal: 'SIGTERM' },
  );
  const checks: VerificationCheck[] = [];
  let rest = '';
  let words = '';
  child.stderr.on('data', (data: Buffer) => {
    words = `${words}${data}`.slice(-2000);
  });
  child.stdout.on('data', (data: Buffer) => {
    const lines = `${rest}${data}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const check = VerificationCheck.parse(JSON.parse(line));
      checks.push(check);
      options.tell(check);
    }
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if ((code === 0 || code === 3) && checks.length > 0) return checks;
  throw new AppError('INTERNAL', {
    message: `The conformance test broke off. ${words.trim()}`,
    remedy: 'Run it again.',
  });
}
