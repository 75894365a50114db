import { spawn } from 'node:child_process';
import { NODE, ROOT } from './places.mjs';

/** Compiled code is kept between starts; this is worth about a third of a start. */
const environment = () => ({
  ...process.env,
  NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? `${ROOT}/node_modules/.cache/drydock`,
});

/**
 * Runs a script on the installed Node in the foreground and answers its exit code. A Ctrl-C at a terminal reaches the
 * child by itself; signals sent to this process alone are passed on.
 */
export function foreground(script, args, options = {}) {
  return new Promise((done, fail) => {
    const child = spawn(NODE, [...(options.nodeArgs ?? []), script, ...args], {
      stdio: 'inherit',
      env: { ...environment(), ...options.env },
      cwd: options.cwd ?? process.cwd(),
    });
    const passOn = (signal) => {
      if (signal === 'SIGINT' && (process.stdin.isTTY || process.stderr.isTTY)) return;
      child.kill(signal);
    };
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, passOn);
    child.once('error', fail);
    child.once('exit', (code, signal) => {
      for (const name of signals) process.off(name, passOn);
      done(code ?? (signal === 'SIGINT' ? 130 : 1));
    });
  });
}

/** Runs a program in the background; answers its exit code and all it said. What it says of `endsAt` ends it. */
export function background(program, args, options = {}) {
  return new Promise((done, fail) => {
    const child = spawn(program, args, {
      cwd: ROOT,
      env: { ...environment(), NO_COLOR: '1', ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: options.shell ?? false,
    });
    let output = '';
    const hear = (chunk) => {
      output += chunk;
      if (options.endsAt?.test(chunk)) child.kill();
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('error', fail);
    child.once('close', (code, signal) =>
      done({ code: code ?? 1, output: signal === null ? output : `${output}ended by ${signal}` }),
    );
  });
}
