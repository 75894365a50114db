import type { ContractRouterClient } from '@orpc/contract';
import type { Contract } from '../../shared/contract/contract.ts';

export interface Connection {
  readonly client: ContractRouterClient<Contract>;
  close(): Promise<void>;
}

export async function connect(workspace: string): Promise<Connection> {
  throw new Error(`no engine yet for ${workspace}`);
}
