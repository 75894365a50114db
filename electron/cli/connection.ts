import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import { WebSocket } from 'ws';
import { z } from 'zod';
import type { Contract } from '../../shared/contract/contract.ts';
import { AppError, toAppError } from '../../shared/errors.ts';

const PATIENCE_MS = 5000;
const RETRY_MS = 100;

/** The calls of an engine, and how to let go of it. */
export interface Connection {
  readonly client: ContractRouterClient<Contract>;
  /** True once the process that runs the engine has ended under this one. */
  isLost(): boolean;
  /** `onWaiting` is called when others that use the engine here have to finish first. */
  close(onWaiting?: () => void): Promise<void>;
}

const Endpoint = z.object({ url: z.string(), token: z.string() });

/**
 * Opens a workspace in this process; where another process has it open (a window, another command), talks to the engine
 * there instead. That one may be starting still and have no endpoint yet, or be on its way out: both settle in seconds.
 */
export async function connect(workspace: string): Promise<Connection> {
  const { openEngine } = await import('./own-engine.ts');
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await openEngine(workspace);
    } catch (error) {
      const known = toAppError(error);
      if (known.code !== 'WORKSPACE_LOCKED') throw known;
      const connection = await connectToHolder(workspace);
      if (connection !== undefined) return connection;
      if (Date.now() > until) throw unreachable(known);
      await new Promise((done) => setTimeout(done, RETRY_MS));
    }
  }
}

async function connectToHolder(workspace: string): Promise<Connection | undefined> {
  const { readEndpoint } = await import('../store/workspace-lock.ts');
  const endpoint = Endpoint.safeParse(readEndpoint(workspace));
  if (!endpoint.success) return undefined;
  // No answer: a holder that has just ended, which the next look at the lock will show.
  return dial(endpoint.data).catch(() => undefined);
}

/** The details of the lock hold the token of its endpoint, which must not be printed. */
const unreachable = (locked: AppError): AppError =>
  new AppError('WORKSPACE_LOCKED', {
    message: `${locked.message} It does not answer.`,
    remedy: 'End that process and try again.',
    kept: 'Nothing was changed.',
  });

async function dial({ url, token }: z.infer<typeof Endpoint>): Promise<Connection> {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/rpc?token=${encodeURIComponent(token)}`);
  await new Promise<void>((done, fail) => {
    socket.once('open', () => done());
    socket.once('error', fail);
  });
  // From here on the end of the socket rejects what is under way.
  socket.on('error', () => undefined);
  let isClosing = false;
  let isLost = false;
  socket.once('close', () => {
    isLost = !isClosing;
  });
  return {
    // ws has the web's WebSocket interface but for the types of its events.
    client: createORPCClient(new RPCLink({ websocket: socket as unknown as globalThis.WebSocket })),
    isLost: () => isLost,
    close: () =>
      new Promise((done) => {
        if (isLost) return done();
        isClosing = true;
        socket.once('close', () => done());
        socket.close();
      }),
  };
}
