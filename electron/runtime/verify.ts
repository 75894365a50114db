import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { EngineKind } from './model-engine.ts';
import type { Check } from './verify/check-list.ts';
import { verifyBundle } from './verify/verify-bundle.ts';

const HELP = `Checks this bundle: sums, signature, manifest, and that a freshly started server gives the golden answers.

  node verify.mjs [folder] [options]

  --json                    one line of JSON a check instead of text
  --engine all|native|wasm  engines to start the server on (default all that are here)
  --onnxruntime-node DIR    folder of the onnxruntime-node package, when it is not installed beside the server
  --key ID                  id of the key the bundle should be signed with

Exit code: 0 verified, 3 not verified, 2 wrong usage.
`;

const text = { type: 'string' } as const;
const { values, positionals } = parseArgs({
  options: { json: { type: 'boolean' }, engine: text, 'onnxruntime-node': text, key: text, help: { type: 'boolean' } },
  allowPositionals: true,
});

function isInstalled(folder: string): boolean {
  try {
    createRequire(join(folder, 'server.mjs')).resolve('onnxruntime-node/package.json');
    return true;
  } catch {
    // Not there: that is the answer.
    return false;
  }
}

function tell(check: Check): void {
  const line = values.json
    ? JSON.stringify(check)
    : `${check.isOk ? 'ok    ' : 'FAILED'} ${check.name}: ${check.detail} (${check.seconds.toFixed(2)} s)`;
  process.stdout.write(`${line}\n`);
}

async function main(): Promise<number> {
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const folder = resolve(positionals[0] ?? import.meta.dirname);
  if (!existsSync(folder)) {
    process.stderr.write(`There is no folder ${folder}.\n`);
    return 2;
  }
  const nativePackage = values['onnxruntime-node'];
  const asked = values.engine ?? 'all';
  const isNative = asked === 'native' || (asked === 'all' && (nativePackage !== undefined || isInstalled(folder)));
  const engines: EngineKind[] = [
    ...(isNative ? (['native'] as const) : []),
    ...(asked === 'native' ? [] : (['wasm'] as const)),
  ];
  const checks = await verifyBundle({ folder, engines, nativePackage, trustedKey: values.key, tell });
  const isVerified = checks.every(({ isOk }) => isOk);
  if (!values.json) process.stdout.write(isVerified ? `verified: ${folder}\n` : `NOT verified: ${folder}\n`);
  return isVerified ? 0 : 3;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
