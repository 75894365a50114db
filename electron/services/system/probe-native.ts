import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Provider } from '../../../shared/contract/providers.ts';
import { DoctorCheck } from '../../../shared/contract/system.ts';
import { AppError } from '../../../shared/errors.ts';
import { entryPoint } from '../../program-files.ts';

const run = promisify(execFile);

/** DuckDB and each execution provider of ONNX Runtime, tried for real in a throw-away process; or TensorFlow.js alone. */
export async function probeNative(part: 'native' | 'tensorflow' = 'native'): Promise<DoctorCheck[]> {
  try {
    const { stdout } = await run(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', entryPoint('probe'), part],
      {
        timeout: 30_000,
      },
    );
    return DoctorCheck.array().parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? '[]'));
  } catch (error) {
    const detail = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    return [
      {
        name: part === 'native' ? 'Native libraries' : 'TensorFlow.js',
        status: part === 'native' ? 'failed' : 'warning',
        detail: `The probe died: ${detail}`,
        remedy:
          part === 'native'
            ? 'Run `npm ci` again; check that this processor and system are supported.'
            : 'Not needed; ONNX Runtime trains.',
      },
    ];
  }
}

/** The check's name of a provider. */
export const providerCheckName = (provider: string): string => `ONNX Runtime on ${provider}`;

/** Which execution providers answer right on this machine; asked of the probe once, whoever needs it. */
export class WorkingProviders {
  #checks: Promise<readonly DoctorCheck[]> | undefined;
  readonly #probe: () => Promise<readonly DoctorCheck[]>;

  constructor(probe: () => Promise<readonly DoctorCheck[]> = () => probeNative()) {
    this.#probe = probe;
  }

  /** Those that work, the CPU first. The CPU always counts as working: nothing runs without it. */
  async all(): Promise<Provider[]> {
    this.#checks ??= this.#probe();
    const checks = await this.#checks;
    return Provider.options.filter(
      (provider) =>
        provider === 'cpu' ||
        checks.some(({ name, status }) => name === providerCheckName(provider) && status === 'ok'),
    );
  }

  /** The one asked for, or an INVALID_ARGUMENT that says why it does not work here. */
  async require(provider: Provider): Promise<Provider> {
    if (provider === 'cpu' || (await this.all()).includes(provider)) return provider;
    const check = (await this.#checks)?.find(({ name }) => name === providerCheckName(provider));
    throw new AppError('INVALID_ARGUMENT', {
      message: `The provider ${provider} does not work here: ${check?.detail ?? 'this build of ONNX Runtime has none for this system'}.`,
      remedy: 'Choose `auto` or `cpu`; `drydock doctor` lists what works.',
      details: { provider, working: await this.all() },
    });
  }
}
