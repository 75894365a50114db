import { spawn } from 'node:child_process';

/** Opens an address in the user's browser where there is a desktop; elsewhere the printed address is all there is. */
export function openBrowser(address: string, platform: NodeJS.Platform, environment: NodeJS.ProcessEnv): void {
  if (environment.CI || (platform === 'linux' && !environment.DISPLAY && !environment.WAYLAND_DISPLAY)) return;
  const [program, args] =
    platform === 'darwin'
      ? ['open', [address]]
      : platform === 'win32'
        ? ['cmd', ['/c', 'start', '', address]]
        : ['xdg-open', [address]];
  const child = spawn(program, args, { stdio: 'ignore', detached: true });
  // No opener installed: the address stands on the terminal.
  child.once('error', () => undefined);
  child.unref();
}
