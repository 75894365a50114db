import type { EngineKind } from '../model-engine.ts';
import { checkManifest, readGolden } from './bundle-contents.ts';
import { checkSignature } from './bundle-signature.ts';
import { checkSums } from './bundle-sums.ts';
import { type Check, CheckList, need } from './check-list.ts';
import { ServedBundle } from './served-bundle.ts';
import { checkGolden, checkHealth, checkInvocations, checkMetadata, checkRefusals } from './served-checks.ts';

export interface VerifyOptions {
  readonly folder: string;
  /** Engines to start a server on; `wasm` is carried by every bundle. */
  readonly engines: readonly EngineKind[];
  readonly nativePackage?: string | undefined;
  /** Id of the key the bundle should be signed with, to say whether it is. */
  readonly trustedKey?: string | undefined;
  tell(check: Check): void;
}

const LABELS: Readonly<Record<EngineKind, string>> = { native: 'onnxruntime-node', wasm: 'WebAssembly' };

/**
 * The conformance test of a bundle: files, signature and manifest, then a freshly started server on each engine. The
 * server is started only when the files are those that were signed.
 */
export async function verifyBundle(options: VerifyOptions): Promise<readonly Check[]> {
  const { folder, engines, tell } = options;
  const list = new CheckList(tell);
  await list.check('files', () => checkSums(folder));
  await list.check('signature', () => checkSignature(folder, options.trustedKey));
  let manifest: ReturnType<typeof checkManifest>['manifest'] | undefined;
  await list.check('manifest', () => {
    const found = checkManifest(folder);
    manifest = found.manifest;
    return found.detail;
  });
  if (!list.isOk || !manifest) {
    await list.check('server', () => {
      need(false, 'not started: the files are not those that were signed');
      return '';
    });
    return list.checks;
  }
  for (const engine of engines) await serveAndCheck(list, manifest, engine, options);
  return list.checks;
}

async function serveAndCheck(
  list: CheckList,
  manifest: ReturnType<typeof checkManifest>['manifest'],
  engine: EngineKind,
  { folder, nativePackage }: VerifyOptions,
): Promise<void> {
  const label = LABELS[engine];
  const golden = readGolden(folder);
  let served: ServedBundle | undefined;
  try {
    const isUp = await list.check(`start on ${label}`, async () => {
      served = await ServedBundle.start({ folder, engine, nativePackage });
      return 'a fresh server listens';
    });
    if (!isUp || !served) return;
    const { url } = served;
    await list.check(`health on ${label}`, () => checkHealth(url, manifest));
    await list.check(`metadata on ${label}`, () => checkMetadata(url, manifest));
    await list.check(`golden answers on ${label}`, () => checkGolden(url, manifest, golden));
    await list.check(`MLflow invocations on ${label}`, () => checkInvocations(url, golden));
    await list.check(`bad requests on ${label}`, () => checkRefusals(url, manifest, golden));
    await list.check(`stop on ${label}`, async () => {
      need((await served?.stop()) === true || process.platform === 'win32', 'the server did not end on SIGTERM.');
      return 'the server ended when it was told to';
    });
  } finally {
    await served?.stop();
  }
}
