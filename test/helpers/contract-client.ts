import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import { WebSocket } from 'ws';
import type { Contract } from '../../shared/contract/contract.ts';
import type { Job } from '../../shared/contract/jobs.ts';

export interface ContractConnection {
  readonly client: ContractRouterClient<Contract>;
  /** Waits for a job's end; throws with its error when it did not succeed. */
  finish(started: { readonly jobId: Job['id'] }): Promise<unknown>;
  close(): void;
}

/** Calls the engine behind a printed address (`http://127.0.0.1:PORT/?token=..`) as a program does. */
export async function connectTo(address: string): Promise<ContractConnection> {
  const url = new URL(address);
  const socket = new WebSocket(`ws://${url.host}/rpc${url.search}`);
  await new Promise<void>((done, fail) => {
    socket.once('open', () => done());
    socket.once('error', fail);
  });
  const client: ContractRouterClient<Contract> = createORPCClient(
    new RPCLink({ websocket: socket as unknown as globalThis.WebSocket }),
  );
  return {
    client,
    async finish({ jobId }) {
      let last: Job | undefined;
      for await (const event of await client.jobs.watch({ jobId })) if (event.kind === 'snapshot') last = event.job;
      if (last?.state !== 'succeeded') throw new Error(`${last?.title} ${last?.state}: ${JSON.stringify(last?.error)}`);
      return last.result;
    },
    close: () => socket.close(),
  };
}
