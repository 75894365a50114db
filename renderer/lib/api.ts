import { createORPCClient } from '@orpc/client';
import type { ContractRouterClient } from '@orpc/contract';
import { createTanstackQueryUtils } from '@orpc/tanstack-query';
import type { Contract } from '../../shared/contract/contract.ts';
import { Connection } from './connection.ts';

export const connection = new Connection();

/** The contract as functions. Every failure is an AppError. */
export const api: ContractRouterClient<Contract> = createORPCClient(connection);

/** The contract as options of TanStack Query: `useQuery(queries.datasets.list.queryOptions())`. */
export const queries = createTanstackQueryUtils(api);
