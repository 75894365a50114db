import type { AppError } from '../../shared/errors.ts';
import { EngineSupervisor } from '../engine-supervisor.ts';
import { drawToken } from '../host/access.ts';
import { entryPoint, rendererFolder } from '../program-files.ts';

export interface BrowserHostOptions {
  readonly workspace: string;
  /** 0: any free port. */
  readonly port: number;
  /** The address of the page, token included; told once. */
  onOpen(address: string): void;
  onDown(error: AppError, isFinal: boolean): void;
}

/**
 * Runs the engine with its loopback host and keeps it running: a restarted engine takes the same port and token, so
 * that open pages find it again by themselves.
 */
export function runBrowserHost(options: BrowserHostOptions): EngineSupervisor {
  const token = drawToken();
  let port = options.port;
  const supervisor = new EngineSupervisor({
    node: process.execPath,
    // The token goes by the environment: arguments can be read by every account of the machine.
    environment: { ...process.env, DRYDOCK_TOKEN: token },
    command: () => [
      entryPoint('engine'),
      '--workspace',
      options.workspace,
      '--static',
      rendererFolder(),
      '--port',
      String(port),
    ],
    onReady({ url }, isRestart) {
      port = Number(new URL(url).port);
      if (!isRestart) options.onOpen(`${url}/?token=${token}`);
    },
    onFrame: () => undefined,
    onDown: options.onDown,
  });
  supervisor.start();
  return supervisor;
}
