import { QueryClient } from '@tanstack/react-query';
import { AppError } from '../../shared/errors.ts';

const isWorthAnotherTry = (count: number, error: Error): boolean =>
  count < 3 && error instanceof AppError && error.code === 'ENGINE_UNREACHABLE';

/** Server state of the page. The engine is on this machine, so the network's state says nothing about it. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      networkMode: 'always',
      retry: isWorthAnotherTry,
      retryDelay: 300,
      staleTime: 2_000,
      refetchOnWindowFocus: false,
    },
    mutations: { networkMode: 'always', retry: false },
  },
});
